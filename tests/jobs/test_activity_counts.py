"""Entries of the logs are counted by hour as they are written."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Sum

from provisioning.choices import Action, Status
from provisioning.jobs.activity_counts import count
from provisioning.models import Activity, ActivityCount
from tests.factories import make_job
from tests.jobs.world import RowWorld

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def told() -> list[tuple[object, ...]]:
    return list(ActivityCount.objects.order_by("hour", "action").values_list("hour", "action", "status", "number"))


def test_entries_of_one_kind_and_hour_are_one_row() -> None:
    job = make_job()
    kinds = [(Action.CREATE, Status.SUCCESS, ""), (Action.UPDATE, Status.FAILURE, "Timeout")]

    count(job.pk, [*kinds, kinds[0]], NOON + timedelta(minutes=10))
    count(job.pk, kinds[:1], NOON + timedelta(minutes=59))
    count(job.pk, kinds[:1], NOON + timedelta(minutes=60))

    assert told() == [
        (NOON, "create", "success", 3),
        (NOON, "update", "failure", 1),
        (NOON + timedelta(hours=1), "create", "success", 1),
    ]


def test_nothing_written_is_nothing_counted() -> None:
    count(make_job().pk, [], NOON)

    assert told() == []


def test_a_cycle_counts_as_many_entries_as_it_writes(world: RowWorld) -> None:
    world.people(2)

    world.cycle()

    assert Activity.objects.count() == 2
    assert ActivityCount.objects.aggregate(sum=Sum("number"))["sum"] == 2
