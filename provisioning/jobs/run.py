"""One task's share of a job: begin or go on with its cycle, and work on it for up to 45 seconds."""

import os
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from provisioning.engine.budget import Budget
from provisioning.engine.cycle import work
from provisioning.errors import RetryLater, StopJob, TargetUnavailable
from provisioning.jobs import beat, due, quarantine
from provisioning.jobs.begin import begin
from provisioning.jobs.rules import connector, job_rules, saved_credentials
from provisioning.jobs.store import RowStore
from provisioning.models import ProvisioningJob

T = TypeVar("T")

TASK_SECONDS = 45
CONNECTIONS = 16


class WallClock:
    """The engine's port `Clock`."""

    def now(self) -> datetime:
        return timezone.now()

    def monotonic(self) -> float:
        return time.monotonic()


class Threads:
    """The engine's port `Pool`: as many threads as connections."""

    size = CONNECTIONS

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(self.size, thread_name_prefix="object")

    def submit(self, do: Callable[[], T]) -> "Future[T]":
        return self._executor.submit(do)

    def wait(self, futures: Sequence["Future[T]"], seconds: float) -> bool:
        return not wait(futures, timeout=seconds).not_done

    def close(self) -> None:
        self._executor.shutdown()


def run(job_id: int, seconds: float = TASK_SECONDS) -> None:
    """Work on the job's cycle. Whatever goes wrong with the job as a whole ends in quarantine, never in lost state.

    A message that comes late or twice finds nothing due and changes nothing.
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
        target = connector(job.application, credentials, budget.timeout, budget.check)
    except StopJob as error:
        _stand_still(job, error)
        return
    cycle = begin(job_id, clock.now())
    if cycle is None:
        return
    job.refresh_from_db()  # the rules are those of the version the cycle began with, or the store says superseded
    cycle.job = job
    store = RowStore(cycle, job_rules(job), budget, clock, f"{socket.gethostname()}:{os.getpid()}")
    pool = Threads()
    try:
        work(store, target, pool, clock, seconds)
    finally:
        pool.close()


def _try_again(job: ProvisioningJob, credentials: dict[str, str]) -> None:
    """Every try in quarantine begins with a test of the connection; it passes: quarantine ends."""
    try:
        connector(job.application, credentials).test_connection()
    except RetryLater as error:
        raise TargetUnavailable(error.message, error.exchanges) from error
    with transaction.atomic():
        quarantine.leave(ProvisioningJob.objects.select_for_update().get(pk=job.pk))


def _stand_still(job: ProvisioningJob, error: StopJob) -> None:
    with transaction.atomic():
        quarantine.enter(job.pk, error, timezone.now())
