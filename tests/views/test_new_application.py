"""New application: the gallery and the pane that creates one."""

import re

import pytest
from django.test import Client

from portal.accounts.models import Account, AuditEntry
from provisioning.forms.new_application import NewApplication
from provisioning.models import AttributeMapping, EnterpriseApplication
from tests.factories import GOTO, make_application
from tests.views.reading import toasts, words

PANE = f"/applications/new/{GOTO}/"
SCIM = "goto_organization"


def test_the_gallery_shows_its_applications(signed_in: Client) -> None:
    page = signed_in.get("/applications/new/")

    assert "Citrix GoToMeeting Creates, updates and disables GoTo users" in words(page)
    assert f'href="{PANE}"' in page.content.decode()


@pytest.mark.parametrize("text", ["citrix gotomeeting", "GoToWebinar", "collaboration logmein", "SCIM organization"])
def test_search_finds_by_name_product_and_category(signed_in: Client, text: str) -> None:
    assert "1 application " in words(signed_in.get("/applications/new/", {"q": text}))


def test_search_without_a_hit_can_be_cleared(signed_in: Client) -> None:
    page = signed_in.get("/applications/new/", {"q": "nothing of the kind\0" * 20})

    assert "0 applications No application matches Clear the search" in words(page)


def test_the_gallery_is_in_categories_that_filter(signed_in: Client) -> None:
    heads = re.findall(r"<h2[^>]*>([^<]+)</h2>", signed_in.get("/applications/new/").content.decode())
    found = signed_in.get("/applications/new/", {"category": "Collaboration"}).content.decode()

    assert "Collaboration" in heads
    assert heads.count("Custom") == 1
    assert PANE in found
    assert "/applications/new/scim/" not in found
    assert "0 applications " in words(signed_in.get("/applications/new/", {"q": "gotomeeting", "objects": "Group"}))


def test_ones_own_application_is_offered_and_has_no_name_yet(signed_in: Client) -> None:
    assert "Create your own application Creates, updates and removes" in words(signed_in.get("/applications/new/"))

    pane = signed_in.get("/applications/new/scim/")

    assert 'name="name" value=' not in pane.content.decode()
    assert "Synchronize Azure Active Directory Groups to your application 3 attributes" in words(pane)


def test_what_is_claimed_of_an_application_is_shown_with_its_source(signed_in: Client) -> None:
    pane = words(signed_in.get("/applications/new/slack/"))

    assert "Never tried against the real service" in pane
    assert "DELETE deactivates a user, and removes a group for good. Slack, SCIM API reference (docs.slack.dev)" in pane
    assert "Never tried" not in words(signed_in.get("/applications/new/scim/"))


def test_the_pane_tells_what_comes_with_the_application(signed_in: Client) -> None:
    pane = words(signed_in.get(PANE))

    assert "Synchronize Azure Active Directory Users to Citrix GoToMeeting 5 attributes" in pane
    assert "GoToWebinar Gets a GoToWebinar licence." in pane
    assert "Only people who are assigned with one of these roles are provisioned." in pane


def test_gotomeeting_offers_the_choice_of_its_interface(signed_in: Client) -> None:
    page = signed_in.get(PANE)

    assert "Interface Admin API The usual choice: every GoTo account has it." in words(page)
    assert "SCIM, for organizations For an organization with a verified domain" in words(page)
    assert f'value="{GOTO}"' in (page.content.decode().partition('name="interface"')[2].partition("checked")[0])


def test_what_comes_with_it_follows_the_choice(signed_in: Client) -> None:
    part = signed_in.get(PANE, {"interface": SCIM}, headers={"HX-Request": "true"})

    assert part.content.decode().strip().startswith('<div id="comes">')
    assert "Licences are given by GoTo's own User Sync rules." in words(part)
    assert "GoToWebinar" not in words(part)


@pytest.mark.parametrize(
    ("chosen", "created", "matching"),
    [({"interface": SCIM}, SCIM, "userName"), ({"interface": GOTO}, GOTO, "email"), ({}, GOTO, "email")],
)
def test_the_application_has_the_interface_that_was_chosen(
    signed_in: Client, chosen: dict[str, str], created: str, matching: str
) -> None:
    signed_in.post(PANE, {"name": "Meetings", **chosen})

    application = EnterpriseApplication.objects.get()
    assert (application.gallery_key, AuditEntry.objects.get().new) == (created, {"gallery": created})
    assert AttributeMapping.objects.filter(mapping__job=application.job, matching=1).get().target == matching


def test_an_interface_that_there_is_not_is_refused(signed_in: Client) -> None:
    assert signed_in.post(PANE, {"name": "Meetings", "interface": "fax"}).status_code == 422
    assert not EnterpriseApplication.objects.exists()


def test_the_choice_stays_when_the_name_is_taken(signed_in: Client) -> None:
    make_application("Meetings")

    answer = signed_in.post(PANE, {"name": "Meetings", "interface": SCIM})

    assert "Licences are given by GoTo's own User Sync rules." in words(answer)


def test_the_address_of_a_variant_leads_to_the_same_pane_with_that_choice(signed_in: Client) -> None:
    page = signed_in.get(f"/applications/new/{SCIM}/")

    assert "Licences are given by GoTo's own User Sync rules." in words(page)
    assert 'value="Citrix GoToMeeting"' in page.content.decode()


def test_the_name_is_filled_in(signed_in: Client) -> None:
    assert 'value="Citrix GoToMeeting"' in signed_in.get(PANE).content.decode()


def test_the_name_that_is_filled_in_is_free(signed_in: Client) -> None:
    make_application("citrix gotomeeting")
    make_application("Citrix GoToMeeting 2")

    assert 'value="Citrix GoToMeeting 3"' in signed_in.get(PANE).content.decode()


def test_creating_leads_to_the_overview_and_says_so(signed_in: Client) -> None:
    answer = signed_in.post(PANE, {"name": "  Meetings  "})

    application = EnterpriseApplication.objects.get()
    assert (answer.status_code, answer.url) == (303, f"/applications/{application.application_id}/")
    assert toasts(answer) == ["Meetings was added\nAssign people and save its admin credentials next."]
    assert [role.label for role in application.roles.all()][:4] == [
        "GoToMeeting",
        "GoToWebinar",
        "GoToTraining",
        "OpenVoice",
    ]
    assert AttributeMapping.objects.filter(mapping__job=application.job, matching=1).get().target == "email"


def test_creating_is_an_audit_entry(signed_in: Client, administrator: Account) -> None:
    signed_in.post(PANE, {"name": "Meetings"})

    entry = AuditEntry.objects.get()
    assert (entry.who, entry.activity, entry.target) == (administrator, "Add application", "Meetings")
    assert entry.new == {"gallery": GOTO}


def test_the_second_of_two_clicks_is_told_which_application_has_the_name(signed_in: Client) -> None:
    first = signed_in.post(PANE, {"name": "Meetings"})
    second = signed_in.post(PANE, {"name": "meetings"})

    assert second.status_code == 422
    assert "Another application has this name. Choose a different one." in words(second)
    assert "“Meetings” is there already. Open it" in words(second)
    assert f'href="{first.url}"' in second.content.decode()
    assert EnterpriseApplication.objects.count() == 1


def test_whoever_loses_the_race_for_a_name_is_told_too(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_application("Meetings")
    monkeypatch.setattr(NewApplication, "clean_name", lambda form: form.cleaned_data["name"])

    answer = signed_in.post(PANE, {"name": "Meetings"})

    assert answer.status_code == 422
    assert "“Meetings” is there already." in words(answer)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\0b"])
def test_a_name_that_does_not_do_is_refused_at_its_field(signed_in: Client, name: str) -> None:
    answer = signed_in.post(PANE, {"name": name})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not EnterpriseApplication.objects.exists()


def test_leaving_the_field_checks_the_name_alone(signed_in: Client) -> None:
    make_application("Meetings")

    part = signed_in.get(PANE, {"name": "MEETINGS"}, headers={"HX-Request": "true"})

    assert part.status_code == 200
    assert part.content.decode().strip().startswith('<div id="name-field">')
    assert "“Meetings” is there already." in words(part)


def test_an_application_that_the_gallery_does_not_have_is_not_found(signed_in: Client) -> None:
    assert signed_in.get("/applications/new/nothing/").status_code == 404
    assert signed_in.post("/applications/new/nothing/", {"name": "x"}).status_code == 404
