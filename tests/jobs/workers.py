"""A worker's moves over rows, one at a time: what a store does between two statements of the engine."""

from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone

from provisioning.choices import CycleKind, ObjectType
from provisioning.engine.budget import Budget
from provisioning.engine.ports import Lease
from provisioning.jobs.begin import begin
from provisioning.jobs.rules import job_rules
from provisioning.jobs.store import RowStore
from provisioning.models import Cycle, ProvisioningJob, Slice, User
from provisioning.records import Candidate
from tests.jobs.world import MovedClock, RowWorld

USER, GROUP = ObjectType.USER, ObjectType.GROUP


def begun(world: RowWorld) -> Cycle:
    """A cycle that is due now, and begins."""
    now = world.now()
    ProvisioningJob.objects.filter(pk=world.job.pk).update(next_start_at=now)
    cycle = begin(world.job.pk, now)
    assert cycle is not None
    return cycle


def worker(cycle: Cycle) -> RowStore:
    """One more worker for the cycle, with rules read now."""
    found = Cycle.objects.select_related("job__application__directory").get(pk=cycle.pk)
    clock = MovedClock()
    rules = job_rules(found.job, CycleKind(found.kind), repair=found.repair)
    return RowStore(found, rules, Budget(90, clock.monotonic), clock, "a worker")


def claimed(store: RowStore) -> Lease:
    lease = store.claim()
    assert lease is not None
    return lease


def loaded(store: RowStore, lease: Lease, limit: int = 100) -> list[Candidate]:
    return list(store.load(lease, lease.low, limit))


def keys(candidates: list[Candidate]) -> list[int]:
    return [each.source.key for each in candidates]


def pks(*users: User) -> list[int]:
    return [each.pk for each in users]


def lapse() -> None:
    """So much time passes that every lease has expired."""
    Slice.objects.exclude(expires_at=None).update(expires_at=Now() - timedelta(seconds=1))


def refreshed(world: RowWorld) -> ProvisioningJob:
    return ProvisioningJob.objects.select_related("application__directory").get(pk=world.job.pk)


def ahead(**time: float) -> object:
    return timezone.now() + timedelta(**time)
