"""Saving the page Directory source: everything or nothing, never over somebody else's changes, with its audit entry."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.accounts.audit import HIDDEN, record
from portal.accounts.models import Account
from provisioning import vault
from provisioning.choices import MappingType
from provisioning.directory import source_class
from provisioning.directory.base import SourceReport
from provisioning.jobs.control import NotPossible
from provisioning.jobs.imports import ending
from provisioning.jobs.imports.asking import locked
from provisioning.jobs.save import SavedMeanwhile
from provisioning.models import Directory, Group, ProvisioningJob, User
from provisioning.models.directory import OWN

SAVE_DIRECTORY = gettext_noop("Save directory settings")
FIELDS = {
    "label": "Name",
    "tenant_name": "Tenant name",
    "default_domain": "Default domain",
    "source": "Source",
    "secret_expires_on": "Credentials expire on",
}
"""Columns that the page sets, with their names in the audit trail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the page asks for; `version` is that of the directory that was shown. `credentials`: all settings of the
    source, None to keep the saved ones. `values`: columns by the names of FIELDS, those that are not named stay."""

    version: int
    values: Mapping[str, Any]
    credentials: dict[str, str] | None = None


def is_empty(directory: Directory) -> bool:
    """Whether nobody is in it, not even in the recycle bin: only then it can get another source."""
    return not any(model._default_manager.filter(directory=directory).exists() for model in (User, Group))


@transaction.atomic
def save(directory_id: int, wanted: Wanted, by: Account, now: datetime, report: SourceReport | None = None) -> bool:
    """Write what is wanted; False when it was like this already. `report`: of the test that new settings passed.

    Raises SavedMeanwhile when the page is older than the row, NotPossible for another source of a full directory.
    """
    directory = locked(directory_id)
    if directory.source_version != wanted.version:
        raise SavedMeanwhile
    if wanted.values.get("source", directory.source) != directory.source and not is_empty(directory):
        raise NotPossible(_("Clear the directory first: only an empty one can get another source."))
    before = {name: getattr(directory, name) for name in FIELDS}
    for name, value in wanted.values.items():
        setattr(directory, name, value)
    if report:
        _take_over(directory, report, now)
    changes = {FIELDS[name]: (old, getattr(directory, name)) for name, old in before.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    changes |= _save_credentials(directory, wanted.credentials, before["source"], now)
    if not changes:
        return False
    if FIELDS["default_domain"] in changes:
        _look_at_everybody(directory)
    directory.source_version += 1
    directory.saved_at, directory.saved_by = now, str(by)
    directory.save()
    old, new = ({name: pair[side] for name, pair in changes.items()} for side in (0, 1))
    record(by, SAVE_DIRECTORY, directory.label, old, new)
    return True


def _take_over(directory: Directory, report: SourceReport, now: datetime) -> None:
    """Whose directory it is, as the source tells it."""
    directory.tested_at = now
    directory.tenant_name = report.tenant_name[:120] or directory.tenant_name
    directory.default_domain = report.default_domain[:253] or directory.default_domain
    with suppress(ValueError):
        directory.tenant_id = uuid.UUID(report.tenant_id)


def _save_credentials(
    directory: Directory, credentials: dict[str, str] | None, source: str, now: datetime
) -> dict[str, tuple[Any, Any]]:
    """Lock them in place of the saved ones. What changed is told by label, without the values of secrets.

    An import that reads with the old ones is given up. Another tenant, or whatever else is no secret, is read whole.
    """
    if directory.source == OWN:
        directory.locked = ""
    elif credentials is not None:
        changes = _changes(directory, credentials)
        directory.lock(credentials)
        if any(HIDDEN not in pair for pair in changes.values()):
            directory.delta_token, directory.selection = "", {}
        _give_up(directory, now)
        return changes
    if directory.source != source:
        directory.delta_token, directory.selection = "", {}
        _give_up(directory, now)
    return {}


def _changes(directory: Directory, credentials: Mapping[str, str]) -> dict[str, tuple[Any, Any]]:
    try:
        saved = directory.unlock()
    except vault.Unreadable:
        saved = {}
    changes = {}
    for each in source_class(directory.source).settings:
        old, new = saved.get(each.name, ""), credentials.get(each.name, "")
        if old != new:
            changes[each.label] = (old and HIDDEN, new and HIDDEN) if each.secret else (old, new)
    return changes


def _give_up(directory: Directory, now: datetime) -> None:
    ending.discard_running(directory.pk, now)
    ending.discard_held(directory.pk)


def _look_at_everybody(directory: Directory) -> None:
    """Mappings that speak of the default domain give other values now."""
    jobs = ProvisioningJob.objects.filter(
        application__directory=directory,
        mappings__rows__type=MappingType.EXPRESSION,
        mappings__rows__source__icontains="DefaultDomain(",
    )
    for job in jobs.distinct().order_by("pk"):
        fresh = ProvisioningJob.objects.select_for_update(no_key=True).get(pk=job.pk)
        fresh.reconfigured()
        fresh.save(update_fields=["config_version", "watermark"])
