"""Changing mappings: each change is whole, leaves a mapping that works, and makes the next cycle look at everybody."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.accounts.audit import record
from portal.accounts.models import Account
from provisioning.connectors import connector_class
from provisioning.connectors.base import TargetSchema
from provisioning.jobs.save import locked, mark_saved
from provisioning.jobs.setup import restore_default_mappings
from provisioning.models import AttributeMapping, ObjectMapping, ProvisioningJob

SAVE_MAPPING = gettext_noop("Save attribute mapping")
ADD_ROW = gettext_noop("Add attribute to mapping")
EDIT_ROW = gettext_noop("Edit attribute of mapping")
DELETE_ROW = gettext_noop("Delete attribute from mapping")
RESTORE = gettext_noop("Restore default mappings")

MAPPING_FIELDS = ("enabled", "create_objects", "update_objects", "delete_objects")
ROW_FIELDS = ("target", "type", "source", "default", "matching", "flow")


@contextmanager
def editing(job_id: int, version: int, by: Account, now: datetime) -> Iterator[ProvisioningJob]:
    """A transaction in which one change is made; it counts as a save of the job, and a full cycle follows.

    Raises save.SavedMeanwhile when the job has another version than the page that asks.
    """
    with transaction.atomic():
        job = locked(job_id, version)
        yield job
        job.reconfigured()
        mark_saved(job, by, now)
        job.save()


def save_mapping(mapping: ObjectMapping, values: dict[str, bool], by: Account) -> None:
    """Switch it or its actions on and off. Inside `editing`."""
    old = {name: getattr(mapping, name) for name in MAPPING_FIELDS}
    for name in MAPPING_FIELDS:
        setattr(mapping, name, values[name])
    mapping.save(update_fields=MAPPING_FIELDS)
    _record_changes(by, SAVE_MAPPING, mapping, old, {name: values[name] for name in MAPPING_FIELDS})


def save_row(row: AttributeMapping, values: dict[str, Any], by: Account) -> None:
    """Add a row (one without key) or change it. Inside `editing`."""
    activity = EDIT_ROW if row.pk else ADD_ROW
    old = {name: getattr(row, name) for name in ROW_FIELDS} if row.pk else {}
    for name in ROW_FIELDS:
        setattr(row, name, values[name])
    if not row.pk:
        row.order = 1 + max(row.mapping.rows.values_list("order", flat=True), default=0)
        attribute = schema_of(row.mapping).attribute(row.target)
        row.required = attribute is not None and attribute.required
    row.save()
    _record_changes(by, activity, row.mapping, old, {name: values[name] for name in ROW_FIELDS}, row.target)


def delete_row(row: AttributeMapping, by: Account) -> None:
    """Inside `editing`, and only when `why_locked` says nothing."""
    record(by, DELETE_ROW, row.mapping.job.application, {name: getattr(row, name) for name in ROW_FIELDS})
    row.delete()


def restore(job_id: int, by: Account, now: datetime) -> ProvisioningJob:
    """The mappings of the gallery again, whatever was there."""
    with transaction.atomic():
        before = {str(each.object_type): _as_audited(each) for each in ObjectMapping.objects.filter(job=job_id)}
        job = restore_default_mappings(job_id)
        mark_saved(job, by, now)
        job.save()
        after = {str(each.object_type): _as_audited(each) for each in job.mappings.all()}
        record(by, RESTORE, job.application, before, after)
    return job


def schema_of(mapping: ObjectMapping) -> TargetSchema:
    """What the application's objects of this type have."""
    connector = connector_class(mapping.job.application.template.connector)
    return connector.schemas[mapping.as_rules().type]


def why_locked(row: AttributeMapping, rows: Iterable[AttributeMapping]) -> str:
    """Why this row of `rows` can't be deleted; empty when it can."""
    attribute = schema_of(row.mapping).attribute(row.target)
    if row.required or (attribute is not None and attribute.required):
        return _("The application requires this attribute.")
    if row.matching and not any(each.matching for each in rows if each.pk != row.pk):
        return _("It is the only attribute that objects are matched by.")
    return ""


def _as_audited(mapping: ObjectMapping) -> dict[str, Any]:
    own = {name: getattr(mapping, name) for name in MAPPING_FIELDS}
    rows = [{name: getattr(row, name) for name in ROW_FIELDS} for row in mapping.rows.all()]
    return own | {"rows": rows}
