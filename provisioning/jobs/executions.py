"""What the cycles of a job have come to: the last ones, the good ones, the one that runs, and who has an account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Q

from provisioning.choices import CycleKind, CycleStatus
from provisioning.jobs.held import Waiting, waiting
from provisioning.models import Cycle, ProvisioningJob

NEVER = datetime.max.replace(tzinfo=UTC)
WRITTEN = ("created", "updated", "disabled", "deleted")
"""Counters of a cycle that tell what was written to the application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Executions:
    """`last` has ended or was interrupted; `first_good`, `last_good` and `last_with_exports` came to their end.

    `accounts` counts the objects that have an account which is kept up to date, by object type.
    """

    running: Cycle | None
    last: Cycle | None
    first_good: Cycle | None
    last_good: Cycle | None
    last_with_exports: Cycle | None
    accounts: Mapping[str, int]
    waiting: Waiting | None


def executions(job: ProvisioningJob) -> Executions:
    """Read them, in a fixed number of queries. Neither cycles that only compare count, nor those of a deleted job."""
    kinds = [CycleKind.INITIAL, CycleKind.INCREMENTAL]
    cycles = job.cycles.filter(kind__in=kinds, started_at__gte=job.first_started_at or NEVER)
    good = cycles.filter(status=CycleStatus.COMPLETED)
    done = Q(ended_at__isnull=False) | Q(status=CycleStatus.INTERRUPTED)
    wrote = reduce(or_, (Q(**{f"{name}__gt": 0}) for name in WRITTEN))
    return Executions(
        running=cycles.filter(status=CycleStatus.RUNNING, ended_at=None).first(),
        last=cycles.filter(done).first(),
        first_good=good.order_by("started_at", "pk").first(),
        last_good=good.first(),
        last_with_exports=good.filter(wrote).first(),
        accounts=_accounts(job),
        waiting=waiting(job),
    )


def _accounts(job: ProvisioningJob) -> Mapping[str, int]:
    managed = job.object_states.filter(managed=True).exclude(target_id="")
    return dict(managed.order_by("object_type").values_list("object_type").annotate(number=Count("pk")))
