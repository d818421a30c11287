"""What the tests do inside a portal, in a process of its own with the portal's environment: one step a line.

The tests' own Django has a database of its own, so rows are written and read here. A line is a step's name and its
arguments as JSON, the answer is a line of JSON.
"""

import json
import sys
import traceback
from typing import Any

from django import db
from django.db.models import Case, PositiveIntegerField, When
from django.db.models.functions import Now
from django.utils import timezone

from provisioning import gallery, tasks
from provisioning.choices import Mode
from provisioning.jobs import control, setup
from provisioning.jobs.imports import asking, ending
from provisioning.models import (
    Activity,
    Assignment,
    Credentials,
    Cycle,
    Directory,
    EnterpriseApplication,
    Group,
    Import,
    Membership,
    ObjectStateRow,
    ProvisioningJob,
    Slice,
    StagedRecord,
    User,
)
from tests.chaos import filling

A_DAY = 1440
STEPS: dict[str, Any] = {}


def step(function: Any) -> Any:
    STEPS[function.__name__] = function
    return function


@step
def fill(users: int, seed: int) -> None:
    filling.fill(users, seed)


@step
def alter(job: int, seed: int, count: int) -> None:
    filling.alter(ProvisioningJob.objects.get(pk=job).application, seed, count)


@step
def touch(keys: list[int], surname: str) -> None:
    """Give these people another surname."""
    directory = User.objects.get(pk=keys[0]).directory
    with db.transaction.atomic():
        number = directory.take()
        User.objects.filter(pk__in=keys).update(surname=surname, change=number)


@step
def new_job(credentials: dict[str, str], seed: int) -> int:
    """An application of its own with assignments and credentials; nothing starts by itself but what is asked for."""
    for job in ProvisioningJob.objects.filter(is_on=True):
        control.stop(job.pk, timezone.now())
    name = f"GoToMeeting {EnterpriseApplication.objects.count() + 1}"
    application = setup.create_application(gallery.application("citrix_gotomeeting"), name)
    filling.assign(application, seed)
    job = ProvisioningJob.objects.get(application=application)
    job.mode, job.interval_minutes = Mode.AUTOMATIC, A_DAY
    job.save()
    saved = Credentials(job=job, saved_at=timezone.now(), saved_by="admin")
    saved.lock(credentials)
    saved.save()
    return job.pk


@step
def start(job: int) -> None:
    control.start(job, timezone.now())
    tasks.queue_job(job)


@step
def sync(job: int) -> bool:
    """Make the next cycle due; False while one runs."""
    try:
        control.sync_now(job, timezone.now())
    except control.NotPossible:
        return False
    tasks.queue_job(job)
    return True


@step
def restart(job: int) -> None:
    control.restart(job, timezone.now())
    tasks.queue_job(job)


@step
def reconcile(job: int) -> None:
    """The cycle that looks at what the target really holds, and repairs it."""
    control.reconcile(job, timezone.now(), repair=True)
    tasks.queue_job(job)


@step
def queue(job: int, times: int) -> None:
    """So many messages for one job, as if one had been delivered that often."""
    for _ in range(times):
        tasks.queue_job(job)


@step
def may_write() -> bool:
    """Whether the database lets somebody write: SQLite has one writer, which may be frozen in its transaction."""
    with db.connection.cursor() as cursor:
        if db.connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout = 300")
    try:
        with db.transaction.atomic():
            Slice.objects.filter(pk=0).update(token=0)
    except db.OperationalError:
        return False
    finally:
        db.connection.close()
    return True


@step
def read_from(settings: dict[str, str]) -> None:
    """An empty directory, whose people come from this Graph from now on."""
    for model in (Import, Membership, Group, User):
        model._default_manager.all().delete()
    directory = Directory.objects.the_one()
    directory.source, directory.delta_token = "graph", ""
    directory.lock(settings)
    directory.save()


@step
def import_now() -> int:
    """Ask for an import, as its button does."""
    found = asking.ask(Directory.objects.the_one().pk, timezone.now())
    tasks.queue_import(found.pk)
    return found.pk


@step
def import_told(run: int) -> dict[str, Any]:
    """What the import tells, and whether a worker has it in hand."""
    found = Import.objects.filter(pk=run)
    staged = StagedRecord.objects.filter(run=run).count()
    return {**found.values().get(), "is_held": found.filter(expires_at__gt=Now()).exists(), "staged": staged}


@step
def drop_staged() -> int:
    return ending.drop_staged()


@step
def directory() -> dict[str, list[Any]]:
    """Who is present, and who of those is whose manager and in which group."""
    manager = Case(When(manager__deleted_at=None, then="manager__object_id"))
    people = User.objects.present().values_list("object_id", "user_principal_name", "display_name", manager)
    members = Membership.objects.filter(removed=False, user__deleted_at=None, group__deleted_at=None)
    return {
        "people": [(*each, boss or "") for *each, boss in people],
        "groups": list(Group.objects.present().values_list("object_id", "display_name")),
        "members": list(members.values_list("group__object_id", "user__object_id")),
    }


@step
def owners() -> dict[int, str]:
    """Who holds which slice now."""
    live = Slice.objects.filter(done_at=None, expires_at__gt=Now()).exclude(owner="")
    return dict(live.values_list("pk", "owner"))


@step
def slice_of(pk: int) -> dict[str, Any]:
    """Who claimed this slice last, and whether it is done."""
    return Slice.objects.values("owner", "done_at").get(pk=pk)


@step
def rows(job: int) -> dict[str, list[dict[str, Any]]]:
    """The directory and the job's assignments as they stand."""
    application = ProvisioningJob.objects.get(pk=job).application
    assigned = Assignment.objects.filter(application=application)
    return {
        "users": list(User.objects.values()),
        "groups": list(Group.objects.values()),
        "memberships": list(Membership.objects.values()),
        "assignments": list(assigned.values("user_id", "group_id", "removed", "role__value", "role__enabled")),
    }


@step
def status(job: int) -> dict[str, Any]:
    """How the job stands, in few words: cheap enough to be asked for several times a second."""
    row = ProvisioningJob.objects.values("quarantine", "quarantine_code", "next_start_at", "is_on").get(pk=job)
    cycle = Cycle.objects.filter(job=job).order_by("-pk").values().first()
    return {**row, "cycle": cycle}


@step
def facts(job: int) -> dict[str, Any]:
    """Everything that is remembered of the job."""
    fields = [each.name for each in Cycle._meta.fields if isinstance(each, PositiveIntegerField)]
    counters = fields[fields.index("created") : fields.index("unchanged") + 1]
    activities = Activity.objects.filter(job=job).order_by("pk")
    return {
        "counters": counters,
        "cycles": list(Cycle.objects.filter(job=job).order_by("pk").values()),
        "states": list(ObjectStateRow.objects.filter(job=job).values()),
        "activities": list(activities.values("cycle_id", "action", "status", "code", "source_id")),
        "open_slices": Slice.objects.filter(cycle__job=job, done_at=None).count(),
    }


def main() -> None:
    for line in sys.stdin:
        words = json.loads(line)
        try:
            answer = {"answer": STEPS[words.pop("step")](**words)}
        except Exception:  # told to the test, which fails with it
            answer = {"failed": traceback.format_exc()}
        db.connections.close_all()  # the database may be another one by the next line
        sys.stdout.write(json.dumps(answer, default=str) + "\n")
        sys.stdout.flush()
