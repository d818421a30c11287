"""The pairs of key and value that Microsoft calls secrets: admin credentials, and settings of the job among them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from provisioning.api.errors import ValueRefused
from provisioning.choices import Scope
from provisioning.connectors import connector_class
from provisioning.jobs.known import Known, method_of
from provisioning.jobs.notification import NoAddress, addresses
from provisioning.jobs.save import LIMITS
from provisioning.models import ProvisioningJob
from provisioning.wire.settings import Setting

MASK = "********"
"""Stands for a secret that is kept. Given back, it means that nothing was changed."""
SYNC_ALL, SKIP_DELETIONS, NOTIFICATION = "SyncAll", "SkipOutOfScopeDeletions", "SyncNotificationSettings"
OF_JOB = (SYNC_ALL, SKIP_DELETIONS, NOTIFICATION)
ENABLED, RECIPIENTS, GUARD, GUARD_NUMBER = "Enabled", "Recipients", "DeleteThresholdEnabled", "DeleteThresholdValue"
PASSED_OVER = "HumanResourcesLookaheadQueryEnabled"
"""Azure's portal writes it for every application; it means nothing here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given: credentials by the name of the setting, and fields of the job."""

    credentials: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)


def settings_of(job: ProvisioningJob) -> Sequence[Setting]:
    return connector_class(job.application.template.connector).settings


def secrets_json(job: ProvisioningJob) -> list[dict[str, str]]:
    """Everything that is saved, in the form in which it can be given back: of a secret only that it is there."""
    known, settings = Known.of(job), settings_of(job)
    values = known.values if known.row else {}
    method = method_of(settings, known, None)
    pairs = {
        each.graph_key: MASK if each.secret else values[each.name]
        for each in settings
        if each.is_for(method) and values.get(each.name)
    }
    notification = {
        ENABLED: job.notify,
        RECIPIENTS: job.notification_email,
        GUARD: job.guard,
        GUARD_NUMBER: job.guard_number,
        PASSED_OVER: False,
    }
    pairs[SYNC_ALL] = str(job.scope == Scope.ALL).lower()
    pairs[SKIP_DELETIONS] = str(job.skip_out_of_scope_deletions)
    pairs[NOTIFICATION] = json.dumps(notification, separators=(",", ":"), ensure_ascii=False)
    return [{"key": key, "value": value} for key, value in pairs.items()]


def read_secrets(pairs: Any, settings: Iterable[Setting], name: str = "value") -> Given:
    """What a list of pairs asks for. Raises ValueRefused for a key that means nothing here, and for a wrong value."""
    names = {each.graph_key.lower(): each for each in settings if each.graph_key}
    credentials, fields = dict[str, str](), dict[str, Any]()
    for key, value in _pairs(pairs, name):
        if setting := names.get(key.lower()):
            if not (setting.secret and value == MASK):
                credentials[setting.name] = value
        elif read := READERS.get(key.lower()):
            fields |= read(value)
        else:
            known = ", ".join([*(each.graph_key for each in names.values()), *OF_JOB])
            text = _("'%(key)s' means nothing for this application. It takes: %(known)s.")
            raise ValueRefused(text % {"key": key[:80], "known": known})
    return Given(credentials=credentials, fields=fields)


def _pairs(pairs: Any, name: str) -> Iterable[tuple[str, str]]:
    if not isinstance(pairs, list):
        raise ValueRefused(_("'%(name)s' must be a list of objects with key and value.") % {"name": name})
    taken = set[str]()
    for each in pairs:
        key, value = (each.get("key"), each.get("value")) if isinstance(each, dict) else (None, None)
        if not isinstance(key, str) or not isinstance(value, str | None):
            raise ValueRefused(_("'%(name)s' must be a list of objects with key and value.") % {"name": name})
        if key.lower() in taken:
            raise ValueRefused(_("'%(key)s' is there twice.") % {"key": key[:80]})
        taken.add(key.lower())
        yield key, value or ""


def _sync_all(value: str) -> dict[str, Any]:
    return {"scope": Scope.ALL if flag(SYNC_ALL, value) else Scope.ASSIGNED}


def _skip_deletions(value: str) -> dict[str, Any]:
    return {"skip_out_of_scope_deletions": flag(SKIP_DELETIONS, value)}


def _notification(value: str) -> dict[str, Any]:
    """JSON in a text. What it leaves out stays as it is."""
    try:
        given = json.loads(value)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise ValueRefused(_("The value of '%(key)s' must be a JSON object in a text.") % {"key": NOTIFICATION})
    readers = {ENABLED: _notify, RECIPIENTS: _recipients, GUARD: _guard, GUARD_NUMBER: _guard_number}
    found: dict[str, Any] = {}
    for key, each in given.items():
        if key == PASSED_OVER:
            continue
        if key not in readers:
            text = _("'%(key)s' means nothing in %(settings)s. It takes: %(known)s.")
            raise ValueRefused(text % {"key": key[:80], "settings": NOTIFICATION, "known": ", ".join(readers)})
        found |= readers[key](each)
    return found


def _notify(value: Any) -> dict[str, Any]:
    return {"notify": flag(ENABLED, value)}


def _recipients(value: Any) -> dict[str, Any]:
    try:
        return {"notification_email": addresses(value if isinstance(value, str) else "")}
    except NoAddress as error:
        raise ValueRefused(str(error)) from None


def _guard(value: Any) -> dict[str, Any]:
    return {"guard": flag(GUARD, value)}


def _guard_number(value: Any) -> dict[str, Any]:
    return {"guard_number": whole_number(GUARD_NUMBER, value, *LIMITS["guard_number"])}


def flag(key: str, value: Any) -> bool:
    """True and false, also as texts, as scripts write them."""
    word = str(value).lower()
    if word not in ("true", "false"):
        raise ValueRefused(_("The value of '%(key)s' must be true or false.") % {"key": key})
    return word == "true"


def whole_number(key: str, value: Any, least: int, most: int) -> int:
    """A number, also as a text. Raises ValueRefused when it is none or not in this range."""
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or not least <= int(text[:18]) <= most:
        values = {"key": key, "least": least, "most": most}
        raise ValueRefused(_("The value of '%(key)s' must be a number from %(least)s to %(most)s.") % values)
    return int(text)


READERS = {SYNC_ALL.lower(): _sync_all, SKIP_DELETIONS.lower(): _skip_deletions, NOTIFICATION.lower(): _notification}
