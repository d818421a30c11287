"""Provisioning jobs: listed, made, started, paused, restarted, set and deleted."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_duration
from django.utils.translation import gettext as _

from provisioning import tasks
from provisioning.api.calls import NO_CONTENT, Call, Reply
from provisioning.api.errors import Conflict, ValueRefused
from provisioning.api.finding import JOB, SYNCHRONIZATION, job_of, principal_of, the_job
from provisioning.api.jobs_json import THRESHOLD, THRESHOLD_ON, THRESHOLD_PERCENT, job_json
from provisioning.api.options import SELECT, chosen
from provisioning.api.routes import NOTHING, many, one, route
from provisioning.api.saving import save_fields
from provisioning.api.secrets import flag, whole_number
from provisioning.choices import Mode, ResetScope
from provisioning.jobs import control, deeds, discard
from provisioning.jobs.executions import executions
from provisioning.jobs.save import LIMITS
from provisioning.models import ProvisioningJob

NEW_JOB = {"type": "object", "properties": {"templateId": {"type": "string"}}, "required": ["templateId"]}
CRITERIA = {
    "type": "object",
    "properties": {"criteria": {"type": "object", "properties": {"resetScope": {"type": "string"}}}},
}
CHANGES = {
    "type": "object",
    "properties": {
        "schedule": {"type": "object", "properties": {"interval": {"type": "string"}}},
        "synchronizationJobSettings": {
            "type": "array",
            "items": {"type": "object", "properties": {"name": {"type": "string"}, "value": {"type": "string"}}},
        },
    },
}
LINKS = frozenset({ResetScope.FULL, ResetScope.CONNECTOR_DATA_STORE})
"""Scopes of a restart that forget which account belongs to whom."""
NO_SCOPE = "none"
"""Clears nothing: documented as a start."""


@route("GET", SYNCHRONIZATION, answer=one("Synchronization"))
def synchronization(call: Call) -> Reply:
    """Get the root of everything below: it has no property but its id"""
    application = principal_of(call)
    context = call.context(f"servicePrincipals('{call.path['id']}')/synchronization/$entity")
    return Reply({"@odata.context": context, "id": str(application.object_id)})


@route("GET", f"{SYNCHRONIZATION}/jobs", answer=many("SynchronizationJob"), options=(SELECT,))
def jobs(call: Call) -> Reply:
    """List the provisioning jobs of an application"""
    job = the_job(principal_of(call))
    return Reply({"@odata.context": _context(call), "value": [_told(job, call)] if job else []})


@route("GET", JOB, answer=one("SynchronizationJob"), options=(SELECT,))
def job(call: Call) -> Reply:
    """Get a provisioning job with its status"""
    return _entity(call, job_of(call))


@route("POST", f"{SYNCHRONIZATION}/jobs", answer=one("SynchronizationJob", 201), body=NEW_JOB)
def create(call: Call) -> Reply:
    """Create the provisioning job of an application"""
    application = principal_of(call)
    check_template(application.gallery_key, call.body.get("templateId"))
    if the_job(application):
        raise Conflict(_("The application has its provisioning job already."))
    save_fields(call, application.job, {"mode": Mode.AUTOMATIC})
    made = the_job(principal_of(call))
    if made is None:
        raise Conflict(_("Somebody else deleted the job at the same moment. Try again."))
    return _entity(call, made, 201)


@route("DELETE", JOB, answer=NOTHING)
def delete(call: Call) -> Reply:
    """Delete a provisioning job with everything it remembers; accounts stay"""
    return possibly(lambda: discard.discard_job(job_of(call), str(call.client), timezone.now()))


@route("POST", f"{JOB}/start", answer=NOTHING)
def start(call: Call) -> Reply:
    """Start a provisioning job; one in quarantine tries at once"""
    job = job_of(call)
    return NO_CONTENT if job.is_on and not job.quarantine else _do(call, job, deeds.START)


@route("POST", f"{JOB}/pause", answer=NOTHING)
def pause(call: Call) -> Reply:
    """Pause a provisioning job; it keeps its place"""
    job = job_of(call)
    return _do(call, job, deeds.STOP) if job.is_on else NO_CONTENT


@route("POST", f"{JOB}/restart", answer=NOTHING, body=CRITERIA)
def restart(call: Call) -> Reply:
    """Restart a provisioning job, with as much cleared as the criteria ask for"""
    job, scopes = job_of(call), read_scopes(call.body)
    if scopes is None:
        return _do(call, job, deeds.RESTART)
    if not scopes:
        return _do(call, job, deeds.START)
    activity = (deeds.RESTART_FULL if scopes & LINKS else deeds.RESTART).activity
    return _do(call, job, deeds.Deed(act=partial(control.restart, scopes=scopes), activity=activity))


@route("PATCH", JOB, answer=one("SynchronizationJob"), body=CHANGES)
def update(call: Call) -> Reply:
    """Set the interval of a provisioning job and its guard against accidental deletions"""
    save_fields(call, job_of(call), read_changes(call.body))
    return _entity(call, job_of(call))


def check_template(key: str, given: Any) -> None:
    """An application has one template. Raises ValueRefused for any other."""
    if given != key:
        text = _("The application has no template '%(given)s', only '%(key)s'.")
        raise ValueRefused(text % {"given": str(given)[:80], "key": key})


def possibly(deed: Callable[[], object]) -> Reply:
    """Do it; what can't be done as things are is a conflict."""
    try:
        deed()
    except control.NotPossible as refusal:
        raise Conflict(str(refusal)) from None
    return NO_CONTENT


def read_scopes(body: Mapping[str, Any]) -> frozenset[ResetScope] | None:
    """The flags of resetScope; none at all for None alone. None where nothing is said: then it is the usual restart."""
    criteria = body.get("criteria") or {}
    text = criteria.get("resetScope") if isinstance(criteria, dict) else criteria
    if text is None or text == "":
        return None
    known = {each.lower(): each for each in ResetScope}
    words = [word.strip() for word in text.split(",")] if isinstance(text, str) else [""]
    for word in words:
        if word.lower() not in {*known, NO_SCOPE}:
            text = _("'%(word)s' is no scope of a restart. There are: %(known)s.")
            raise ValueRefused(text % {"word": word[:80], "known": ", ".join(["None", *ResetScope])})
    return frozenset(known[word.lower()] for word in words if word.lower() != NO_SCOPE)


def read_changes(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the job that a PATCH asks for. Raises ValueRefused for what can't be set in this way."""
    found: dict[str, Any] = {}
    for key, value in body.items():
        if key == "schedule" and isinstance(value, dict):
            found |= {"interval_minutes": _minutes(value["interval"])} if value.get("interval") else {}
        elif key == "synchronizationJobSettings" and isinstance(value, list):
            for each in value:
                found |= _setting(each)
        elif key != "id" and not key.startswith("@") and value is not None:
            raise ValueRefused(_("'%(key)s' can't be set here.") % {"key": key[:80]})
    return found


def _minutes(text: Any) -> int:
    value = parse_duration(text) if isinstance(text, str) and text.startswith("P") else None
    if value is None or value % timedelta(minutes=1):
        raise ValueRefused(_("The interval must be a duration such as PT40M, in whole minutes."))
    return whole_number("interval", value // timedelta(minutes=1), *LIMITS["interval_minutes"])


def _setting(each: Any) -> dict[str, Any]:
    name, value = (each.get("name"), each.get("value")) if isinstance(each, dict) else (None, None)
    if name == THRESHOLD:
        return {"guard_number": whole_number(name, value, *LIMITS["guard_number"])}
    if name == THRESHOLD_PERCENT:
        return {"guard_percent": whole_number(name, value, *LIMITS["guard_percent"])}
    if name == THRESHOLD_ON:
        return {"guard": flag(name, value)}
    known = ", ".join((THRESHOLD, THRESHOLD_ON, THRESHOLD_PERCENT))
    text = _("'%(name)s' is no setting of a job. There are: %(known)s.")
    raise ValueRefused(text % {"name": str(name)[:80], "known": known})


def _do(call: Call, job: ProvisioningJob, deed: deeds.Deed) -> Reply:
    def act() -> None:
        with transaction.atomic():
            deeds.do(job, deed, str(call.client), timezone.now())
            if deed.queues:
                tasks.queue_job(job.pk)

    return possibly(act)


def _told(job: ProvisioningJob, call: Call) -> dict[str, Any]:
    return chosen(job_json(job, executions(job), timezone.now()), call.options.get("$select"))


def _entity(call: Call, job: ProvisioningJob, status: int = 200) -> Reply:
    return Reply({"@odata.context": f"{_context(call)}/$entity", **_told(job, call)}, status)


def _context(call: Call) -> str:
    return call.context(f"servicePrincipals('{call.path['id']}')/synchronization/jobs")
