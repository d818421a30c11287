"""Audit logs: what is listed, filtered, opened and downloaded, of one application and of all."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts import people
from portal.accounts.audit import record
from portal.accounts.models import Account, AuditEntry, Role
from provisioning.models import EnterpriseApplication
from tests.factories import make_administrator, make_application, make_user
from tests.views.reading import rows, words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def goto() -> EnterpriseApplication:
    return make_application("Citrix GoToMeeting")


def text_of(response: Any) -> str:
    return b"".join(response.streaming_content).decode()


def test_an_entry_stands_with_who_what_and_what_changed(signed_in: Client, goto: EnterpriseApplication) -> None:
    rosa = make_administrator(display_name="Rosa Lindqvist")
    record(rosa, "Update provisioning", goto, {"Scope": "all", "Same": 1}, {"Scope": "assigned", "Same": 1})

    (row,) = rows(signed_in.get("/audit/", {"q": "citrix"}))

    assert row.startswith("Update provisioning Citrix GoToMeeting Rosa Lindqvist Scope: all → assigned Citrix GoToMeet")
    assert "Same" not in row


def test_roles_are_kept_as_named_values_and_shown_in_the_readers_language(
    signed_in: Client, administrator: Account, goto: EnterpriseApplication
) -> None:
    people.add({"username": "bo", "role": Role.REPORTS_READER}, None, administrator)
    record(None, "Edit assignment", goto, [{"User or group": "Bo", "Role": "Default Access"}], [])
    entry = AuditEntry.objects.get(activity="Create account")
    assert entry.new["Role"] == "reports_reader"

    assert "Role – Reports Reader" in words(signed_in.get("/audit/", {"entry": entry.pk}))
    administrator.language = "sv"
    administrator.save()
    page = words(signed_in.get("/audit/", {"entry": entry.pk}))
    assert "Roll – Rapportläsare" in page
    assert "1 › Roll: Standardåtkomst → –" in page


def test_an_application_has_its_own_log_and_nothing_of_others(signed_in: Client, goto: EnterpriseApplication) -> None:
    record(None, "Update provisioning", goto)
    record(None, "Update provisioning", make_application("Another"))
    record(None, "Add user", "bo@contoso.example")

    found = rows(signed_in.get(f"/applications/{goto.application_id}/audit/", {"activity": "Update provisioning"}))

    assert len(found) == 1
    assert "Citrix GoToMeeting The portal" in found[0]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "BO@"}, ["Add user"]),
        ({"q": "o@contoso"}, []),
        ({"who": "rosa"}, ["Delete user", "Add user"]),
        ({"activity": ["Add user", "Sign out of all"]}, ["Sign out of all", "Add user"]),
        ({"who": "rosa", "activity": "Delete user"}, ["Delete user"]),
        ({"date": "hour"}, ["Sign out of all", "Delete user", "Add user"]),
        ({"date": "any"}, ["Sign out of all", "Delete user", "Add user", "Long ago"]),
        ({"until": "2020-01-02"}, ["Long ago"]),
        ({"since": "2020-01-01", "until": "2020-01-01"}, ["Long ago"]),
        ({"since": "2020-01-02", "until": "2020-01-05"}, []),
        ({"date": "nonsense", "since": "nonsense"}, ["Sign out of all", "Delete user", "Add user"]),
    ],
)
def test_each_filter_keeps_what_it_should(client: Client, query: dict[str, str], expected: list[str]) -> None:
    rosa = make_administrator(display_name="Rosa Lindqvist")
    old = record("Nightly script", "Long ago", "x")
    AuditEntry.objects.filter(pk=old.pk).update(at="2020-01-01T12:00:00Z")
    record(rosa, "Add user", "bo@contoso.example")
    record(rosa, "Delete user", "cy@contoso.example")
    record("Nightly script", "Sign out of all", "x")
    client.force_login(rosa)

    found = rows(client.get("/audit/", query))

    names = ["Sign out of all", "Delete user", "Add user", "Long ago"]
    assert [name for row in found for name in names if row.startswith(name)] == expected


def test_an_entry_opens_with_every_value_and_leads_to_its_neighbours(
    signed_in: Client, goto: EnterpriseApplication
) -> None:
    first = record(None, "Add mapping", goto, new={"Rows": ["a", "b"], "Inner": {"Deep": True}})
    second = record(None, "Edit mapping", goto, {"One": "1", "Two": "2"}, {"One": "x", "Three": None})
    third = record(None, "Delete mapping", goto)

    page = signed_in.get("/audit/", {"entry": str(second.pk), "activity": "Edit mapping"}).content.decode()
    of_all = signed_in.get("/audit/", {"entry": str(second.pk)}).content.decode()

    assert "One 1 x Two 2 –" in words(page.partition('id="pane"')[2])
    assert [f"entry={each.pk}" in page.partition('id="pane"')[2] for each in (first, third)] == [False, False]
    assert [f"entry={each.pk}" in of_all.partition('id="pane"')[2] for each in (first, third)] == [True, True]
    assert "Rows – a, b Inner › Deep – Yes" in words(signed_in.get("/audit/", {"entry": str(first.pk)}))


@pytest.mark.parametrize("asked", ["0", "x", "9" * 30, "²"])
def test_an_entry_that_is_not_there_is_said_so(signed_in: Client, asked: str) -> None:
    assert "The entry in the address was not found." in words(signed_in.get("/audit/", {"entry": asked}))


def test_an_entry_of_another_application_does_not_open(signed_in: Client, goto: EnterpriseApplication) -> None:
    entry = record(None, "Update provisioning", make_application("Another"))

    page = signed_in.get(f"/applications/{goto.application_id}/audit/", {"entry": str(entry.pk)})

    assert "The entry in the address was not found." in words(page)


def test_htmx_gets_the_list_alone_or_list_and_pane(signed_in: Client) -> None:
    entry = record(None, "Add user", "bo@contoso.example")

    listed = signed_in.get("/audit/", headers={"HX-Request": "true", "HX-Target": "list"}).content.decode()
    opened = signed_in.get(
        "/audit/", {"entry": str(entry.pk)}, headers={"HX-Request": "true", "HX-Target": "logs"}
    ).content.decode()

    assert ('id="list"' in listed, 'id="logs"' in listed, "<html" in listed) == (True, False, False)
    assert ('id="pane"' in opened, 'id="logs"' in opened, "<html" in opened) == (True, True, False)


@pytest.mark.parametrize("few", [0, 1000], ids=["many begin so", "few begin so"])
def test_searches_find_the_same_among_few_and_among_many(
    signed_in: Client, goto: EnterpriseApplication, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provisioning.forms.audit.FEW", few)
    record("Bo", "Update provisioning", goto)
    record("Mia", "Update provisioning", goto)
    record("Bo", "Update provisioning", make_application("Another"))

    page = signed_in.get(f"/applications/{goto.application_id}/audit/", {"q": "citrix", "who": "BO"})
    assert len(rows(page)) == 1
    assert len(rows(signed_in.get("/audit/", {"q": "another"}))) == 1
    assert len(rows(signed_in.get("/audit/", {"who": "bo"}))) == 2
    assert rows(signed_in.get("/audit/", {"q": "nobody"})) == []


def test_pages_go_by_key_and_cost_the_same_queries_however_many_there_are(
    signed_in: Client, goto: EnterpriseApplication
) -> None:
    def cost(**query: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            signed_in.get("/audit/", query)
        return len(seen)

    record(None, "Add user", goto)
    few = cost()
    for number in range(120):
        record(None, f"Activity {number % 7}", goto)

    page = signed_in.get("/audit/").content.decode()
    assert len(rows(signed_in.get("/audit/"))) == 50
    older = page.partition("?older=")[2].partition('"')[0].replace("%3A", ":").replace("%2B", "+").replace("%7E", "~")
    assert len(rows(signed_in.get("/audit/", {"older": older}))) == 50
    assert cost() == few <= 20


def test_the_file_holds_all_pages_of_what_is_filtered_and_no_formula(
    signed_in: Client, goto: EnterpriseApplication
) -> None:
    for number in range(60):
        record(None, "Add user", f"=cmd|{number}", new={"Name": "=1+1"})
    record(None, "Delete user", "x")

    response = signed_in.get("/audit/export/csv/", {"activity": "Add user"})
    lines = list(csv.reader(io.StringIO(text_of(response).removeprefix("\ufeff"))))

    assert response["Content-Disposition"].startswith('attachment; filename="audit-')
    assert len(lines) == 61
    assert lines[1][2:4] == ["Add user", "'=cmd|0"]


def test_the_json_file_is_one_array_also_when_it_is_empty(signed_in: Client, goto: EnterpriseApplication) -> None:
    record(make_administrator(display_name="Rosa"), "Add user", goto, {"a": 1}, {"a": 2})
    path = f"/applications/{goto.application_id}/audit/export/json/"

    (entry,) = json.loads(text_of(signed_in.get(path, {"activity": "Add user"})))

    assert (entry["who"], entry["activity"], entry["old"], entry["new"]) == ("Rosa", "Add user", {"a": 1}, {"a": 2})
    assert entry["application"] == str(goto.application_id)
    assert json.loads(text_of(signed_in.get("/audit/export/json/", {"q": "nothing"}))) == []
    assert signed_in.get("/audit/export/xml/").status_code == 404


def test_a_person_leads_to_what_was_changed_about_them(signed_in: Client) -> None:
    bo = make_user(user_principal_name="bo+1@contoso.example")

    page = signed_in.get(f"/users/{bo.object_id}/?tab=groups").content.decode()

    assert "/audit/?q=bo%2B1%40contoso.example" in page


def test_nothing_in_the_chosen_time_offers_any_time(signed_in: Client) -> None:
    entry = record(None, "Add user", "x")
    AuditEntry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(days=60))
    AuditEntry.objects.exclude(pk=entry.pk).delete()

    assert "No entries in this time: last 30 days Any time" in words(signed_in.get("/audit/"))
