"""What provisioning does with one person or group, in every application, and why: walked live, with what is stored now.

Scope is judged by the engine itself; the state tells what became of it so far; `answers` puts both into words.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from provisioning.choices import CycleStatus, Kind, ObjectType, Scope
from provisioning.engine.filters import failures
from provisioning.engine.scope import Verdict, judge
from provisioning.errors import FilterInvalid, FilterTimedOut
from provisioning.jobs.entitlement import Entitlement, collected
from provisioning.jobs.load import GROUP_COLUMNS, USER_COLUMNS, group_source, user_source
from provisioning.jobs.ways import Way, Ways, ways_of_group, ways_of_user
from provisioning.models import (
    Activity,
    Cycle,
    EnterpriseApplication,
    Group,
    ObjectMapping,
    ObjectStateRow,
    ProvisioningJob,
    StagedRemoval,
    User,
)
from provisioning.records import JobRules, ObjectRules, Role, SourceObject
from provisioning.texts import Message

AsSource = Callable[[Entitlement], SourceObject]
LATEST = 200
"""So many of its newest log entries are looked through for the latest of each application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one object in one application.

    `mapping` is None where objects of its type are not provisioned. `verdict` is None when a filter can't be decided,
    and then `trouble` says why; `failing` names the first clause of each filter that it does not meet.
    """

    application: EnterpriseApplication
    job: ProvisioningJob
    type: ObjectType
    now: datetime
    ways: Sequence[Way]
    source: SourceObject
    mapping: ObjectMapping | None
    verdict: Verdict | None
    trouble: Message | None
    failing: Sequence[str]
    state: ObjectStateRow | None
    staged: StagedRemoval | None
    latest: Activity | None
    running: bool
    changed: bool


@dataclass(slots=True)
class _Read:
    """What is read of all applications at once."""

    applications: Sequence[EnterpriseApplication]
    states: Mapping[int, ObjectStateRow]
    staged: Mapping[int, StagedRemoval]
    latest: Mapping[int, Activity]
    running: set[int]


def of_user(user: User, now: datetime) -> list[Facts]:
    """Of every application that the person is assigned to in any way, or known by, or that takes everybody; by name.

    The number of queries does not grow with the applications.
    """
    row = {name: getattr(user, f"{name}_id" if name == "manager" else name) for name in USER_COLUMNS}
    ways = ways_of_user(user)

    def as_source(entitlement: Entitlement) -> SourceObject:
        return user_source(row, entitlement)

    return _facts(ObjectType.USER, user, ways, as_source, now)


def of_group(group: Group, now: datetime) -> list[Facts]:
    row = {name: getattr(group, name) for name in GROUP_COLUMNS}

    def as_source(entitlement: Entitlement) -> SourceObject:
        return group_source(row, entitlement)

    return _facts(ObjectType.GROUP, group, ways_of_group(group), as_source, now)


def _facts(type_: ObjectType, thing: User | Group, ways: Ways, as_source: AsSource, now: datetime) -> list[Facts]:
    read = _read(type_, thing, ways)
    found = []
    for application in sorted(read.applications, key=lambda each: each.display_name.casefold()):
        own = ways.found.get(application.pk, ())
        job: ProvisioningJob = application.job
        source = as_source(_entitlement(application, own, type_, ways.idle.get(job.pk, ())))
        changed = max(thing.change, ways.changes.get(application.pk, 0))
        found.append(
            Facts(
                application=application,
                job=job,
                type=type_,
                now=now,
                ways=own,
                source=source,
                state=read.states.get(job.pk),
                staged=read.staged.get(job.pk),
                latest=read.latest.get(job.pk),
                running=job.pk in read.running,
                changed=job.watermark is not None and changed > job.watermark,
                **_judged(job, type_, source),
            )
        )
    return found


def _read(type_: ObjectType, thing: User | Group, ways: Ways) -> _Read:
    states = ObjectStateRow.objects.filter(object_type=type_, source_key=thing.pk)
    by_job = {state.job_id: state for state in states}
    wanted = Q(pk__in=ways.found) | Q(job__in=by_job) | Q(job__scope=Scope.ALL)
    applications = EnterpriseApplication.objects.filter(wanted, directory=thing.directory_id)
    applications = applications.select_related("directory", "job__credentials")
    found = list(applications.prefetch_related("roles", "job__mappings__filters"))
    jobs = [each.job.pk for each in found]
    staged = StagedRemoval.objects.filter(job__in=jobs, object_type=type_, source_key=thing.pk, kind=Kind.ACCOUNT)
    running = Cycle.objects.open().filter(job__in=jobs, status=CycleStatus.RUNNING)
    entries = Activity.objects.filter(source_id=str(thing.object_id), job__in=jobs).defer("steps", "modified")
    latest: dict[int, Activity] = {}
    for entry in entries.order_by("-occurred_at", "-pk")[:LATEST]:
        latest.setdefault(entry.job_id, entry)
    return _Read(
        found, by_job, {row.job_id: row for row in staged}, latest, {row.job_id for row in running.only("job")}
    )


def _entitlement(
    application: EnterpriseApplication, ways: Sequence[Way], type_: ObjectType, idle: Collection[str]
) -> Entitlement:
    """As `entitlement` reads it for many at once."""
    rows = [(0, each.group.display_name if each.group else None, *_role_row(each)) for each in ways if each.assigns]
    found = collected(rows).get(0, Entitlement())
    if type_ is ObjectType.USER:
        found.set_aside(idle)
    if type_ is ObjectType.USER and application.job.scope == Scope.ALL and not found.roles:
        default = application.template.default_role
        rows_of_roles = [each for each in application.roles.all() if default and each.value == default and each.enabled]
        found.roles = {str(r.role_id): Role(id=str(r.role_id), value=r.value, label=r.label) for r in rows_of_roles[:1]}
    return found


def _role_row(way: Way) -> tuple[Any, ...]:
    role = way.role
    return (role.enabled, role.role_id, role.value, role.label, role.order) if role else (None,) * 5


def _judged(job: ProvisioningJob, type_: ObjectType, source: SourceObject) -> dict[str, Any]:
    mapping = next((each for each in job.mappings.all() if each.object_type == type_ and each.enabled), None)
    filters = tuple(row.as_filter() for row in mapping.filters.all()) if mapping else ()
    rules = JobRules(
        version=job.config_version,
        directory_label=job.application.directory.label,
        target_label=job.application.display_name,
        objects={type_: ObjectRules(type=type_, rules=(), filters=filters)},
        everyone=job.scope == Scope.ALL,
        leaving=job.application.is_leaving,
        role_required=job.application.template.role_required,
    )
    found: dict[str, Any] = {"mapping": mapping, "verdict": None, "trouble": None, "failing": ()}
    try:
        found["verdict"] = judge(source, rules)
        found["failing"] = failures(filters, source.attributes)
    except (FilterTimedOut, FilterInvalid) as error:
        found["verdict"], found["trouble"] = None, error.message
    return found
