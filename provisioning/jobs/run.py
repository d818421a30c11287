"""One task's share of a job: begin or go on with its cycle, and work on it for up to 45 seconds."""

import os
import socket
import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from provisioning.choices import CycleKind, QuarantineReason
from provisioning.connectors.base import Connector
from provisioning.engine.budget import Budget
from provisioning.engine.cycle import work
from provisioning.engine.rehearsal import Rehearsal
from provisioning.errors import RetryLater, StopJob, TargetUnavailable
from provisioning.jobs import beat, due, profiles, quarantine
from provisioning.jobs.begin import begin
from provisioning.jobs.rules import connector, job_rules, saved_credentials
from provisioning.jobs.store import RowStore
from provisioning.jobs.threads import Rate, Threads
from provisioning.models import Cycle, ProvisioningJob

TASK_SECONDS = 45
LONGEST_SLEEP = 10.0
"""A task sleeps through a wait of so many seconds at most, with nothing in hand; else it gives its place to others."""
CONNECTIONS = 16


class WallClock:
    """The engine's port `Clock`."""

    def now(self) -> datetime:
        return timezone.now()

    def monotonic(self) -> float:
        return time.monotonic()


def run(job_id: int, seconds: float = TASK_SECONDS, call_help: Callable[[int], None] = lambda _: None) -> None:
    """Work on the job's cycle. Whatever goes wrong with the job as a whole ends in quarantine, never in lost state.

    A message that comes late or twice finds nothing due and changes nothing. `call_help` is called with the job when
    there is work for one more worker.
    """
    clock = WallClock()
    ProvisioningJob.objects.filter(pk=job_id).update(queued_at=None)
    beat.write()
    due_now = due.jobs(clock.now()).select_related("application__directory", "credentials")
    job = due_now.filter(pk=job_id).first()
    if job is None:
        return
    budget = Budget(settings.PORTAL_LEASE_SECONDS, clock.monotonic)
    try:
        credentials = saved_credentials(job)
        if job.quarantine:
            _try_again(job, credentials)
        target = connector(job.application, credentials, budget.timeout, _before_send(job, budget))
    except StopJob as error:
        _stand_still(job, error)
        return
    cycle = begin(job_id, clock.now())
    if cycle is None:
        return
    job.refresh_from_db()  # the rules are those of the version the cycle began with, or the store says superseded
    cycle.job = job
    if due.wants_help(job, clock.now()):
        call_help(job_id)
    _work(cycle, target, budget, clock, seconds)


def _work(cycle: Cycle, target: Connector, budget: Budget, clock: WallClock, seconds: float) -> None:
    kind = CycleKind(cycle.kind)
    rules = job_rules(cycle.job, kind, repair=cycle.repair)
    store = RowStore(cycle, rules, budget, clock, f"{socket.gethostname()}:{os.getpid()}")
    pool, until = Threads(CONNECTIONS), clock.monotonic() + seconds
    walked = Rehearsal(target) if kind is CycleKind.PREVIEW else target
    try:
        work(store, walked, pool, clock, seconds)
        while (pause := store.pause()) is not None and pause <= LONGEST_SLEEP:
            time.sleep(pause)
            work(store, walked, pool, clock, until - clock.monotonic())
    finally:
        pool.close()
        store.close()
        if target.found_out:
            profiles.remember(cycle.job.application_id, target.found_out)


def _before_send(job: ProvisioningJob, budget: Budget) -> Callable[[], None]:
    """Every request waits for its turn, and is not sent when the lease might end under it."""
    most = job.rate_limit or profiles.kind_of(job.application).requests_per_second
    rate = Rate(most, time.monotonic, time.sleep) if most else None

    def before_send() -> None:
        if rate:
            rate.wait(most_seconds=budget.left)
        budget.check()

    return before_send


def _try_again(job: ProvisioningJob, credentials: dict[str, str]) -> None:
    """Every try in quarantine begins with a test of the connection; it passes: quarantine ends.

    Not when too many objects fail: that is found out at the end of the cycle that follows.
    """
    try:
        report = connector(job.application, credentials).test_connection()
    except RetryLater as error:
        raise TargetUnavailable(error.message, error.exchanges) from error
    profiles.learn(job.application_id, report)
    if job.quarantine != QuarantineReason.EXCEPTION:
        return
    with transaction.atomic():
        row = ProvisioningJob.objects.select_for_update(no_key=True).select_related("application").get(pk=job.pk)
        quarantine.leave(row, timezone.now())
        row.save()


def _stand_still(job: ProvisioningJob, error: StopJob) -> None:
    with transaction.atomic():
        quarantine.enter(job.pk, error, timezone.now())
