"""What the provisioning logs can be filtered by."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone

from provisioning.choices import Action, CycleKind, CycleStatus, Status
from provisioning.forms.logs import ActivityFilter, OwnActivityFilter
from provisioning.models import Activity, Cycle
from tests.factories import make_activity, make_cycle, make_job, make_user

NOW = timezone.now()


def chosen(query: str) -> ActivityFilter:
    return ActivityFilter(QueryDict(query), queryset=Activity.objects.all())


def labels(query: str) -> set[str]:
    return set(chosen(query).found().values_list("source_label", flat=True))


@pytest.fixture
def cycle(db: None) -> Cycle:
    return make_cycle(make_job())


def entry(cycle: Cycle, label: str, **values: Any) -> Activity:
    address = f"{label.split(maxsplit=1)[0].lower()}@contoso.example"
    defaults = {"source_label": label, "label_lower": label.lower(), "identity": address}
    return make_activity(cycle, **{**defaults, **values})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("an", {"Anna Berg", "Änne Anders"}),  # by name, and by user principal name
        ("ANNA B", {"Anna Berg"}),
        ("Än", {"Änne Anders"}),
        ("berg", set()),
        ("%", set()),
        ("", {"Anna Berg", "Bo Ek", "Änne Anders"}),
        ("  bo ", {"Bo Ek"}),
    ],
)
def test_an_identity_is_found_by_the_beginning_of_name_or_user_principal_name(
    cycle: Cycle, text: str, found: set[str]
) -> None:
    entry(cycle, "Anna Berg")
    entry(cycle, "Bo Ek")
    entry(cycle, "Änne Anders", identity="anders@contoso.example")

    assert labels(f"q={text.replace('%', '%25')}") == found


def test_an_identity_is_found_by_the_id_of_object_or_entry(cycle: Cycle) -> None:
    user = make_user(display_name="Bo Ek")
    mine = make_activity(cycle, user)
    make_activity(cycle)

    assert labels(f"q={str(user.object_id).upper()}") == {"Bo Ek"}
    assert labels(f"q={mine.activity_id}") == {"Bo Ek"}


def test_without_a_date_the_last_seven_days_are_shown(cycle: Cycle) -> None:
    entry(cycle, "New", occurred_at=NOW - timedelta(days=6))
    entry(cycle, "Old", occurred_at=NOW - timedelta(days=8))

    assert labels("") == {"New"}
    assert chosen("").period_label == "Last 7 days"


@pytest.mark.parametrize(
    ("date", "found"), [("hour", {"1"}), ("day", {"1", "2"}), ("week", {"1", "2", "3"}), ("any", {"1", "2", "3", "4"})]
)
def test_a_period_ends_now(cycle: Cycle, date: str, found: set[str]) -> None:
    for label, age in (("1", 0.5), ("2", 20), ("3", 100), ("4", 2000)):
        entry(cycle, label, occurred_at=NOW - timedelta(hours=age))

    assert labels(f"date={date}") == found


def test_days_are_those_of_the_readers_zone_and_both_are_inside(cycle: Cycle) -> None:
    zone = ZoneInfo("Europe/Stockholm")
    for label, moment in (
        ("before", datetime(2026, 3, 28, 23, 59, tzinfo=zone)),
        ("first", datetime(2026, 3, 29, 0, 0, tzinfo=zone)),  # the day on which clocks go forward
        ("last", datetime(2026, 3, 29, 23, 59, tzinfo=zone)),
        ("after", datetime(2026, 3, 30, 0, 0, tzinfo=zone)),
    ):
        entry(cycle, label, occurred_at=moment)

    with timezone.override(zone):
        assert labels("date=custom&since=2026-03-29&until=2026-03-29") == {"first", "last"}
        assert labels("since=2026-03-29") == {"first", "last", "after"}
        assert chosen("date=custom&until=2026-03-29").period_label == "… – 29 Mar 2026"


def test_status_and_action_can_have_several_values(cycle: Cycle) -> None:
    entry(cycle, "created")
    entry(cycle, "failed", status=Status.FAILURE)
    entry(cycle, "skipped", status=Status.SKIPPED, action=Action.OTHER)

    assert labels("status=failure&status=skipped") == {"failed", "skipped"}
    assert labels("status=failure&status=skipped&action=create") == {"failed"}


def test_a_cycle_brings_its_own_time(cycle: Cycle) -> None:
    month = NOW - timedelta(days=30)
    old = make_cycle(
        cycle.job, status=CycleStatus.COMPLETED, kind=CycleKind.INCREMENTAL, started_at=month, ended_at=month
    )
    entry(old, "old", occurred_at=month)
    entry(cycle, "new")

    assert labels(f"cycle={old.cycle_id}") == {"old"}
    assert labels(f"cycle={old.cycle_id}&date=day") == set()
    assert labels("cycle=00000000-0000-4000-8000-000000000000") == set()


def test_a_change_is_found_at_any_time(cycle: Cycle) -> None:
    mine = entry(cycle, "old", occurred_at=NOW - timedelta(days=60))
    entry(cycle, "new")

    assert labels(f"change={mine.change_id}") == {"old"}


def test_a_code_is_found(cycle: Cycle) -> None:
    entry(cycle, "one", code="EntryConflict")
    entry(cycle, "other", code="MissingValues")

    assert labels("code=EntryConflict") == {"one"}


def test_the_logs_of_all_applications_can_be_filtered_by_application(cycle: Cycle) -> None:
    entry(cycle, "mine")
    entry(make_cycle(make_job()), "theirs")

    assert labels(f"application={cycle.job.application.application_id}") == {"mine"}
    assert "application" not in OwnActivityFilter(QueryDict(), queryset=Activity.objects.all()).filters


@pytest.mark.parametrize(
    "query",
    [
        "cycle=x",
        "change=x",
        "status=gone",
        "date=never",
        "since=x",
        "until=9999-12-31",
        "since=0001-01-01",
        "application=x",
        "q=" + "x" * 300,
        "q=%00",
    ],
)
def test_what_is_not_understood_finds_nothing_and_is_told(cycle: Cycle, query: str) -> None:
    entry(cycle, "one")

    assert labels(query) == set()
    assert len(chosen(query).errors) == 1


def test_one_filter_can_be_left_out_for_the_counts(cycle: Cycle) -> None:
    entry(cycle, "created")
    entry(cycle, "failed", status=Status.FAILURE)

    assert chosen("status=failure&action=create").found(but="status").count() == 2


def test_a_date_alone_does_not_narrow(cycle: Cycle) -> None:
    assert not chosen("date=day").is_narrowed
    assert chosen("status=failure").is_narrowed
