"""Diagnose problems: the connection, the source, the queue and its workers, what fails most, quarantine, mails."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portal.components.numbers import counted
from portal.components.times import moment_text
from provisioning.choices import ImportStatus
from provisioning.jobs import held
from provisioning.jobs.connection import TESTS, ConnectionTest
from provisioning.jobs.diagnosis import LATE, beats, delivery, failing, frequent, last_import, oldest, waiting
from provisioning.jobs.known import Known
from provisioning.models import ProvisioningJob
from provisioning.models.directory import OWN
from provisioning.templatetags.provisioning_texts import duration, marked, said, word
from provisioning.views.answers import part_or_page, wants_part
from provisioning.views.loading import job_for
from provisioning.views.log_addresses import list_address
from provisioning.views.provisioning_page import result_context, validator_address


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the page: `state` is ok, warn, err or skip; `links` lead to where it is mended."""

    state: str
    title: str
    text: str
    links: tuple[tuple[str, str], ...] = ()


@require_http_methods(["GET", "HEAD", "POST"])
def diagnose(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """A POST tests the saved credentials; nothing is changed."""
    job, now = job_for(request, application_id), timezone.now()
    test: ConnectionTest | None = None
    if request.method == "POST" and job.is_set_up:
        test = TESTS.run(job.application, Known.of(job).values)
    result = result_context(job, test)
    if request.method == "POST" and wants_part(request):
        return render(request, "provisioning/provisioning/test_result.html", result)
    found = waiting(now)
    context: dict[str, Any] = {
        "page": "diagnose",
        "application": job.application,
        "job": job,
        **result,
        "checks": [*_of_job(job), _of_source(job), _of_queue(found, now), _of_mails(job)],
        "waiting": found,
        "beats": beats(),
        "now": now,
        "errors": frequent(job, now),
        "logs_url": list_address(job.application),
        "validator_url": validator_address(job.application),
        "zone": timezone.localtime().strftime("%Z"),
    }
    return part_or_page(request, "diagnose", "list", context)


def _of_job(job: ProvisioningJob) -> Iterator[Check]:
    """Whether it is set up and On, in quarantine, held, and how the last cycle and the tries fare."""
    page, overview = reverse("provisioning", args=[job.application.application_id]), job.application.get_absolute_url()
    if not job.is_set_up:
        text = _("Set Provisioning Mode to Automatic and save admin credentials first.")
        yield Check("warn", _("Provisioning is not set up"), text, ((_("Provisioning"), page),))
    elif not job.is_on:
        text = _("No cycle starts until provisioning is started.")
        yield Check("warn", _("Provisioning is off"), text, ((_("Overview"), overview),))
    else:
        text = _("Next cycle: %(time)s") % {"time": moment_text(job.next_start_at)} if job.next_start_at else ""
        yield Check("ok", _("Provisioning is on"), text)
    if job.quarantine:
        text = " ".join(filter(None, [said(job.quarantine_message), marked(job.quarantine_remedy)]))
        yield Check("err", _("Provisioning is in quarantine"), text, ((_("Provisioning"), page),))
    if job.held_at:
        yield _of_held(job)
    last = job.cycles.real().exclude(ended_at=None).first()
    if last and last.ended_at:
        values = {"time": moment_text(last.ended_at, inside=True), "duration": duration(_length(last))}
        text = _("It ended %(time)s and took %(duration)s.") % values
        link = (_("Cycle"), reverse("cycle", args=[job.application.application_id, last.cycle_id]))
        yield Check("ok", _("Last cycle: %(status)s") % {"status": word(last.status)}, text, (link,))
    yield _of_tries(job)


def _of_held(job: ProvisioningJob) -> Check:
    waits = held.waiting(job)
    number = waits.accounts + waits.members if waits else 0
    title = counted(ngettext("%(n)d removal waits for a person", "%(n)d removals wait for a person", number), number)
    text = _("Too many were to be removed at once. Everything else goes on.")
    link = reverse("held", args=[job.application.application_id])
    return Check("warn", title, text, ((_("Held deletions"), link),))


def _of_tries(job: ProvisioningJob) -> Check:
    found = failing(job)
    if not found.number:
        return Check("ok", _("No object fails"), "")
    title = ngettext("%(n)d object failed at its last try", "%(n)d objects failed at their last try", found.number)
    text = _("Next try: %(time)s.") % {"time": moment_text(found.next_at, inside=True)} if found.next_at else ""
    if found.given_up:
        given = ngettext("%(n)d was given up after 28 days.", "%(n)d were given up after 28 days.", found.given_up)
        text = f"{text} {counted(given, found.given_up)}".strip()
    link = f"{list_address(job.application)}?status=failure"
    return Check("err", counted(title, found.number), text, ((_("Provisioning error report"), link),))


def _of_source(job: ProvisioningJob) -> Check:
    directory, link = job.application.directory, ((_("Directory source"), reverse("directory")),)
    if directory.source == OWN:
        return Check("ok", _("People and groups are edited in this portal"), "", link)
    newest = last_import(job)
    if newest is None:
        return Check("warn", _("The source was never read"), _("It is read before the first cycle."), link)
    at = moment_text(newest.ended_at or newest.asked_at)
    text = f"{at}. {said(newest.error_message)}" if newest.error_message else f"{at}."
    is_well = newest.status in (ImportStatus.COMPLETED, ImportStatus.RUNNING)
    title = _("Last import: %(status)s") % {"status": word(newest.status)}
    return Check("ok" if is_well else "err", title, text, link)


def _of_queue(found: list[Any], now: datetime) -> Check:
    age = oldest(found, now)
    if age > LATE:
        title = _("Work has been waiting for %(duration)s") % {"duration": duration(age)}
        return Check("err", title, _("No worker takes it up: check that manage.py serve runs."))
    return Check("ok", _("Nothing waits for long"), _("Whatever is due is taken up within a minute."))


def _of_mails(job: ProvisioningJob) -> Check:
    found, outbox = delivery(job), ((_("Outbox"), reverse("outbox")),)
    if not settings.PORTAL_EMAIL_URL:
        return Check("warn", _("No mail server is configured"), _("Mails stay in the outbox and reach nobody."), outbox)
    if found.given_up or found.retried:
        number = found.given_up + found.retried
        title = counted(ngettext("%(n)d mail could not be sent", "%(n)d mails could not be sent", number), number)
        return Check("err", title, found.error, outbox)
    if not job.recipients:
        link = (_("Provisioning"), reverse("provisioning", args=[job.application.application_id]))
        return Check("skip", _("Nobody is told of failures"), _("There is no notification email."), (link,))
    return Check("ok", _("Mails are delivered"), ", ".join(job.recipients), outbox)


def _length(cycle: Any) -> timedelta:
    length: timedelta = cycle.ended_at - cycle.started_at
    return length
