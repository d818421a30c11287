"""Daily summaries: what the cycles of the last day did, for the applications whose people want to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.accounts.preferences import reading_as
from provisioning.choices import CycleStatus, JobState, Mode, Status
from provisioning.jobs import mails
from provisioning.jobs.mails import Group
from provisioning.jobs.notices.posting import groups
from provisioning.jobs.standing import TOTALS
from provisioning.models import Activity, Cycle, NotificationSettings, ProvisioningJob

DAY = timedelta(days=1)
MOST_CODES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What one application's cycles did. `failing`: objects that fail now. `codes`: errors with their number."""

    job: ProvisioningJob
    state: JobState
    cycles: int
    interrupted: int
    totals: Mapping[str, int]
    failed: int
    failing: int
    codes: Sequence[tuple[str, int]]

    @property
    def url(self) -> str:
        page = reverse("application", args=[self.job.application.application_id])
        return f"{settings.PORTAL_ADDRESS}{page}"


def write(now: datetime) -> int:
    """Write what is due at this hour; gives how many mails. Called by the tick: it asks little when nothing is due.

    A host that was away at the hour does it when it is back the same day.
    """
    saved, local = NotificationSettings.current(), localtime(now)
    hour = local.replace(hour=saved.digest_hour, minute=0, second=0, microsecond=0)
    if now < hour or not (_jobs(hour).exists() or _everywhere(hour).exists()):
        return 0
    with transaction.atomic():
        wanted = _due(saved, hour, now)
        days = {job.pk: day_of(job, now) for jobs in wanted.values() for job in jobs}
        for group, jobs in wanted.items():
            write_one(group, [days[job.pk] for job in jobs])
        return len(wanted)


def _due(saved: NotificationSettings, hour: datetime, now: datetime) -> dict[Group, list[ProvisioningJob]]:
    """Whose summaries are due, by who gets them; they are taken here, so that no other host writes them too."""
    found: dict[Group, list[ProvisioningJob]] = {}
    for job in _jobs(hour):
        if ProvisioningJob.objects.filter(_late(hour), pk=job.pk).update(digest_at=now):
            for group in groups(job.addresses):
                found.setdefault(group, []).append(job)
    everywhere = [each.strip() for each in saved.recipients.split(",") if each.strip()]
    if _everywhere(hour).update(digest_at=now):
        jobs = ProvisioningJob.objects.filter(mode=Mode.AUTOMATIC).select_related("application")
        for group in groups(everywhere):
            found[group] = list(jobs.order_by("application__display_name"))
    return {group: rows for group, rows in found.items() if rows}


def _jobs(hour: datetime) -> QuerySet[ProvisioningJob]:
    """Whose own summary is due."""
    jobs = ProvisioningJob.objects.filter(_late(hour), mode=Mode.AUTOMATIC, digest=True)
    return jobs.select_related("application").order_by("application__display_name")


def _everywhere(hour: datetime) -> QuerySet[NotificationSettings]:
    """The settings, when the summary of all applications is due."""
    return NotificationSettings.objects.filter(_late(hour), digest=True)


def _late(hour: datetime) -> Q:
    return Q(digest_at=None) | Q(digest_at__lt=hour)


def day_of(job: ProvisioningJob, now: datetime) -> Day:
    cycles = Cycle.objects.real().filter(job=job, started_at__gt=now - DAY).order_by()
    sums = cycles.aggregate(
        n=Count("pk"),
        interrupted=Count("pk", filter=Q(status=CycleStatus.INTERRUPTED)),
        failed=Sum("failed", default=0),
        **{name: Sum(name, default=0) for name in TOTALS},
    )
    failing = job.object_states.filter(status=Status.FAILURE).count()
    failures = Activity.objects.filter(job=job, status=Status.FAILURE, occurred_at__gt=now - DAY).order_by()
    codes = failures.values_list("code").annotate(n=Count("pk")).order_by("-n", "code")[:MOST_CODES]
    return Day(
        job=job,
        state=job.state_with(None, failing),
        cycles=sums["n"],
        interrupted=sums["interrupted"],
        totals={name: sums[name] for name in TOTALS},
        failed=sums["failed"],
        failing=failing,
        codes=list(codes),
    )


def write_one(group: Group, days: Sequence[Day]) -> None:
    with reading_as(group[1]):
        one = days[0].job.application.display_name
        subject = _("Daily summary") if len(days) > 1 else _("Daily summary of %(application)s") % {"application": one}
    only = days[0].job if len(days) == 1 else None
    mails.write(group, "mail/digest", {"subject": subject, "days": days}, job=only)
