"""What somebody may not do: the page and the toast of a refusal, and controls that say why they are off."""

import json
import re

import pytest
from django.test import Client

from portal.accounts.models import Role
from provisioning.models import EnterpriseApplication
from tests.factories import make_account, make_application, make_user
from tests.portal.roles_and_routes import ROLES_AND_ROUTES
from tests.portal.test_roles_and_routes import ROUTES
from tests.views.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def goto() -> EnterpriseApplication:
    return make_application("Citrix GoToMeeting")


@pytest.fixture
def reader() -> Client:
    client = Client()
    client.force_login(make_account(Role.REPORTS_READER))
    return client


def test_the_page_of_a_refusal_says_which_role_is_needed_and_who_has_it(reader: Client) -> None:
    make_account(Role.APPLICATION_ADMINISTRATOR, display_name="Rosa Lindqvist")
    make_account(Role.APPLICATION_ADMINISTRATOR, display_name="Left Long Ago", is_active=False)

    response = reader.get("/app-registrations/")

    page = words(response)
    assert response.status_code == 403
    assert "You need to be: Application Administrator." in page
    assert "Application Administrator Rosa Lindqvist" in page
    assert "Left Long Ago" not in page


def test_of_many_who_have_the_role_a_few_are_named(reader: Client) -> None:
    for number in range(8):
        make_account(Role.APPLICATION_ADMINISTRATOR, display_name=f"Rosa {number}")

    assert "Rosa 4 and 3 more" in words(reader.get("/app-registrations/"))


def test_htmx_gets_the_same_as_a_toast_and_nothing_to_swap(reader: Client) -> None:
    make_account(Role.APPLICATION_ADMINISTRATOR, display_name="Rosa Lindqvist")

    response = reader.post("/directory/import/", headers={"HX-Request": "true"})

    (toast,) = json.loads(response["HX-Trigger"])["toast"]["items"]
    assert (response.status_code, response.content) == (403, b"")
    assert toast["title"] == "You may not do this"
    assert toast["text"].endswith("Application Administrator: Rosa Lindqvist")


def test_what_a_reader_may_not_do_is_off_and_says_why(reader: Client, goto: EnterpriseApplication) -> None:
    page = reader.get(f"/applications/{goto.application_id}/provisioning/").content.decode()

    (save,) = re.findall(r"<button[^>]* id=\"save\"[^>]*>", page)
    assert 'aria-disabled="true"' in save
    assert "You can look at this page, but not change it" in page
    assert "Cloud Application Administrator or Owner of this application." in page


def test_nothing_that_is_on_leads_a_reader_to_a_refusal(reader: Client, goto: EnterpriseApplication) -> None:
    """Every page without arguments of its own, and those of an application: no command or button ends in a 403."""
    make_user()
    pages = [pattern.replace("<uuid:application_id>", str(goto.application_id)) for name, pattern in ROUTES
             if "R" in ROLES_AND_ROUTES[name][0] and name != "graph"]  # fmt: skip
    astray = []
    for path in [f"/{each}" for each in pages if "<" not in each]:
        response = reader.get(path)
        if response.status_code != 200 or not response.get("Content-Type", "").startswith("text/html"):
            continue
        for tag in re.findall(r"<(?:a|button)\b[^>]*class=\"(?:cmd|btn)[^>]*>", response.content.decode()):
            link = re.search(r"\s(href|formaction)=\"(/[^\"]*)\"", tag)
            if link and 'aria-disabled="true"' not in tag and "data-close" not in tag:
                astray += [(path, tag)] if _refused(reader, *link.groups()) else []

    assert len(pages) > 30
    assert astray == []


def _refused(client: Client, kind: str, url: str) -> bool:
    answer = client.get(url) if kind == "href" else client.post(url)
    return answer.status_code == 403


def test_an_administrator_is_told_nothing_of_that(signed_in: Client, goto: EnterpriseApplication) -> None:
    page = signed_in.get(f"/applications/{goto.application_id}/provisioning/").content.decode()

    assert "You can look at this page" not in page
