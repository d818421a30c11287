"""Provisioning logs, of one application and of all."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import Action, Status
from provisioning.jobs import keyset
from provisioning.models import Activity, Cycle
from provisioning.texts import Message
from provisioning.views import logs
from tests.factories import make_activity, make_application, make_cycle, make_job, make_user
from tests.views.reading import rows, words

LIST = {"HX-Request": "true", "HX-Target": "list"}
BODY = {"HX-Request": "true", "HX-Target": "logs"}
NOW = timezone.now()


@pytest.fixture
def cycle(db: None) -> Cycle:
    return make_cycle(make_job(make_application("Citrix GoToMeeting"), {"username": "a"}, is_on=True))


def logs_of(cycle: Cycle) -> str:
    return f"{cycle.job.application.get_absolute_url()}logs/"


def link(response: Any, id_: str) -> str:
    """The address of the link with that id."""
    tag = re.search(rf'<a [^>]*id="{id_}"[^>]*>', response.content.decode())
    assert tag
    href = re.search(r'href="([^"]*)"', tag[0])
    assert href
    return href[1].replace("&amp;", "&")


# --- the list ----------------------------------------------------------------------------------
def test_an_entry_tells_who_what_how_it_ended_why_and_when(signed_in: Client, cycle: Cycle) -> None:
    make_activity(
        cycle,
        make_user(display_name="Bo Ek", user_principal_name="bo@contoso.example"),
        status=Status.FAILURE,
        code="EntryConflict",
        reason=Message("%(app)s has another %(who)s.", {"app": "GoTo", "who": "Bo"}).as_json(),
    )

    [row] = rows(signed_in.get(logs_of(cycle)))

    assert row.startswith(
        "BE Bo Ek bo@contoso.example Create Failure EntryConflict GoTo has another Bo. "
        "Azure Active Directory Citrix GoToMeeting "
    )
    assert re.search(r"\d\d:\d\d:\d\d$", row)


def test_the_newest_entry_comes_first(signed_in: Client, cycle: Cycle) -> None:
    make_activity(cycle, source_label="Old One", occurred_at=NOW - timedelta(hours=1))
    make_activity(cycle, source_label="New One")

    assert [row.split()[1] for row in rows(signed_in.get(logs_of(cycle)))] == ["New", "Old"]


def test_one_application_shows_its_own_entries_only(signed_in: Client, cycle: Cycle) -> None:
    make_activity(make_cycle(make_job()))

    assert rows(signed_in.get(logs_of(cycle))) == []


def test_the_logs_of_all_name_the_application(signed_in: Client, cycle: Cycle) -> None:
    make_activity(cycle)
    make_activity(make_cycle(make_job(make_application("Other App"))))

    text = " ".join(rows(signed_in.get("/logs/")))

    assert "Citrix GoToMeeting" in text
    assert "Other App" in text


def test_what_the_directory_or_the_target_say_is_text(signed_in: Client, cycle: Cycle) -> None:
    make_activity(cycle, source_label="<script>x</script>", reason=Message("<b>no</b>").as_json())

    html = signed_in.get(logs_of(cycle)).content.decode()

    assert "<script>x" not in html
    assert "<b>no" not in html


def test_counts_stand_beside_each_status_and_filter(signed_in: Client, cycle: Cycle) -> None:
    for status in (Status.SUCCESS, Status.SUCCESS, Status.SKIPPED, Status.FAILURE):
        make_activity(cycle, status=status)
    page = signed_in.get(logs_of(cycle))

    assert "Success 2 Skipped 1 Warning 0 Failure 1" in words(page)
    errors = signed_in.get(logs_of(cycle) + link(page, "share-err"))
    assert len(rows(errors)) == 1
    assert "Success 2 Skipped 1 Warning 0 Failure 1" in words(errors)
    assert link(errors, "share-err") == "?"  # takes the filter away again


def test_counts_end_at_their_limit(signed_in: Client, cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MANY", 2)
    for _ in range(4):
        make_activity(cycle)

    text = words(signed_in.get(logs_of(cycle)))

    assert "Success 2+" in text
    assert "2+ entries" in text


def test_pages_lead_to_each_other_and_keep_the_filter(
    signed_in: Client, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset.page_of, "__defaults__", (2, keyset.NEWEST))
    for age in range(3):
        make_activity(cycle, source_label=f"Entry {age}", occurred_at=NOW - timedelta(minutes=age))
    first = signed_in.get(f"{logs_of(cycle)}?status=success")

    older = re.search(r'href="(\?[^"]*older=[^"]*)"', first.content.decode())
    assert older
    second = signed_in.get(logs_of(cycle) + older[1].replace("&amp;", "&"))

    assert len(rows(first)) == 2
    assert "Entry 2" in rows(second)[0]
    assert "status=success" in older[1]
    assert "newer=" in second.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(
    signed_in: Client, cycle: Cycle, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number):
        make_activity(cycle)
        make_activity(make_cycle(make_job()))

    with django_assert_num_queries(14):
        signed_in.get(logs_of(cycle))
    with django_assert_num_queries(13):
        signed_in.get("/logs/")


# --- nothing there -----------------------------------------------------------------------------
def test_before_the_first_cycle_it_says_when_entries_appear(signed_in: Client, cycle: Cycle) -> None:
    text = words(signed_in.get(logs_of(cycle)))

    assert "No entries yet Entries appear here with the first cycle. Overview" in text


def test_an_empty_period_offers_longer_ones(signed_in: Client, cycle: Cycle) -> None:
    make_activity(cycle, occurred_at=NOW - timedelta(days=20))

    page = signed_in.get(logs_of(cycle))

    assert "No entries in this time: last 7 days Last 30 days · Any time" in words(page)
    assert len(rows(signed_in.get(f"{logs_of(cycle)}?date=month"))) == 1


def test_filters_that_find_nothing_can_be_cleared(signed_in: Client, cycle: Cycle) -> None:
    make_activity(cycle)

    assert "No entry matches Clear filters" in words(signed_in.get(f"{logs_of(cycle)}?q=zz"))


def test_a_filter_that_is_not_understood_is_named(signed_in: Client, cycle: Cycle) -> None:
    make_activity(cycle)

    page = signed_in.get(f"{logs_of(cycle)}?cycle=abc")

    assert "This filter was not understood Cycle ID: Enter a valid UUID." in words(page)
    assert rows(page) == []


def test_filters_without_a_pill_are_shown_and_can_be_removed(signed_in: Client, cycle: Cycle) -> None:
    make_activity(cycle, code="EntryConflict")

    page = signed_in.get(f"{logs_of(cycle)}?cycle={cycle.cycle_id}&code=EntryConflict")

    text = words(page)
    assert re.search(r"Cycle ID : Initial, \S+", text)
    assert "Error code : EntryConflict" in text
    assert f'href="?cycle={cycle.cycle_id}"' in page.content.decode()


# --- parts -------------------------------------------------------------------------------------
def test_htmx_gets_the_list_with_what_stands_around_it(signed_in: Client, cycle: Cycle) -> None:
    make_activity(cycle, status=Status.FAILURE)

    part = signed_in.get(f"{logs_of(cycle)}?status=failure&q=&since=&code=", headers=LIST)

    html = part.content.decode()
    assert "<html" not in html
    assert 'id="filters"' not in html
    assert '<strong id="pill-status" hx-swap-oob="true">Failure</strong>' in html
    assert '<strong id="pill-date" hx-swap-oob="true">Last 7 days</strong>' in html
    assert '<p id="total" hx-swap-oob="innerHTML">1 entry' in html
    assert part.headers["HX-Push-Url"] == f"{logs_of(cycle)}?status=failure"


def test_answers_differ_by_what_htmx_asks_for(signed_in: Client, cycle: Cycle) -> None:
    vary = signed_in.get(logs_of(cycle)).headers["Vary"]

    assert "HX-Request" in vary
    assert "HX-Target" in vary


def test_going_back_gets_the_whole_page(signed_in: Client, cycle: Cycle) -> None:
    answer = signed_in.get(logs_of(cycle), headers={**LIST, "HX-History-Restore-Request": "true"})

    assert "<html" in answer.content.decode()


def test_opening_an_entry_swaps_list_and_pane_and_moves_the_focus(signed_in: Client, cycle: Cycle) -> None:
    entry = make_activity(cycle)

    part = signed_in.get(f"{logs_of(cycle)}?entry={entry.activity_id}", headers=BODY)

    html = part.content.decode()
    assert 'class="logs has-pane" id="logs"' in html
    assert re.search(r'id="pane-t"[^>]* data-focus', html)
    assert "hx-swap-oob" not in html


def test_filtering_beside_an_open_entry_leaves_the_pane_alone_but_for_its_neighbours(
    signed_in: Client, cycle: Cycle
) -> None:
    entry = make_activity(cycle)
    make_activity(cycle, status=Status.FAILURE)

    html = signed_in.get(f"{logs_of(cycle)}?status=success&entry={entry.activity_id}", headers=LIST).content.decode()

    assert 'id="pane"' not in html
    assert 'id="walk" hx-swap-oob="true"' in html
    assert "walk-newer" not in html  # the other one is filtered out
    assert 'class="rowlink is-selected"' in html


def test_closing_an_entry_gives_the_focus_back_to_its_row(signed_in: Client, cycle: Cycle) -> None:
    entry = make_activity(cycle)

    html = signed_in.get(f"{logs_of(cycle)}?closed={entry.activity_id}", headers=BODY).content.decode()

    assert re.search(rf'id="entry-{entry.activity_id}"[^>]* data-focus', html)
    assert 'id="pane"' not in html


def test_the_way_out_of_an_entry_keeps_the_filter(signed_in: Client, cycle: Cycle) -> None:
    entry = make_activity(cycle)

    html = signed_in.get(f"{logs_of(cycle)}?status=success&entry={entry.activity_id}&tab=sum").content.decode()

    assert f'href="{logs_of(cycle)}?status=success" data-pane-close' in html


# --- guests ------------------------------------------------------------------------------------
@pytest.mark.parametrize("entry", ["x", "00000000-0000-4000-8000-000000000000"])
def test_an_entry_that_is_not_there_is_told(signed_in: Client, cycle: Cycle, entry: str) -> None:
    make_activity(cycle)

    page = signed_in.get(f"{logs_of(cycle)}?entry={entry}")

    assert "The entry in the address was not found." in words(page)
    assert len(rows(page)) == 1


def test_the_entry_of_another_application_is_not_shown(signed_in: Client, cycle: Cycle) -> None:
    other = make_activity(make_cycle(make_job()))

    assert "was not found" in words(signed_in.get(f"{logs_of(cycle)}?entry={other.activity_id}"))
    assert "was not found" not in words(signed_in.get(f"/logs/?entry={other.activity_id}"))


def test_an_unknown_application_has_no_logs(signed_in: Client) -> None:
    assert signed_in.get("/applications/00000000-0000-4000-8000-000000000000/logs/").status_code == 404


def test_strangers_are_sent_to_sign_in(client: Client, cycle: Cycle) -> None:
    assert client.get(logs_of(cycle)).url.startswith("/sign-in/")
    assert client.get("/logs/", headers=LIST).status_code == 401


def test_the_menu_counts_failures_of_one_day(signed_in: Client, cycle: Cycle) -> None:
    make_activity(cycle, status=Status.FAILURE, action=Action.UPDATE)

    assert "Provisioning logs , 1 failures" in words(signed_in.get(logs_of(cycle)))
    assert Activity.objects.count() == 1
