"""Rows of the list of applications: each with its job's state, in a number of queries that does not grow with them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.components.marks import look_of
from provisioning.choices import CycleStatus, JobState, ObjectType, Status
from provisioning.forms.applications import NO_OWNER, ApplicationFilter
from provisioning.gallery import named_so
from provisioning.models import (
    ApplicationOwner,
    Assignment,
    Cycle,
    EnterpriseApplication,
    ObjectStateRow,
    ProvisioningJob,
)

SEVERITY = (
    JobState.QUARANTINED,
    JobState.HELD,
    JobState.WARNINGS,
    JobState.RUNNING,
    JobState.HEALTHY,
    JobState.STOPPED,
    JobState.NOT_SET_UP,
    JobState.DELETING,
)
"""The order of the column Status: what needs somebody comes first."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class Row:
    """`users` counts the people with an account that is kept up to date, `groups` the groups that are assigned.

    `owners`: their names by the key of their account.
    """

    application: EnterpriseApplication
    job: ProvisioningJob
    state: JobState
    failing: int
    last_cycle: datetime | None
    users: int = 0
    groups: int = 0
    owners: dict[str, str] = field(default_factory=dict)


def all_rows() -> list[Row]:
    """Every application with its state; `counted` adds the numbers, for the rows that are shown."""
    cycles = Cycle.objects.real().filter(job=OuterRef("pk")).order_by("-started_at", "-id")
    failing = ObjectStateRow.objects.filter(job=OuterRef("pk"), status=Status.FAILURE).values("job")
    jobs = (
        ProvisioningJob.objects.select_related("application", "credentials")
        .defer("credentials__locked")
        .annotate(
            newest=Subquery(cycles.values("status")[:1]),
            started=Subquery(cycles.values("started_at")[:1]),
            failing=Coalesce(Subquery(failing.annotate(n=Count("pk")).values("n")), 0),
        )
    )
    return [_row(job, **{name: vars(job)[name] for name in ("newest", "started", "failing")}) for job in jobs]


def _row(job: ProvisioningJob, newest: str | None, started: datetime | None, failing: int) -> Row:
    state = job.state_with(CycleStatus(newest) if newest else None, failing)
    return Row(application=job.application, job=job, state=state, failing=failing, last_cycle=started)


def with_owners(rows: Sequence[Row]) -> Sequence[Row]:
    """The same rows with their owners."""
    by_application = {row.application.pk: row for row in rows}
    for owner in ApplicationOwner.objects.select_related("account"):
        if row := by_application.get(owner.application_id):
            row.owners[str(owner.account_id)] = str(owner.account)
    return rows


def owner_choices(rows: Sequence[Row]) -> list[tuple[str, Any]]:
    """Who owns one of these."""
    names = {key: name for row in rows for key, name in row.owners.items()}
    return [(NO_OWNER, _("Nobody")), *sorted(names.items(), key=lambda each: each[1].casefold())]


def counted(rows: Sequence[Row]) -> Sequence[Row]:
    """The same rows with the numbers of their users and groups."""
    states = ObjectStateRow.objects.filter(job__in=[row.job for row in rows], managed=True, object_type=ObjectType.USER)
    groups = Assignment.objects.present().filter(application__in=[row.application for row in rows])
    users_by_job = _counts(states, "job")
    groups_by_application = _counts(groups.exclude(group=None), "application", "group")
    for row in rows:
        row.users = users_by_job[row.job.pk]
        row.groups = groups_by_application[row.application.pk]
    return rows


def _counts(rows: QuerySet[ObjectStateRow] | QuerySet[Assignment], key: str, what: str = "pk") -> Counter[int]:
    """How many different ones there are by key."""
    return Counter(dict(rows.order_by().values_list(key).annotate(n=Count(what, distinct=True))))


def matching(rows: Sequence[Row], form: ApplicationFilter, now: datetime) -> list[Row]:
    """Rows whose name has the text in it, or its name in the gallery, or whose id begins with it; with one of the
    states, modes and so on."""
    known = named_so(form.text)
    states, modes, kinds = form.chosen("status"), form.chosen("mode"), form.chosen("gallery")
    since = form.since(now) or LONG_AGO
    least, owners = form.least_users, set(form.chosen("owner"))
    return [
        row
        for row in (counted(rows) if least else rows)
        if (row.application.gallery_key in known or _is_found(row.application, form.text.casefold()))
        and (not states or row.state in states)
        and (not modes or row.job.mode in modes)
        and (not kinds or row.application.gallery_key in kinds)
        and (not owners or owners & (row.owners.keys() or {NO_OWNER}))
        and row.application.created_at >= since
        and row.users >= least
    ]


def _is_found(application: EnterpriseApplication, text: str) -> bool:
    ids = (str(application.application_id), str(application.object_id))
    return text in application.display_name.casefold() or any(each.startswith(text) for each in ids)


def ordered(rows: Iterable[Row], sort: str) -> list[Row]:
    """By name, or as the address says; equal ones by name."""
    by_name = sorted(rows, key=lambda row: row.application.display_name.casefold())
    descending = sort.startswith("-")
    match sort.removeprefix("-"):
        case "status":
            return sorted(by_name, key=lambda row: SEVERITY.index(row.state), reverse=descending)
        case "cycle":
            return sorted(by_name, key=lambda row: row.last_cycle or LONG_AGO, reverse=descending)
        case "created":
            return sorted(by_name, key=lambda row: row.application.created_at, reverse=descending)
    return by_name[::-1] if descending else by_name


def cells(row: Row, columns: Iterable[str]) -> list[object]:
    """What a CSV file of the list says in these columns."""
    job, application = row.job, row.application
    words: dict[str, object] = {
        "status": look_of(row.state, count=row.failing)["label"],
        "cycle": _exact(row.last_cycle),
        "next": _exact(job.next_start_at if job.is_on else None),
        "mode": job.get_mode_display(),
        "users": row.users if job.is_set_up else "",
        "groups": row.groups,
        "failing": row.failing,
        "owners": ", ".join(row.owners.values()),
        "gallery": application.template.name,
        "id": application.application_id,
        "object": application.object_id,
        "created": _exact(application.created_at),
    }
    return [words[key] for key in columns]


def _exact(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""
