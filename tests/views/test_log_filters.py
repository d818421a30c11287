"""What the provisioning logs can be searched and filtered by, and how entries are counted then."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from provisioning.choices import Action, Status
from provisioning.jobs import log_rows
from provisioning.jobs.activity_counts import count
from provisioning.models import Activity, Cycle
from provisioning.texts import Message
from tests.factories import make_activity, make_application, make_cycle, make_job
from tests.views.reading import rows, words

NOW = timezone.now()


@pytest.fixture
def cycle(db: None) -> Cycle:
    return make_cycle(make_job(make_application("Citrix GoToMeeting"), {"username": "a"}, is_on=True))


@pytest.fixture
def bo(cycle: Cycle) -> Activity:
    """An entry of her, among others."""
    make_activity(cycle)
    count(cycle.job_id, [("update", "failure", "EntryConflict")], NOW)
    return make_activity(
        cycle,
        source_label="Bo Ek",
        label_lower="bo ek",
        identity="bo@contoso.example",
        source_id="3f2b8f8e-0000-4000-8000-00000000b0b0",
        target_id="9911223344",
        target_label="Bo in GoTo",
        action=Action.UPDATE,
        status=Status.FAILURE,
        code="EntryConflict",
        reason=Message("Another account has this address.").as_json(),
        modified=[{"displayName": "surname", "oldValue": "Ek", "newValue": "Bell"}],
    )


def found(client: Client, cycle: Cycle, query: str) -> list[str]:
    page = client.get(f"{cycle.job.application.get_absolute_url()}logs/?{query}")
    return [row.split("  ")[0] for row in rows(page)]


@pytest.mark.parametrize(
    "query",
    [
        "q=bo",
        "q=BO@CON",
        "q=3f2b8f8e",
        "q=991122",
        "q=entryconf",
        "q=3f2b8f8e-0000-4000-8000-00000000b0b0",
        "q={change}",
        "q={entry}",
        "code=EntryConflict",
        "change={change}",
        "source=3f2b8f8e-0000-4000-8000-00000000b0b0",
        "target=9911223344",
        "attribute=surname",
        "contains=o+e",
        "contains=IN+GOTO",
        "contains=another+account",
        "action=update&status=failure",
    ],
)
def test_she_alone_is_found(signed_in: Client, cycle: Cycle, bo: Activity, query: str) -> None:
    [row] = found(signed_in, cycle, query.format(change=bo.change_id, entry=bo.activity_id))

    assert "Bo Ek" in row


@pytest.mark.parametrize("query", ["q=k", "target=99", "attribute=name", "contains=zz", "job=none", "target_system=X"])
def test_nobody_is_found(signed_in: Client, cycle: Cycle, bo: Activity, query: str) -> None:
    assert found(signed_in, cycle, query) == []


@pytest.mark.parametrize("query", ["job={id}", "job={full}", "target_system=citrix", "source_system=azure"])
def test_both_are_found(signed_in: Client, cycle: Cycle, bo: Activity, query: str) -> None:
    assert len(found(signed_in, cycle, query.format(id=cycle.job.job_id, full=cycle.job.full_id))) == 2


def test_texts_inside_are_looked_for_in_the_chosen_dates_only(signed_in: Client, cycle: Cycle, bo: Activity) -> None:
    Activity.objects.filter(pk=bo.pk).update(occurred_at=NOW - timedelta(days=20))

    assert found(signed_in, cycle, "contains=conflict") == []
    assert found(signed_in, cycle, "contains=address") == []
    assert len(found(signed_in, cycle, "contains=address&date=any")) == 1  # becomes the last 30 days
    Activity.objects.filter(pk=bo.pk).update(occurred_at=NOW - timedelta(days=40))
    assert found(signed_in, cycle, "contains=address&date=any") == []


def test_a_wide_search_finds_the_same(
    signed_in: Client, cycle: Cycle, bo: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_rows, "FEW", 0)

    [row] = found(signed_in, cycle, "q=bo")

    assert "Bo Ek" in row


def test_where_no_index_counts_the_newest_are_counted(
    signed_in: Client, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provisioning.views.logs.FEW", 2)
    for status in (Status.FAILURE, Status.SUCCESS, Status.SUCCESS, Status.SUCCESS):
        make_activity(cycle, status=status)

    text = words(signed_in.get(f"{cycle.job.application.get_absolute_url()}logs/?action=create"))

    assert "Success 2+ Skipped 0+ Warning 0+ Failure 0+" in text
    assert "2+ entries" in text


def test_the_oldest_can_come_first(signed_in: Client, cycle: Cycle) -> None:
    make_activity(cycle, source_label="Old One", occurred_at=NOW - timedelta(hours=1))
    make_activity(cycle, source_label="New One")

    assert [row.split()[1] for row in found(signed_in, cycle, "sort=date")] == ["Old", "New"]
    assert [row.split()[1] for row in found(signed_in, cycle, "sort=-date")] == ["New", "Old"]
