"""Runs one application's cycle in the foreground, for scripts and for people in a shell."""

import json
import sys
import time
import uuid
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console

from provisioning.choices import CycleStatus
from provisioning.jobs import control, run
from provisioning.management.cycle_progress import CycleProgress
from provisioning.models import Cycle, EnterpriseApplication, ProvisioningJob
from provisioning.texts import Message

COUNTS = ("looked_at", "created", "updated", "disabled", "deleted", "linked", "skipped", "held", "failed", "unchanged")
OTHER_HANDS_SECONDS = 1.0


class Command(BaseCommand):
    help = "Makes an application's cycle due and works on it until it ends or stands still; exit code 1 on quarantine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("application", help="the application's name or application ID")
        parser.add_argument("--json", action="store_true", help="tell the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        job = find_job(options["application"])
        before = _newest(job)
        _make_due(job)
        is_watched = sys.stderr.isatty() and not options["json"]
        with CycleProgress(str(job), partial(_look, job), Console(stderr=True) if is_watched else None):
            _work(job)
        job.refresh_from_db()
        cycle = _newest(job)
        if not job.quarantine and (cycle is None or (before and before.ended_at and cycle.pk == before.pk)):
            raise CommandError(_("No cycle began: a worker still has objects of the last one in hand. Try again."))
        facts = _facts(job, cycle)
        self.stdout.write(json.dumps(facts, cls=DjangoJSONEncoder, indent=2) if options["json"] else _as_text(facts))
        if job.quarantine:
            raise CommandError(" ".join(filter(None, [facts["reason"], facts["remedy"]])))


def find_job(wanted: str) -> ProvisioningJob:
    jobs = ProvisioningJob.objects.select_related("application")
    try:
        found = jobs.filter(application__application_id=uuid.UUID(wanted)).first()
    except ValueError:
        found = jobs.filter(application__display_name__iexact=wanted).first()
    if found:
        return found
    names = EnterpriseApplication.objects.order_by("display_name").values_list("display_name", flat=True)
    message = _("There is no application %(wanted)s. There are: %(names)s.")
    raise CommandError(message % {"wanted": wanted, "names": ", ".join(names) or "-"})


def _make_due(job: ProvisioningJob) -> None:
    """A cycle that runs already is helped along instead."""
    if job.cycles.open().filter(status=CycleStatus.RUNNING).exists():
        return
    try:
        control.sync_now(job.pk, timezone.now())
    except control.NotPossible as error:
        raise CommandError(str(error)) from None


def _work(job: ProvisioningJob) -> None:
    while True:
        run.run(job.pk)
        if not job.cycles.open().filter(status=CycleStatus.RUNNING).exists():
            return
        time.sleep(OTHER_HANDS_SECONDS)  # what is left is in the hands of other workers


def _look(job: ProvisioningJob) -> tuple[int, int] | None:
    """Called from the progress bar's thread, which has a database connection of its own."""
    try:
        cycle = _newest(job)
        return (cycle.looked_at, cycle.total) if cycle else None
    finally:
        connection.close()


def _newest(job: ProvisioningJob) -> Cycle | None:
    return job.cycles.real().order_by("-pk").first()


def _facts(job: ProvisioningJob, cycle: Cycle | None) -> dict[str, Any]:
    reason = Message.from_json(job.quarantine_message)
    return {
        "application": job.application.display_name,
        "cycle": cycle and cycle.cycle_id,
        "kind": cycle and cycle.kind,
        "status": cycle and cycle.status,
        "started_at": cycle and cycle.started_at,
        "ended_at": cycle and cycle.ended_at,
        "counts": {name: getattr(cycle, name) for name in COUNTS} if cycle else {},
        "quarantine": job.quarantine_code,
        "reason": _(reason.text) % reason.values if reason.text else "",
        "remedy": _(job.quarantine_remedy) if job.quarantine_remedy else "",
    }


def _as_text(facts: dict[str, Any]) -> str:
    if not facts["cycle"]:
        return _("%(application)s: no cycle began.") % facts
    labels = (
        _("looked at"),
        _("created"),
        _("updated"),
        _("disabled"),
        _("deleted"),
        _("linked"),
        _("skipped"),
        _("held"),
        _("failed"),
        _("unchanged"),
    )
    lines = [f"  {label:<12}{facts['counts'][name]:>8}" for name, label in zip(COUNTS, labels, strict=True)]
    return "\n".join([_("%(application)s: %(kind)s cycle, %(status)s") % facts, *lines])
