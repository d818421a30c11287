"""What saving the page Provisioning would lead to, told before it is saved."""

import time
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.components.numbers import counted
from portal.components.times import moment_text
from provisioning.choices import Mode, ObjectType
from provisioning.engine.scope import judge
from provisioning.errors import FilterInvalid, FilterTimedOut
from provisioning.jobs.deletion import usable
from provisioning.jobs.effect import time_of
from provisioning.jobs.load import candidates
from provisioning.jobs.rules import job_rules
from provisioning.jobs.save import RECONFIGURING, Wanted
from provisioning.models import Cycle, ProvisioningJob
from provisioning.records import Candidate, JobRules

SECONDS = 1.0
"""So long it is counted: of many people only the first ones are looked at."""
BATCH, SAMPLE = 500, 5


@dataclass(slots=True)
class Leaving:
    """How many with an account would leave the scope, and the first of them; not `is_whole` when time ran out."""

    number: int = 0
    names: list[str] = field(default_factory=list)
    is_whole: bool = True


def sentences(job: ProvisioningJob, wanted: Wanted, now: datetime, *, clears: bool = False) -> Sequence[str]:
    """What follows for cycles, the gravest first. `clears`: the links to accounts are forgotten as well."""
    if wanted.mode == Mode.MANUAL:
        stops = _("Provisioning stops at the next object. The settings that are hidden now stay as they are.")
        return [stops] if job.is_on else [_("The portal does nothing in this application.")]
    on = job.is_on if wanted.is_on is None else wanted.is_on
    if not on:
        running = _("A running cycle stops at the next object, and no new one starts until you switch it on again.")
        return [running] if job.is_on else [_("Nothing is provisioned until Provisioning Status is On.")]
    said = []
    if not job.is_on or wanted.credentials is not None:
        said.append(_("The connection is tested first; if the test fails, nothing is saved."))
    if not job.is_on:
        return [
            *said,
            _("The initial cycle starts at once.") if job.watermark is None else _("A cycle starts at once."),
        ]
    if clears:
        return [*said, _("A new initial cycle starts at once. Everybody is matched anew by the matching attributes.")]
    if is_reconfiguring(job, wanted):
        return [*said, _of_full_cycle(job, now)]
    return [*said, _("No new initial cycle. %(next)s") % {"next": _next(job, now)}]


def is_reconfiguring(job: ProvisioningJob, wanted: Wanted) -> bool:
    """Whether cycles would go by something else, so that the next one looks at everybody."""
    return any(getattr(job, name) != _value(job, wanted, name) for name in RECONFIGURING)


def leaving(
    job: ProvisioningJob, wanted: Wanted, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
) -> Leaving:
    """Who has an account that is kept up to date and would be out of scope; nobody where the scope stays as it is."""
    found, until, low = Leaving(), clock() + seconds, 0
    if not is_reconfiguring(job, wanted):
        return found
    after = copy(job)
    for name in RECONFIGURING:
        setattr(after, name, _value(job, wanted, name))
    rules, known = job_rules(after), usable(job).filter(managed=True).order_by("source_key")
    if ObjectType.USER not in rules.objects:
        return found
    while keys := list(known.filter(source_key__gt=low).values_list("source_key", flat=True)[:BATCH]):
        if clock() >= until:
            found.is_whole = False
            break
        labels = [each.source.label for each in candidates(after, ObjectType.USER, keys) if _leaves(each, rules)]
        found.number += len(labels)
        found.names += labels[: SAMPLE - len(found.names)]
        low = keys[-1]
    return found


def _leaves(candidate: Candidate, rules: JobRules) -> bool:
    """Whom a filter can't judge is left alone by cycles, too."""
    try:
        return not judge(candidate.source, rules).in_scope
    except (FilterTimedOut, FilterInvalid):
        return False


def _value(job: ProvisioningJob, wanted: Wanted, name: str) -> object:
    return wanted.scope if name == "scope" else wanted.others.get(name, getattr(job, name))


def _of_full_cycle(job: ProvisioningJob, now: datetime) -> str:
    last = Cycle.objects.filter(job=job, watermark=None, ended_at__isnull=False).order_by("-started_at").first()
    if last is None or last.ended_at is None or not last.total:
        return _("The next cycle looks at everybody again. %(next)s") % {"next": _next(job, now)}
    minutes = max(1, round((last.ended_at - last.started_at).total_seconds() / 60))
    took = ngettext("about %(n)d minute", "about %(n)d minutes", minutes) % {"n": minutes}
    text = _("The next cycle looks at everybody again, as the last full one did: %(n)d objects, %(took)s. %(next)s")
    return counted(text, last.total) % {"took": took, "next": _next(job, now)}


def _next(job: ProvisioningJob, now: datetime) -> str:
    if job.next_start_at is None or job.next_start_at <= now:
        return _("It is due now.")
    if moment_text(job.next_start_at, only_day=True) == moment_text(now, only_day=True):
        return _("It starts at %(time)s and uses the new values.") % {"time": time_of(job.next_start_at, now)}
    return _("It starts on %(time)s and uses the new values.") % {"time": moment_text(job.next_start_at)}
