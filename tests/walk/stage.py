"""The demo portal that the tour looks at: Contoso, and an application in every state, with something on every page."""

import json
import sys
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from provisioning.choices import CycleKind, CycleStatus, Deletion, Phase
from provisioning.jobs import change, control, on_demand, run
from provisioning.jobs.notices import events
from provisioning.models import (
    Activity,
    Cycle,
    EnterpriseApplication,
    Group,
    Notice,
    ProvisioningJob,
    User,
)
from tests.factories import (
    change_user,
    make_administrator,
    make_application,
    make_cycle,
    make_job,
    make_owner,
    make_reader,
    make_slice,
)
from tests.goto_service import GotoService
from tests.views import mapping_pages, scoping_pages
from tests.views.overviews import quarantine
from tests.views.waiting import hold
from tests.walk import props

TASKS = 60
NOW = timezone.now


@dataclass
class Stage:
    """`ids`: what the addresses of pages are made of, by the names that `pages` calls them. `session`: Rosa's."""

    ids: dict[str, Any] = field(default_factory=dict)
    session: str = ""
    url: str = ""


def serve(goto: str) -> None:
    """A program: sets the stage in the new database, tells it as a line of JSON, serves it until its input ends."""
    call_command("migrate", verbosity=0)
    stage = set_stage(goto)
    settings.MIDDLEWARE = ["tests.walk.counting.queries_counted", *settings.MIDDLEWARE]
    server = LiveServer("localhost")
    stage.url = server.url
    sys.stdout.write(json.dumps(asdict(stage), default=str) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.stop()


def set_stage(goto: str) -> Stage:
    """`goto`: where the stand-in for GoTo is."""
    call_command("load_demo", stdout=StringIO())
    rosa = make_administrator(username="rosa", display_name="Rosa Lindqvist", email="rosa@contoso.example")
    client = Client(SERVER_NAME="localhost")
    client.force_login(rosa)
    stage = Stage({"rosa": rosa.pk}, session=client.cookies["portal_session"].value)
    main = _worked(stage, client, goto)
    _states(stage)
    stage.ids |= props.outgoing(main) | props.programs(rosa) | props.files() | props.validated(goto, rosa)
    stage.ids |= props.imports() | props.bulk_operations()
    stage.ids |= {"reader": make_reader(username="mia", display_name="Mia Chen").pk}
    otto = make_owner(main.application, username="otto", display_name="Otto Berglund")
    stage.ids |= {"notice": Notice.objects.order_by("pk")[0].pk, "owner": otto.owned.get().pk}
    stage.ids |= props.saved_view(rosa, main)
    return stage


# --- an application that has worked
def _worked(stage: Stage, client: Client, goto: str) -> ProvisioningJob:
    """Set up as in the tutorial, with an initial cycle, a change, a failure, a run on demand and a preview."""
    application = make_application("Citrix GoToMeeting")
    secrets = {"username": GotoService.admin, "password": GotoService.admin_password, "api_url": goto}
    secrets |= {"client_id": GotoService.client_id, "client_secret": GotoService.client_secret}
    secrets |= {"token_url": f"{goto}/oauth/token"}
    job = make_job(application, secrets, is_on=True, notification_emails="identity-team@contoso.example")
    _configure(stage, client, job)
    bo, one_name = (User.objects.get(display_name=name) for name in ("Bo Bell", "Wulandari"))
    hosts = Group.objects.get(display_name="Webinar Team")
    role = application.roles.get(value="GoToMeeting")
    assigned = change.assign(application, [hosts, bo, one_name], role)
    _cycle(job, CycleKind.INITIAL)
    change_user(bo, surname="Bell-Andersson")
    last = _cycle(job, CycleKind.INCREMENTAL)
    _history(job, is_new=False)
    asked = on_demand.ask(job, bo, "rosa", NOW())
    on_demand.run(asked.pk)
    stage.ids |= {"main": application.application_id, "cycle": last.cycle_id, "run": asked.run_id}
    stage.ids |= {
        "assignment": assigned[0].pk,
        "person": bo.object_id,
        "group": hosts.object_id,
        "deleted": User.objects.get(display_name="Gus Gone").object_id,
    }
    stage.ids |= {"entry": _entry(job, status="success"), "failed": _entry(job, status="failure")}
    _preview(stage, job)
    return job


def _configure(stage: Stage, client: Client, job: ProvisioningJob) -> None:
    """Through the pages, so that audit logs and the history of the configuration have something to tell."""
    mapping = job.mappings.get(object_type="User")
    row = mapping.rows.get(target="locale")
    clause = {"attribute": "accountEnabled", "operator": "IS TRUE", "value": ""}
    title = {"title": "Enabled people"}
    mapping_pages.send(client, mapping_pages.address(mapping, "attributes/source/new/"), "attribute", name="costCenter")
    mapping_pages.send(client, mapping_pages.address(mapping, f"{row.pk}/"), "row", default="en_US")
    scoping_pages.send(client, scoping_pages.address(mapping, "new/"), **title, **scoping_pages.typed(0, clause))
    added, made = mapping.custom_attributes.get(), mapping.filters.get()
    stage.ids |= {"attribute": added.pk, "filter": made.pk, "row": row.pk, "version": 2}
    job.refresh_from_db()


def _cycle(job: ProvisioningJob, kind: CycleKind) -> Cycle:
    ProvisioningJob.objects.filter(pk=job.pk).update(next_start_at=NOW())
    _work(job)
    done: Cycle = job.cycles.real().order_by("-pk")[0]
    assert (done.kind, done.status) == (kind, CycleStatus.COMPLETED), (done.kind, done.status, done.stop_message)
    job.refresh_from_db()
    return done


def _work(job: ProvisioningJob) -> None:
    for _ in range(TASKS):
        run.run(job.pk)
        if not job.cycles.filter(status=CycleStatus.RUNNING).exists():
            return


def _preview(stage: Stage, job: ProvisioningJob) -> None:
    for name in ("Bo Bell", "Wulandari"):
        change_user(User.objects.get(display_name=name), given_name="Sam")
    cycle = control.preview(job.pk, NOW())
    _work(job)
    stage.ids |= {"preview": cycle.cycle_id, "foretold": cycle.preview_entries.order_by("pk")[0].pk}


def _history(job: ProvisioningJob, number: int = 34, is_new: bool = True) -> None:
    """Twelve hours of cycles before those that really ran, busier in the middle of the day."""
    for place in range(number):
        start = NOW() - timedelta(minutes=20 * (place + 1))
        busy = 12 + 30 * min(place, number - place) // number
        counts = {"created": busy // 3, "updated": busy, "disabled": place % 3, "skipped": place % 5}
        counts |= {"failed": 2 if place % 6 == 0 else 0, "unchanged": 40}
        total = sum(counts.values())
        ended = {"status": CycleStatus.COMPLETED, "ended_at": start + timedelta(seconds=150 + place)}
        kind = CycleKind.INITIAL if place == number - 1 and is_new else CycleKind.INCREMENTAL
        times = {"kind": kind, "phase": Phase.FINISH, "total": total, "looked_at": total}
        make_cycle(job, started_at=start, **ended, **times, **counts)


def _entry(job: ProvisioningJob, **values: str) -> str:
    found = Activity.objects.filter(job=job, **values).order_by("pk").first()
    return str(found.activity_id) if found else ""


# --- applications in other states
def _states(stage: Stage) -> None:
    stage.ids |= {
        "new": make_application("Fabrikam Expenses", "scim").application_id,
        "running": _running().application_id,
        "quarantined": _quarantined().application_id,
        "held": _held().application_id,
        "stopped": _job("Tailspin Travel", is_on=False).application.application_id,
        "deleting": _deleting().application_id,
    }


def _job(name: str, **values: Any) -> ProvisioningJob:
    later = NOW() + timedelta(minutes=18)
    return make_job(make_application(name), {"username": "a"}, **{"is_on": True, "next_start_at": later, **values})


def _running() -> EnterpriseApplication:
    """62 of a hundred looked at, by a worker that does not let go."""
    job = _job("Contoso Wiki", next_start_at=NOW() + timedelta(minutes=18))
    _history(job)
    counts = {"total": 50, "looked_at": 31, "created": 9, "updated": 14, "disabled": 1, "skipped": 5, "failed": 2}
    kind = {"kind": CycleKind.INCREMENTAL, "phase": Phase.USERS, "unlinked": {"User": [9, 44], "Group": [1, 6]}}
    cycle = make_cycle(job, started_at=NOW() - timedelta(minutes=2), **kind, **counts)
    make_slice(cycle, owner="worker-1:4711", token=1, expires_at=NOW() + timedelta(days=1))
    return job.application


def _quarantined() -> EnterpriseApplication:
    job = quarantine(_job("Northwind Helpdesk", notification_emails="identity-team@contoso.example"))
    _history(job, 8)
    events.quarantined(job, NOW())
    return job.application


def _held() -> EnterpriseApplication:
    job = _job("Litware Training")
    _history(job, 3)
    hold(job, "Ada Ahlgren", "Bodil Brandt", "Carl Cedergren")
    events.held(job, NOW())
    return job.application


def _deleting() -> EnterpriseApplication:
    application = _job("Old Intranet").application
    asked = {"deletion_asked_at": NOW(), "deletion_asked_by": "rosa"}
    EnterpriseApplication.objects.filter(pk=application.pk).update(deletion=Deletion.DISABLING, **asked)
    return application
