"""The rows that a figure needs, made and looked at. Each command answers with JSON. Started by `inside`."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from benchmarks.databases import ADMINISTRATOR
from portal.accounts.models import Account, Role
from provisioning import gallery
from provisioning.choices import Mode, ObjectType
from provisioning.connectors.scim_profile import Source
from provisioning.jobs import change, control, setup
from provisioning.models import Credentials, Directory, Group, Membership, ProvisioningJob, User
from provisioning.models.directory import CHUNK

COUNTS = ("total", "looked_at", "created", "updated", "failed", "unchanged")
UNLIMITED: dict[str, Any] = {"rate_limit": 100_000}
"""What keeps a job from being slower than it could be; the one place that says so."""


def prepare(options: argparse.Namespace) -> dict[str, Any]:
    """An empty portal with an administrator."""
    call_command("prepare", stdout=sys.stderr)
    name, word = ADMINISTRATOR
    Account.objects.create_user(name, word, role=Role.APPLICATION_ADMINISTRATOR)
    return {"database": f"{connection.display_name} {'.'.join(map(str, connection.get_database_version()))}"}


def make(options: argparse.Namespace) -> dict[str, Any]:
    """People in one group, which is assigned to the application; users are provisioned, the job is On and due."""
    directory = Directory.objects.the_one()
    group = Group(directory=directory, display_name="Everybody")
    change.save(directory, group)
    for start in range(0, options.users, CHUNK // 2):  # a person and a membership are two rows
        _write_people(directory, group, range(start, min(start + CHUNK // 2, options.users)))
    application = setup.create_application(gallery.application(options.application), "Bench")
    change.assign(application, [group], application.roles.filter(value="GoToMeeting").first())
    job = application.job
    if not options.groups:
        job.mappings.filter(object_type=ObjectType.GROUP).update(enabled=False)
    application.profile = {Source.ADMINISTRATOR: json.loads(options.profile)}
    application.save(update_fields=["profile"])
    for name, value in UNLIMITED.items():
        setattr(job, name, value)
    job.mode = Mode.AUTOMATIC
    control.switch_on(job, timezone.now())
    job.save()
    credentials = Credentials(job=job, saved_at=timezone.now(), saved_by="bench")
    credentials.lock(json.loads(options.credentials))
    credentials.save()
    return {"job": job.pk}


def _write_people(directory: Directory, group: Group, numbers: range) -> None:
    with transaction.atomic():
        number = directory.take()
        people = User.objects.bulk_create(_person(directory, each, number) for each in numbers)
        Membership.objects.bulk_create(Membership(group=group, user=each, change=number) for each in people)


def _person(directory: Directory, number: int, change_number: int) -> User:
    address = f"bench.person.{number}@contoso.example"
    return User(
        directory=directory,
        user_principal_name=address,
        display_name=f"Bench Person {number}",
        given_name="Bench",
        surname=f"Person {number}",
        mail=address,
        mail_nickname=f"bench.person.{number}",
        preferred_language="en-US",
        department="Engineering",
        job_title="Engineer",
        city="Leeds",
        country="United Kingdom",
        employee_id=f"B{number}",
        change=change_number,
    )


def rename(options: argparse.Namespace) -> dict[str, Any]:
    """Give the first people another surname, and make the job due."""
    people = list(User.objects.order_by("pk")[: options.users])
    for each in people:
        each.surname += " Renamed"
    change.save(people[0].directory, *people)
    return due(options)


def due(options: argparse.Namespace) -> dict[str, Any]:
    job = control.sync_now(ProvisioningJob.objects.get().pk, timezone.now())
    return {"job": job.pk}


def cycle(options: argparse.Namespace) -> dict[str, Any]:
    """The newest cycle, and why the job stands still, if it does."""
    job = ProvisioningJob.objects.get()
    newest = job.cycles.order_by("-pk")[0]
    counts = {name: getattr(newest, name) for name in COUNTS}
    seconds = (newest.ended_at - newest.started_at).total_seconds() if newest.ended_at else None
    return {"status": newest.status, "seconds": seconds, "quarantine": str(job.quarantine_message or ""), **counts}


COMMANDS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "prepare": prepare,
    "make": make,
    "rename": rename,
    "due": due,
    "cycle": cycle,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--users", type=int, default=0)
    parser.add_argument("--credentials", default="{}")
    parser.add_argument("--application", default="citrix_gotomeeting", help="one of the gallery")
    parser.add_argument("--groups", action="store_true", help="provision the group as well")
    parser.add_argument("--profile", default="{}", help="settings of a SCIM application's profile, as JSON")
    options = parser.parse_args()
    sys.stdout.write(json.dumps(COMMANDS[options.command](options)) + "\n")
