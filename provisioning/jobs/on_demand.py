"""Provision on demand: one object walks at once, with the cycles kept off it meanwhile."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from provisioning.choices import ObjectType, RunStatus, Staging
from provisioning.connectors.base import Connector
from provisioning.engine.budget import Budget
from provisioning.engine.mapping import maps_members
from provisioning.engine.members import add_members
from provisioning.engine.pipeline import adopt, provision, refuse
from provisioning.engine.ports import Taken
from provisioning.engine.scope import judge
from provisioning.engine.walk import Found, Walk
from provisioning.errors import OutOfTime, ProvisioningError, SkipObject
from provisioning.jobs import beat, claims, entries, linking, members, record
from provisioning.jobs.load import candidates
from provisioning.jobs.rules import connector, job_rules, saved_credentials
from provisioning.jobs.taken import Reservations
from provisioning.models import Group, OnDemandRun, ProvisioningJob, StagedRemoval, User
from provisioning.records import Candidate, ObjectState, Outcome
from provisioning.texts import gettext_noop, say

log = logging.getLogger(__name__)

PATIENCE = 30.0
PAUSE = 0.5
"""Seconds between two tries to get hold of an object that the running cycle has in hand, and how long it is tried."""

IN_HAND = gettext_noop("The running cycle has this object in hand. Try again in a moment.")
TOO_SLOW = gettext_noop("The application was too slow. What was sent is looked at again by the next cycle.")
OUR_FAULT = gettext_noop("The portal failed at this object. The portal's log tells more.")
NOT_MAPPED = gettext_noop("%(type)s objects are not provisioned: their mapping is switched off.")
UNKNOWN = gettext_noop("It is not in the directory any more.")


def ask(job: ProvisioningJob, source: User | Group, by: str, now: datetime) -> OnDemandRun:
    """A run for this object, to be queued by the caller."""
    type_ = ObjectType.USER if isinstance(source, User) else ObjectType.GROUP
    return OnDemandRun.objects.create(
        job=job,
        object_type=type_,
        source_key=source.pk,
        source_id=str(source.object_id),
        label=source.display_name[:256],
        asked_at=now,
        asked_by=by[:150],
        queued_at=now,
    )


def ask_removal(job: ProvisioningJob, row: StagedRemoval, by: str, now: datetime) -> OnDemandRun:
    """A run that carries out an approved removal."""
    return OnDemandRun.objects.create(
        job=job,
        object_type=row.object_type,
        source_key=row.source_key,
        source_id=row.state.source_id,
        label=row.state.label,
        is_removal=True,
        asked_at=now,
        asked_by=by[:150],
        queued_at=now,
    )


def run(run_id: int, sleep: Callable[[float], None] = time.sleep) -> None:
    """Do it, and keep what became of it with the run. A message that comes twice finds it done."""
    row = OnDemandRun.objects.select_related("job__application__directory", "job__credentials").get(pk=run_id)
    if row.status == RunStatus.DONE:
        return
    beat.write()
    try:
        outcome = _take_and_walk(row, sleep)
    except ProvisioningError as error:
        _close(row, message={**error.message.as_json(), "code": error.code, "remedy": error.remedy})
        return
    except OutOfTime:
        _close(row, message=say(TOO_SLOW).as_json())
        return
    except Exception:  # else the run would be queued again and again
        log.exception("A fault of our own at %s %s", row.object_type, row.source_id)
        _close(row, message=say(OUR_FAULT).as_json())
        return
    if outcome:
        _close(row, entry=_as_json(outcome))


def _take_and_walk(row: OnDemandRun, sleep: Callable[[float], None]) -> Outcome | None:
    type_, length = ObjectType(row.object_type), timedelta(seconds=settings.PORTAL_LEASE_SECONDS)
    rules = job_rules(row.job)
    if type_ not in rules.objects:
        _close(row, message=say(NOT_MAPPED, type=type_.value).as_json())
        return None
    if not candidates(row.job, type_, [row.source_key]):
        _close(row, message=say(UNKNOWN).as_json())
        return None
    budget = Budget(settings.PORTAL_LEASE_SECONDS, time.monotonic)
    target = connector(row.job.application, saved_credentials(row.job), budget.timeout, budget.check)
    token = _take(row, type_, length, sleep)
    if token is None:
        return None
    budget.renew(time.monotonic())
    taken = Reservations(row.job_id)
    try:
        return _walk(row, target, token, taken)
    finally:
        taken.close()
        claims.give_back(row.job, type_, row.source_key, token)


def _take(row: OnDemandRun, type_: ObjectType, length: timedelta, sleep: Callable[[float], None]) -> int | None:
    waited = 0.0
    while (token := claims.take(row.job, type_, row.source_key, length)) is None:
        if waited >= PATIENCE:
            _close(row, message=say(IN_HAND).as_json())
            return None
        OnDemandRun.objects.filter(pk=row.pk).update(status=RunStatus.WAITING)
        beat.write()
        sleep(PAUSE)
        waited += PAUSE
    return token


def _walk(row: OnDemandRun, target: Connector, token: int, taken: Taken) -> Outcome:
    job, type_ = row.job, ObjectType(row.object_type)
    (candidate,) = candidates(job, type_, [row.source_key])
    if not row.is_removal:
        candidate = replace(candidate, staged=None)
    if candidate.state == ObjectState():
        candidate = replace(candidate, state=None)  # the row that the claim made tells nothing
    # An account that was not known is linked before it is touched: it may be somebody else's.
    is_uncertain = candidate.state is not None and candidate.state.uncertain
    # So is a removal that was approved when it was asked for, and waits for a person again.
    waits = row.is_removal and not (candidate.staged and candidate.staged.status is Staging.APPROVED)
    stage = is_uncertain or waits
    walk = Walk(rules=job_rules(job), target=target, now=timezone.now(), taken=taken, stage=stage)
    if _may_be_created(candidate, walk):
        claims.intend(job, type_, row.source_key, token, walk.now)
    outcome = provision(candidate, walk)
    if isinstance(outcome, Found):
        outcome = _adopted(job, outcome, walk)
    outcome = _recorded(row, candidate, outcome, token)
    if outcome.staged and is_uncertain:
        return _walk(row, target, token, taken)
    if type_ is ObjectType.GROUP:
        _add_members(row, walk, token)
    return outcome


def _may_be_created(candidate: Candidate, walk: Walk) -> bool:
    if candidate.state and candidate.state.target_id:
        return False
    try:
        return judge(candidate.source, walk.rules).wanted
    except SkipObject:
        return False


def _adopted(job: ProvisioningJob, found: Found, walk: Walk) -> Outcome:
    with transaction.atomic():
        ProvisioningJob.objects.select_for_update(no_key=True).get(pk=job.pk)
        refused = linking.holders(job, [found.link])
        linking.write(job, None, [found.link], refused)
    key = found.link.candidate.source.key
    return refuse(found, refused[key]) if key in refused else adopt(found, walk)


def _recorded(row: OnDemandRun, candidate: Candidate, outcome: Outcome, token: int) -> Outcome:
    """The job is locked, so that whoever moves is seen by the cycle that follows references."""
    before = {candidate.source.key: candidate.state.target_id} if candidate.state else {}
    with transaction.atomic():
        ProvisioningJob.objects.select_for_update(no_key=True).get(pk=row.job_id)
        if claims.is_held(row.job, ObjectType(row.object_type), row.source_key, token):
            (outcome,) = record.write(row.job, None, [outcome], before, timezone.now())
    return outcome


def _add_members(row: OnDemandRun, walk: Walk, token: int) -> None:
    """One request's worth of members; the next cycle adds the others."""
    if not maps_members(walk.rules.objects[ObjectType.GROUP]):
        return
    work = members.additions(row.job, row.source_key, walk.target.members_per_request)
    if work and work.add:
        outcome = add_members(replace(work, more=True), walk)
        _recorded(row, work.candidate, outcome, token)


def _as_json(outcome: Outcome) -> dict[str, object]:
    told = entries.fields(outcome, timezone.now())
    told["occurred_at"] = told["occurred_at"].isoformat()
    told["next_try_at"] = told["next_try_at"].isoformat() if told["next_try_at"] else None
    return told


def _close(row: OnDemandRun, entry: object = None, message: object = None) -> None:
    OnDemandRun.objects.filter(pk=row.pk).update(
        status=RunStatus.DONE, ended_at=timezone.now(), entry=entry or {}, message=message or {}
    )
