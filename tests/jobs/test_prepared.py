"""Statements that are worded once give what a queryset gives, on both databases."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import DurationField, F, IntegerField, JSONField, QuerySet
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from provisioning.jobs.prepared import Given, Prepared, PreparedUpdate, among
from provisioning.models import Slice, User
from tests.factories import make_cycle, make_job, make_slice, make_user, make_users

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

BY_KEYS = Prepared(lambda: User.objects.filter(among("pk", "keys")).order_by("pk").values_list("pk", "object_id"))
BY_NAMES = Prepared(
    lambda: User.objects.filter(among("display_name", "names"), pk__gt=Given("low"), deleted_at=None).order_by("pk")
)
COUNTED = PreparedUpdate(
    lambda: Slice.objects.filter(pk=Given("slice"), done_at=None),
    token=F("token") + Given("more", IntegerField()),
    intents=Given("intents", JSONField()),
    expires_at=Now() + Given("length", DurationField()),
)


def test_rows_are_those_of_the_queryset() -> None:
    users = make_users(5)
    wanted = [each.pk for each in users[1:4]]

    expected = list(User.objects.filter(pk__in=wanted).order_by("pk").values_list("pk", "object_id"))

    assert BY_KEYS.rows(keys=wanted) == expected
    assert BY_KEYS.rows(keys=wanted[:1]) == expected[:1]
    assert BY_KEYS.rows(keys=set()) == []


def test_objects_are_whole() -> None:
    first, second = make_user(display_name="Åsa 'O\"Neil"), make_user(display_name="Bo, Ek")
    make_user(display_name="Cia")

    assert BY_NAMES.objects(names=[first.display_name, second.display_name], low=0) == [first, second]
    (found,) = BY_NAMES.objects(names={first.display_name, second.display_name}, low=first.pk)
    assert (found.object_id, found.deleted_at, found.manager_id) == (second.object_id, None, None)


def test_the_text_stays_the_same_however_many_values_are_given() -> None:
    users = make_users(3)
    with CaptureQueriesContext(connection) as said:
        BY_KEYS.rows(keys=[])
        BY_KEYS.rows(keys=[each.pk for each in users])

    assert len({str(each["sql"]).split("(SELECT value")[0].split("ANY(")[0] for each in said}) == 1


def test_an_update_takes_expressions_json_and_durations() -> None:
    slice_ = make_slice(make_cycle(make_job(credentials={})), token=3)

    assert COUNTED.run(slice=slice_.pk, more=4, intents=[1, 2], length=timedelta(seconds=90)) == 1

    slice_.refresh_from_db()
    assert (slice_.token, slice_.intents) == (7, [1, 2])
    assert Slice.objects.filter(expires_at__gt=Now() + timedelta(seconds=60)).exists()
    assert not Slice.objects.filter(expires_at__gt=Now() + timedelta(seconds=100)).exists()


def test_an_update_tells_when_nothing_matched() -> None:
    done: QuerySet[Slice] = Slice.objects.filter(pk=make_slice(make_cycle(make_job(credentials={}))).pk)
    done.update(done_at=Now())

    assert COUNTED.run(slice=done.get().pk, more=1, intents=[], length=timedelta(0)) == 0
