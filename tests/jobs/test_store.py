"""The store over rows keeps the contract, on both databases, and what is its own: leases by the database's clock."""

import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning import gallery
from provisioning.choices import CycleStatus, Kind, ObjectType, Staging
from provisioning.engine.budget import Budget
from provisioning.errors import OutOfTime
from provisioning.jobs import beat, change, claims, control, opening, quarantine, setup
from provisioning.jobs.begin import begin
from provisioning.jobs.rules import job_rules
from provisioning.jobs.run import WallClock
from provisioning.jobs.store import RowStore
from provisioning.models import Activity, Beat, Cycle, Group, ProvisioningJob, Slice, StagedRemoval, User
from provisioning.records import ObjectState
from provisioning.texts import Message
from tests.engine.store_contract import StoreContract
from tests.engine.store_world import claimed, finish_slice
from tests.engine.values import NOW
from tests.factories import make_group, make_job, make_users
from tests.jobs.world import TEMPLATE, drawn_keys

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
COUNTERS = (
    "looked_at", "created", "updated", "disabled", "deleted", "linked", "skipped", "held", "failed", "unchanged",
)  # fmt: skip


class RowClock(WallClock):
    """The time of the tests, moved by hand; leases end by the database's clock, and time-outs by the real one."""

    ahead = timedelta()

    def now(self) -> datetime:
        return NOW + self.ahead


class RowWorld:
    """See `StoreWorld`. Workers are connections' worth of state, not processes: their rows are the same."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch, self.clock = monkeypatch, RowClock()
        monkeypatch.setattr(gallery, "all_applications", lambda: (TEMPLATE,))
        application = setup.create_application(TEMPLATE, "In memory")
        self.job = make_job(application, credentials={}, is_on=True, next_start_at=NOW)
        self.group_members: dict[int, Sequence[int]] = {}
        self.tokens: dict[int, int] = {}

    @property
    def cycle(self) -> Cycle:
        return Cycle.objects.select_related("job__application__directory").filter(job=self.job).latest("pk")

    @property
    def row(self) -> ProvisioningJob:
        return ProvisioningJob.objects.get(pk=self.job.pk)

    def begin(self, people: int, slice_size: int = 500) -> Sequence[int]:
        self.monkeypatch.setattr(opening, "SLICE", slice_size)
        self.monkeypatch.setattr(opening, "LARGEST_SLICE", slice_size)
        users = make_users(people) if people else []
        self.assign(users)
        for group, numbers in self.group_members.items():
            change.add_members(Group.objects.get(pk=group), [users[number - 1] for number in numbers])
        assert begin(self.job.pk, self.clock.now())
        return [user.pk for user in users]

    def assign(self, principals: Sequence[User | Group]) -> None:
        change.assign(self.job.application, principals, self.job.application.roles.first())

    def begin_again(self) -> None:
        control.sync_now(self.job.pk, self.clock.now())
        assert begin(self.job.pk, self.clock.now())

    def name(self, number: int) -> str:
        return User.objects.order_by("pk")[number - 1].user_principal_name

    def guard(self, number: int) -> None:
        ProvisioningJob.objects.filter(pk=self.job.pk).update(guard_number=number)

    def group(self, members: Sequence[int]) -> int:
        group = make_group("Group")
        self.assign([group])
        self.group_members[group.pk] = members
        return group.pk

    def leave(self, group: int, member: int) -> None:
        change.remove_members(Group.objects.get(pk=group), [User.objects.get(pk=member)])

    def wait(self, seconds: float) -> None:
        self.clock.ahead += timedelta(seconds=seconds)

    def staged(self) -> dict[int, Staging]:
        rows = StagedRemoval.objects.filter(kind=Kind.ACCOUNT)
        return {row.source_key: Staging(row.status) for row in rows}

    def decide(self, key: int, status: Staging) -> None:
        StagedRemoval.objects.filter(source_key=key).update(status=status)

    def on_demand(self, key: int, *, in_hand: bool) -> None:
        if in_hand:
            token = claims.take(self.row, ObjectType.USER, key, timedelta(seconds=60))
            assert token
            self.tokens[key] = token
        else:
            claims.give_back(self.row, ObjectType.USER, key, self.tokens[key])

    def store(self, lease_seconds: float = 90) -> RowStore:
        cycle = self.cycle
        budget = Budget(lease_seconds, self.clock.monotonic)
        return RowStore(cycle, job_rules(cycle.job), budget, self.clock, "a worker")

    def lapse(self) -> None:
        Slice.objects.exclude(expires_at=None).update(expires_at=Now() - timedelta(seconds=1))

    def low(self, slice_id: int) -> int:
        return Slice.objects.get(pk=slice_id).low

    def is_done(self, slice_id: int) -> bool:
        return Slice.objects.get(pk=slice_id).done_at is not None

    def states(self) -> dict[int, ObjectState]:
        rows = self.job.object_states.filter(object_type=ObjectType.USER)
        return {row.source_key: row.as_value() for row in rows.order_by("source_key")}

    def counters(self) -> dict[str, int]:
        cycle = self.cycle
        return {name: number for name in COUNTERS if (number := getattr(cycle, name))}

    def logged(self) -> int:
        return Activity.objects.count()

    def status(self) -> CycleStatus:
        return CycleStatus(self.cycle.status)

    def head(self) -> int:
        return self.cycle.head

    def watermark(self) -> int | None:
        return self.row.watermark

    def reason(self) -> str:
        return Message.from_json(self.row.quarantine_message).text

    def switch_off(self) -> None:
        control.stop(self.job.pk, self.clock.now())

    def reconfigure(self) -> None:
        job = self.row
        job.reconfigured()
        job.save()

    def resume(self) -> None:
        control.start(self.job.pk, self.clock.now())
        job = self.row
        quarantine.leave(job, self.clock.now())
        job.save()
        begin(self.job.pk, self.clock.now())


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> RowWorld:
    return RowWorld(monkeypatch)


class TestRowStore(StoreContract):
    pass


def test_a_lease_ends_by_itself(world: RowWorld) -> None:
    world.begin(1)
    claimed(world.store(lease_seconds=0.1))
    assert world.store().claim() is None

    time.sleep(0.15)

    assert claimed(world.store()).token == 2


def test_a_slice_that_was_given_back_is_free_at_once_and_tells_since_when(world: RowWorld) -> None:
    world.begin(1)
    store = world.store()
    before = timezone.now() - timedelta(seconds=1)

    store.release(claimed(store))

    expires_at = Slice.objects.get().expires_at
    assert expires_at is not None
    assert before < expires_at <= timezone.now()
    assert claimed(world.store()).token == 2


def test_a_claim_gives_time_for_requests_and_names_its_owner(world: RowWorld) -> None:
    world.begin(1)
    store = world.store()
    with pytest.raises(OutOfTime):
        store.budget.check()

    lease = claimed(store)

    store.budget.check()
    assert Slice.objects.get(pk=lease.slice_id).owner == "a worker"


def test_the_portion_in_hand_is_published_while_it_is_worked_on(world: RowWorld) -> None:
    keys = world.begin(3)
    store = world.store()
    lease = claimed(store)

    store.load(lease, 0, 2)

    assert Slice.objects.get(pk=lease.slice_id).in_hand == keys[1]
    store.release(lease)
    assert Slice.objects.get(pk=lease.slice_id).in_hand is None


def test_who_takes_a_slice_over_has_nothing_in_hand_yet(world: RowWorld) -> None:
    world.begin(3)
    store = world.store()
    lease = claimed(store)
    store.load(lease, 0, 2)
    world.lapse()

    claimed(world.store())

    assert Slice.objects.get(pk=lease.slice_id).in_hand is None


def test_a_worker_gives_a_sign_of_life(world: RowWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beat, "EVERY_SECONDS", 0)
    world.begin(1)
    store = world.store()
    lifeless = timezone.now() - timedelta(hours=1)
    Beat.objects.create(host=beat.here()[0], cluster=beat.here()[1], beat_at=lifeless)

    claimed(store)
    assert Beat.objects.filter(beat_at__gt=lifeless).update(beat_at=lifeless) == 1

    store.signal()
    assert Beat.objects.filter(beat_at__gt=lifeless).update(beat_at=lifeless) == 1


@pytest.mark.parametrize("people", [1, 30])
def test_a_slice_takes_the_same_number_of_queries_for_many_people(
    world: RowWorld, people: int, django_assert_num_queries: DjangoAssertNumQueries, no_beat: None
) -> None:
    world.begin(people)
    store = world.store()

    with django_assert_num_queries(29 + drawn_keys()):
        finish_slice(store)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_moment_get_different_slices(world: RowWorld) -> None:
    world.begin(8, slice_size=1)
    got: list[int] = []
    together = threading.Barrier(8)

    def claim() -> None:
        try:
            store = world.store()
            together.wait()
            got.append(claimed(store).slice_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(got)) == 8
