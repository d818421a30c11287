"""What is kept for some days only is taken away."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from provisioning.choices import Status
from provisioning.jobs import sweep
from provisioning.jobs.activity_counts import count
from provisioning.models import Activity, ActivityCount, ActivityExchange, Cycle
from tests.factories import make_activity, make_cycle, make_job

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
NOW = timezone.now()


@pytest.fixture
def cycle(settings: Settings) -> Cycle:
    settings.PORTAL_KEEP_EXCHANGES_DAYS = 7
    return make_cycle(make_job())


def make_exchange(cycle: Cycle, days: float, status: Status = Status.SUCCESS) -> ActivityExchange:
    activity = make_activity(cycle, status=status, occurred_at=NOW - timedelta(days=days))
    return ActivityExchange.objects.create(activity=activity, exchanges=[{"method": "GET"}])


def test_exchanges_of_old_successes_go_and_their_entries_stay(cycle: Cycle) -> None:
    make_exchange(cycle, 7.1)
    young = make_exchange(cycle, 6.9)

    assert sweep.exchanges(NOW) == 1

    assert list(ActivityExchange.objects.all()) == [young]
    assert Activity.objects.count() == 2


@pytest.mark.parametrize("status", [Status.FAILURE, Status.SKIPPED, Status.WARNING])
def test_what_was_not_a_success_keeps_its_exchange(cycle: Cycle, status: Status) -> None:
    kept = make_exchange(cycle, 90, status)

    assert sweep.exchanges(NOW) == 0
    assert list(ActivityExchange.objects.all()) == [kept]


def test_more_than_one_chunk_goes_at_once(cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "CHUNK", 2)
    for _ in range(5):
        make_exchange(cycle, 30)

    assert sweep.exchanges(NOW) == 5
    assert not ActivityExchange.objects.exists()


def test_entries_go_after_their_days_and_their_counts_stay(cycle: Cycle, settings: Settings) -> None:
    settings.PORTAL_KEEP_LOGS_DAYS = 30
    make_exchange(cycle, 30.1, Status.FAILURE)
    young = make_exchange(cycle, 29.9)
    count(cycle.job_id, [("create", "failure", "")], NOW - timedelta(days=399))

    assert sweep.entries(NOW) == 1

    assert list(ActivityExchange.objects.all()) == [young]
    assert ActivityCount.objects.exists()
    assert sweep.entries(NOW + timedelta(days=2)) == 2


def test_the_database_learns_how_much_its_indexes_find(cycle: Cycle) -> None:
    for _ in range(60):
        make_activity(cycle)
    one = make_activity(cycle)

    sweep.take_statistics()

    plan = Activity.objects.filter(job=cycle.job_id, change_id=one.change_id).order_by("-occurred_at", "-pk").explain()
    if connection.vendor == "sqlite":  # PostgreSQL reads so few rows whole
        assert "activity_of_change" in plan
