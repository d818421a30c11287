"""Changing mappings: each change is whole, leaves a mapping that works, and makes the next cycle look at everybody."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.accounts.audit import Doer, record
from portal.accounts.models import Account
from provisioning.choices import ObjectType
from provisioning.jobs import history
from provisioning.jobs.configuration import configuration
from provisioning.jobs.save import locked, mark_saved
from provisioning.jobs.schemas import target_schema
from provisioning.jobs.setup import restore_default_mappings
from provisioning.models import AttributeMapping, ObjectMapping, ProvisioningJob, ScopingFilterRow

SAVE_MAPPING = gettext_noop("Save attribute mapping")
ADD_ROW = gettext_noop("Add attribute to mapping")
EDIT_ROW = gettext_noop("Edit attribute of mapping")
DELETE_ROW = gettext_noop("Delete attribute from mapping")
RESTORE = gettext_noop("Restore default mappings")

MAPPING_FIELDS = ("enabled", "create_objects", "update_objects", "delete_objects")
ROW_FIELDS = ("target", "type", "source", "default", "matching", "flow", "flow_empty")
FILTER_FIELDS = ("title", "clauses")


@dataclass(slots=True)
class Strayed:
    """How far the mappings are from those of the gallery, in numbers of what differs, and whether a switch does.

    `custom` counts what was added to the attribute lists.
    """

    added: int = 0
    changed: int = 0
    deleted: int = 0
    filters: int = 0
    custom: int = 0
    switches: bool = False

    @property
    def is_any(self) -> bool:
        return bool(self.added or self.changed or self.deleted or self.filters or self.custom or self.switches)


def strayed(job: ProvisioningJob) -> Strayed:
    """What restoring the defaults would undo."""
    found = Strayed()
    for mapping in job.mappings.annotate(custom=Count("custom_attributes")).prefetch_related("rows", "filters"):
        own, default = mapping.as_rules(), job.application.template.mappings[ObjectType(mapping.object_type)]
        rows, defaults = ({rule.target: rule for rule in rules.rules} for rules in (own, default))
        found.added += len(rows.keys() - defaults.keys())
        found.deleted += len(defaults.keys() - rows.keys())
        found.changed += sum(rows[name] != defaults[name] for name in rows.keys() & defaults.keys())
        found.filters += len(own.filters)
        found.custom += mapping.custom
        found.switches |= not mapping.enabled or replace(own, rules=(), filters=()) != replace(default, rules=())
    return found


@contextmanager
def editing(
    job_id: int, version: int, by: Doer, now: datetime, activity: str = SAVE_MAPPING
) -> Iterator[ProvisioningJob]:
    """A transaction in which one change is made; it counts as a save of the job, and a full cycle follows.

    What was changed is kept in the history under this activity, which is marked with gettext_noop. Raises
    save.SavedMeanwhile when the job has another version than the page that asks.
    """
    with transaction.atomic():
        job = locked(job_id, version)
        before = configuration(job)
        yield job
        job.reconfigured()
        mark_saved(job, by, now)
        job.save()
        history.keep(job, before, activity)


def save_mapping(mapping: ObjectMapping, values: Mapping[str, bool], by: Account) -> None:
    """Switch it or its actions on and off. Inside `editing`."""
    old = _values(mapping, MAPPING_FIELDS)
    for name in MAPPING_FIELDS:
        setattr(mapping, name, values[name])
    mapping.save(update_fields=MAPPING_FIELDS)
    record(by, SAVE_MAPPING, mapping.job.application, old, _values(mapping, MAPPING_FIELDS))


def save_row(row: AttributeMapping, values: Mapping[str, Any], by: Account) -> None:
    """Change a row, or add it when it has no key yet. Inside `editing`."""
    activity, old = (EDIT_ROW, _values(row, ROW_FIELDS)) if row.pk else (ADD_ROW, None)
    for name in ROW_FIELDS:
        setattr(row, name, values[name])
    if not row.pk:
        row.order = 1 + max(row.mapping.rows.values_list("order", flat=True), default=0)
    row.save()
    record(by, activity, row.mapping.job.application, old, _values(row, ROW_FIELDS))


def delete_row(row: AttributeMapping, by: Account) -> None:
    """Inside `editing`, and only when `why_locked` says nothing."""
    record(by, DELETE_ROW, row.mapping.job.application, _values(row, ROW_FIELDS))
    row.delete()


def restore(job_id: int, by: Doer, now: datetime, seen: int | None = None) -> ProvisioningJob | None:
    """The mappings of the gallery again. `seen` is the configuration version that the person looked at.

    None, and nothing done, when it is not the job's any more: what would be lost is not what was agreed to.
    """
    with transaction.atomic():
        is_now = ProvisioningJob.objects.select_for_update().get(pk=job_id).config_version
        if seen is not None and seen != is_now:
            return None
        before = {each.object_type: _as_audited(each) for each in ObjectMapping.objects.filter(job=job_id)}
        old = configuration(ProvisioningJob(pk=job_id))
        job = restore_default_mappings(job_id)
        mark_saved(job, by, now)
        job.save()
        history.keep(job, old, RESTORE)
        after = {each.object_type: _as_audited(each) for each in job.mappings.all()}
        record(by, RESTORE, job.application, before, after)
    return job


def unmapped(mapping: ObjectMapping, rows: Iterable[AttributeMapping]) -> list[str]:
    """Target attributes that none of these rows maps."""
    taken = {each.target for each in rows}
    return [each.name for each in target_schema(mapping).attributes if each.name not in taken]


def why_locked(row: AttributeMapping, rows: Iterable[AttributeMapping]) -> str:
    """Why this row of `rows` can't be deleted; empty when it can."""
    if is_required(row):
        return _("The application requires this attribute.")
    if row.matching and not any(each.matching for each in rows if each.pk != row.pk):
        return _("It is the only attribute that objects are matched by.")
    return ""


def is_required(row: AttributeMapping) -> bool:
    """Whether the application can do nothing without its target attribute."""
    attribute = target_schema(row.mapping).attribute(row.target)
    return row.required or (attribute is not None and attribute.required)


def _values(row: ObjectMapping | AttributeMapping | ScopingFilterRow, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _as_audited(mapping: ObjectMapping) -> dict[str, Any]:
    rows = [_values(row, ROW_FIELDS) for row in mapping.rows.all()]
    filters = [_values(row, FILTER_FIELDS) for row in mapping.filters.all()]
    return {**_values(mapping, MAPPING_FIELDS), "rows": rows, "filters": filters}
