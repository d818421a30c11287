"""Owners of an application: added and removed by administrators, and what they can do with it."""

import pytest
from django.test import Client

from portal.accounts.models import Account, AuditEntry, Role
from provisioning.models import ApplicationOwner, EnterpriseApplication
from tests.factories import make_account, make_application, make_owner
from tests.views.reading import rows, toasts, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def goto() -> EnterpriseApplication:
    return make_application("Citrix GoToMeeting")


def page_of(application: EnterpriseApplication, path: str = "") -> str:
    return f"/applications/{application.application_id}/{path}"


def as_(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_an_account_becomes_an_owner_and_that_is_audited(signed_in: Client, goto: EnterpriseApplication) -> None:
    bo = make_account(username="bo", display_name="Bo Bell")

    response = signed_in.post(page_of(goto, "owners/add/"), {"account": str(bo.pk)})

    entry = AuditEntry.objects.latest("pk")
    assert toasts(response) == ["Bo Bell is an owner now"]
    assert (entry.activity, entry.target, entry.new) == (
        "Add owner to application", "Citrix GoToMeeting", {"Owner": "bo"},
    )  # fmt: skip
    assert "Bo Bell bo No role" in rows(signed_in.get(page_of(goto, "owners/")))[0]


def test_who_is_an_owner_already_or_disabled_is_not_offered(signed_in: Client, goto: EnterpriseApplication) -> None:
    make_owner(goto, display_name="Ann Owner")
    make_account(display_name="Cy Gone", is_active=False)

    page = signed_in.get(page_of(goto, "owners/add/")).content.decode()

    assert not [name for name in ("Ann Owner (", "Cy Gone") if name in page]
    assert signed_in.post(page_of(goto, "owners/add/"), {"account": ""}).status_code == 422


def test_an_owner_is_removed_after_a_question_and_a_second_click_says_it_is_done(
    signed_in: Client, goto: EnterpriseApplication
) -> None:
    make_owner(goto, username="bo", display_name="Bo Bell")
    url = page_of(goto, f"owners/{ApplicationOwner.objects.get().pk}/remove/")

    assert "Remove Bo Bell?" in words(signed_in.get(url))
    assert toasts(signed_in.post(url)) == ["Bo Bell is no owner any more"]
    assert toasts(signed_in.post(url)) == ["Bo Bell is no owner any more", "It was removed already"]
    assert AuditEntry.objects.latest("pk").old == {"Owner": "bo"}


def test_an_owner_finds_the_own_application_and_no_other(goto: EnterpriseApplication) -> None:
    make_application("Another")
    owner = as_(make_owner(goto))

    found = rows(owner.get("/", follow=True))

    assert len(found) == 1
    assert "Citrix GoToMeeting" in found[0]


def test_an_owner_sees_no_way_to_what_is_not_theirs(goto: EnterpriseApplication) -> None:
    page = as_(make_owner(goto)).get(page_of(goto)).content.decode()

    assert f'href="{page_of(goto, "mappings/")}"' in page
    assert 'href="/users/"' not in as_(make_owner(goto)).get("/applications/").content.decode()


def test_a_page_of_another_application_says_who_owns_it(goto: EnterpriseApplication) -> None:
    make_owner(goto, display_name="Bo Bell")
    make_account(Role.CLOUD_APPLICATION_ADMINISTRATOR, display_name="Cy Cloud")

    response = as_(make_account()).get(page_of(goto))

    assert response.status_code == 403
    assert "Cloud Application Administrator Cy Cloud Owner of this application Bo Bell" in words(response)
