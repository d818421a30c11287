"""Values that SelectUniqueValue chose, as rows: one holder for each, whoever asks first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from provisioning.choices import ObjectType
from provisioning.jobs import sweep
from provisioning.jobs.taken import LONGEST, Reservations, reserve
from provisioning.models import ReservedValue
from tests.factories import make_job

USER, GROUP = ObjectType.USER, ObjectType.GROUP


@pytest.mark.both_databases
@pytest.mark.django_db
def test_the_first_who_asks_holds_a_value_and_may_ask_again() -> None:
    job = make_job(credentials={}).pk

    assert reserve(job, USER, "mail", "bo@contoso.example", 1)
    assert not reserve(job, USER, "mail", "bo@contoso.example", 2)
    assert reserve(job, USER, "mail", "bo@contoso.example", 1)


@pytest.mark.django_db
def test_another_attribute_type_or_job_has_values_of_its_own() -> None:
    job = make_job(credentials={}).pk
    reserve(job, USER, "mail", "bo", 1)

    assert reserve(job, USER, "userName", "bo", 2)
    assert reserve(job, GROUP, "mail", "bo", 2)
    assert reserve(make_job(credentials={}).pk, USER, "mail", "bo", 2)


@pytest.mark.django_db
def test_a_value_longer_than_the_column_is_held_by_its_beginning() -> None:
    job = make_job(credentials={}).pk

    assert reserve(job, USER, "mail", "x" * LONGEST + "a", 1)
    assert not reserve(job, USER, "mail", "x" * LONGEST + "b", 2)


@pytest.mark.django_db
def test_the_nightly_sweep_takes_old_ones_away() -> None:
    job = make_job(credentials={}).pk
    reserve(job, USER, "mail", "old", 1)
    ReservedValue.objects.update(reserved_at=timezone.now() - timedelta(days=2))
    reserve(job, USER, "mail", "new", 1)

    assert sweep.reservations(timezone.now()) == 1
    assert [each.value for each in ReservedValue.objects.all()] == ["new"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_threads_that_ask_at_once_find_one_holder() -> None:
    reservations, other = Reservations(make_job(credentials={}).pk), ThreadPoolExecutor(8)

    answers = list(other.map(lambda key: reservations.reserve(USER, "mail", "bo", key), range(1, 17)))

    assert answers.count(True) == 1
    assert ReservedValue.objects.get().source_key == 1 + answers.index(True)
    reservations.close()
    other.shutdown()
    assert connection.vendor == "postgresql"
