"""Pages of an application that is being deleted, or was."""

import uuid

import pytest
from django.test import Client

from portal.accounts.models import Account
from provisioning.choices import Deletion
from provisioning.jobs import discard
from provisioning.models import EnterpriseApplication
from tests.factories import make_account, make_application, make_job, make_owner
from tests.views.reading import words

HTMX = {"HX-Request": "true"}


@pytest.fixture
def application(db: None) -> EnterpriseApplication:
    return make_job(make_application("Citrix GoToMeeting")).application


@pytest.fixture
def owner(application: EnterpriseApplication) -> Account:
    return make_owner(application)


@pytest.mark.parametrize("page", ["", "provisioning/", "logs/", "deletion/"])
def test_an_owner_without_a_role_reads_that_it_was_deleted(
    client: Client, application: EnterpriseApplication, owner: Account, page: str
) -> None:
    client.force_login(owner)
    discard.delete_emptied(application.pk, "admin")

    answer = client.get(f"{application.get_absolute_url()}{page}")

    assert answer.status_code == 404
    assert "This application was deleted That was today" in words(answer)
    assert "Citrix" not in words(answer)


def test_a_page_that_asks_again_and_again_goes_to_the_list_and_says_why(
    client: Client, application: EnterpriseApplication, owner: Account
) -> None:
    client.force_login(owner)
    discard.delete_emptied(application.pk, "admin")

    answer = client.get(f"{application.get_absolute_url()}status/", headers=HTMX)

    assert answer["HX-Redirect"] == "/applications/"
    assert "The application was deleted" in words(client.get("/applications/"))


def test_while_it_is_emptied_its_pages_lead_to_how_far_it_is(
    client: Client, application: EnterpriseApplication, owner: Account
) -> None:
    client.force_login(owner)
    EnterpriseApplication.objects.update(deletion=Deletion.EMPTYING)

    assert client.get(f"{application.get_absolute_url()}logs/")["Location"].startswith(application.get_absolute_url())
    assert "HX-Redirect" in client.get(f"{application.get_absolute_url()}status/", headers=HTMX)


def test_an_application_that_never_was_is_a_page_that_does_not_exist(client: Client, db: None) -> None:
    client.force_login(make_account())

    answer = client.get(f"/applications/{uuid.uuid4()}/")

    assert answer.status_code == 404
    assert "This page does not exist" in words(answer)


def test_a_stranger_is_refused_as_long_as_it_is_there(client: Client, application: EnterpriseApplication) -> None:
    client.force_login(make_account())

    assert client.get(application.get_absolute_url()).status_code == 403


def test_what_changes_something_is_refused_also_afterwards(
    client: Client, application: EnterpriseApplication, owner: Account
) -> None:
    client.force_login(owner)
    discard.delete_emptied(application.pk, "admin")

    assert client.post(f"{application.get_absolute_url()}start/").status_code == 403
