"""Which objects a slice is about, by the work that is to be done with them."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from provisioning.choices import Kind, ObjectType, Status, Work
from provisioning.engine.ports import Lease
from provisioning.errors import LicenseLimitExceeded
from provisioning.jobs import members
from provisioning.jobs.candidates import is_plain, next_entitled, object_keys, states, within
from provisioning.jobs.references import referring_keys
from provisioning.models import Cycle, StagedRemoval

Keys = QuerySet[Any, Any]
KEY = "source_key"
MOST = 2**63 - 1


def slice_keys(cycle: Cycle, lease: Lease, after: int, limit: int, now: datetime) -> list[int]:
    """The next keys above `after`, in order; asked for anew each time and never stored."""
    if lease.again:
        rows = waiting_keys(cycle, lease.work, lease.type, now).filter(within(after, lease.high, KEY))
    elif lease.work is Work.REFERENCES:
        rows = referring_keys(cycle, after, lease.high)
    elif lease.work is Work.REMOVALS:
        rows = removal_keys(cycle, lease.type, now).filter(within(after, lease.high, KEY))
    elif lease.work is Work.SEATS:
        rows = seat_keys(cycle).filter(within(after, lease.high, KEY))
    elif is_plain(cycle):
        given = {"job": cycle.job_id, "application": cycle.job.application_id}
        high = MOST if lease.high is None else lease.high
        return [key for (key,) in next_entitled(lease.type, limit).rows(**given, low=after, high=high)]
    else:
        return list(object_keys(cycle, lease.type, after, lease.high, now).values_list("pk", flat=True)[:limit])
    return list(rows.values_list(KEY, flat=True)[:limit])


def member_keys(cycle: Cycle, lease: Lease, after: int, limit: int, now: datetime) -> list[int]:
    """The next groups whose members differ."""
    rows = members.group_keys(cycle, lease.work, now, again=lease.again)
    return list(rows.filter(within(after, lease.high, KEY)).values_list(KEY, flat=True)[:limit])


def waiting_keys(cycle: Cycle, work: Work, type_: ObjectType, now: datetime) -> Keys:
    """Who waits for another try at this work in this cycle."""
    waiting = states(cycle.job, type_).filter(cycle_key=cycle.pk).exclude(deferred_until=None).order_by(KEY)
    if work is Work.REMOVALS:
        return waiting.filter(source_key__in=_staged(cycle, type_).values(KEY))
    if work is Work.MEMBER_REMOVALS:
        return waiting.filter(source_key__in=members.group_keys(cycle, work, now, again=True))
    if work is Work.SEATS:
        staged = StagedRemoval.objects.filter(job=cycle.job, object_type=type_, kind=Kind.ACCOUNT)
        return waiting.exclude(source_key__in=staged.values(KEY))
    return waiting


def removal_keys(cycle: Cycle, type_: ObjectType, now: datetime) -> Keys:
    """Accounts whose removal may be carried out and is not waiting for another time."""
    due: Keys = _staged(cycle, type_).filter(members.of_now(now))
    return due.order_by(KEY).values(KEY)


def seat_keys(cycle: Cycle) -> Keys:
    """Who found no seat in this cycle; each is tried once more."""
    code = LicenseLimitExceeded.code
    failed: Keys = states(cycle.job, ObjectType.USER).filter(cycle_key=cycle.pk, status=Status.FAILURE, code=code)
    return failed.order_by(KEY).values(KEY)


def _staged(cycle: Cycle, type_: ObjectType) -> QuerySet[StagedRemoval]:
    return StagedRemoval.objects.executable().filter(job=cycle.job, object_type=type_, kind=Kind.ACCOUNT)
