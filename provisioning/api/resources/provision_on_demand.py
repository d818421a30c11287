"""Provision on demand: one user or group walks now, and the answer says what became of it."""

import math
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from provisioning import tasks
from provisioning.api.calls import Call, Reply
from provisioning.api.errors import Conflict, GraphError, NotFound, Throttled, ValueRefused
from provisioning.api.finding import JOB, job_of
from provisioning.api.on_demand_json import run_json
from provisioning.api.routes import one, route
from provisioning.choices import RunStatus
from provisioning.jobs.asking import ask_once, entry_of, source_of
from provisioning.jobs.control import NotPossible
from provisioning.jobs.schema_json import rule_id
from provisioning.models import Group, OnDemandRun, ProvisioningJob, User

SUBJECT: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "objectId": {"type": "string"},
        "objectTypeName": {"type": "string"},
        "links": {"type": ["object", "null"]},
    },
    "required": ["objectId", "objectTypeName"],
}
PARAMETERS: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "parameters": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"ruleId": {"type": "string"}, "subjects": {"type": "array", "items": SUBJECT}},
            },
        }
    },
    "required": ["parameters"],
}
PATIENCE, PAUSE = 30.0, 0.25
"""Seconds for which a run is waited for, and between two looks at it."""
MOST, PERIOD = 5, timedelta(seconds=10)
"""So many runs a client may ask for in that time, as Microsoft has it."""


class TooSlow(GraphError):
    """The run goes on; the logs will tell what became of it."""

    status = 504
    code = "GatewayTimeout"


@route("POST", f"{JOB}/provisionOnDemand", answer=one("StringKeyStringValuePair"), body=PARAMETERS)
def provision_on_demand(call: Call) -> Reply:
    """Provision one user or group now and tell what became of it"""
    job = job_of(call)
    source = _subject(job, call.body.get("parameters"))
    _check_rate(call, job)
    run = finished(_asked(call, job, source))
    context = call.context("microsoft.graph.stringKeyStringValuePair")
    entry = entry_of(run)
    return Reply({"@odata.context": context, **run_json(run, job, str(entry.change_id) if entry else "")})


def _check_rate(call: Call, job: ProvisioningJob) -> None:
    now = timezone.now()
    mine = job.on_demand_runs.filter(asked_by=str(call.client)[:150], asked_at__gt=now - PERIOD)
    times = list(mine.order_by("-asked_at").values_list("asked_at", flat=True)[:MOST])
    if len(times) == MOST:
        raise Throttled(math.ceil((times[-1] + PERIOD - now).total_seconds()))


def finished(run: OnDemandRun, sleep: Callable[[float], None] = time.sleep) -> OnDemandRun:
    """The run when it is done. Raises TooSlow."""
    waited = 0.0
    while run.status != RunStatus.DONE:
        if waited >= PATIENCE:
            text = _("It takes longer than %(seconds)d seconds, and goes on. The provisioning logs will tell its end.")
            raise TooSlow(text % {"seconds": PATIENCE})
        sleep(PAUSE)
        waited += PAUSE
        run.refresh_from_db()
    return run


def _asked(call: Call, job: ProvisioningJob, source: User | Group) -> OnDemandRun:
    try:
        with transaction.atomic():
            run, is_new = ask_once(job, source, str(call.client), timezone.now())
            if is_new:
                tasks.queue_run(run.pk)
    except NotPossible as refusal:
        raise Conflict(str(refusal)) from None
    return run


def _subject(job: ProvisioningJob, parameters: Any) -> User | Group:
    """The one object that is asked for. Raises ValueRefused, NotFound."""
    rules = [each for each in parameters if isinstance(each, dict)] if isinstance(parameters, list) else []
    subjects = [each.get("subjects") for each in rules]
    if len(subjects) != 1 or not isinstance(subjects[0], list) or len(subjects[0]) != 1:
        raise ValueRefused(_("'parameters' must be a list with one rule, and its subjects a list with one object."))
    asked, wanted = rules[0].get("ruleId"), rule_id(job)
    if asked and str(asked).lower() != wanted:
        text = _("The job has no rule '%(asked)s', only '%(wanted)s'.")
        raise ValueRefused(text % {"asked": str(asked)[:80], "wanted": wanted})
    subject = subjects[0][0] if isinstance(subjects[0][0], dict) else {}
    type_, id_ = str(subject.get("objectTypeName")), str(subject.get("objectId"))
    if type_.lower() not in ("user", "group"):
        raise ValueRefused(_("'objectTypeName' must be User or Group."))
    source = source_of(job.application.directory, type_, id_)
    if source is None:
        raise NotFound.of(id_[:80])
    return source
