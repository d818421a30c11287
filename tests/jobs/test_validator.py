"""Runs of the SCIM validator as rows: one for each person, due for a worker, seen when they wait, gone in the end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.models import Account
from provisioning.choices import ValidatorStatus
from provisioning.jobs import diagnosis, health, sweep, validator
from provisioning.models import ValidatorRun
from tests.factories import make_administrator
from tests.goto_service import GotoService
from tests.jobs.validations import asked

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def admin(db: None) -> Account:
    return make_administrator()


def test_who_asks_twice_gets_the_run_that_goes_on(service: GotoService, admin: Account) -> None:
    first = asked(service, admin)

    assert asked(service, admin) == first
    assert asked(service, make_administrator()) != first


def test_old_runs_go_and_those_that_nobody_took_up_lose_their_credentials(service: GotoService, admin: Account) -> None:
    old, forgotten, now = asked(service, admin), asked(service, make_administrator()), timezone.now()
    ValidatorRun.objects.filter(pk=old.pk).update(status=ValidatorStatus.DONE, ended_at=now - timedelta(days=31))
    ValidatorRun.objects.filter(pk=forgotten.pk).update(asked_at=now - timedelta(days=2))

    assert sweep.runs(now) == 1

    [kept] = ValidatorRun.objects.all()
    assert (kept, kept.status, kept.locked, kept.left) == (forgotten, ValidatorStatus.BROKEN, "", [])


def test_a_run_that_nobody_takes_up_is_seen(service: GotoService, admin: Account) -> None:
    row, now = asked(service, admin), timezone.now()
    assert not health.stalled("here", "cycles")

    ValidatorRun.objects.filter(pk=row.pk).update(asked_at=now - timedelta(minutes=5))

    assert health.stalled("here", "cycles")
    assert ("Runs of the SCIM validator", 1) in [(each.kind, each.number) for each in diagnosis.waiting(now)]
    assert not validator.due(now).exists()
    health.forget_messages("cycles")
    assert list(validator.due(now)) == [row]
