"""The attribute lists of a mapping: what they show, and adding, changing and taking away custom attributes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.accounts.audit import record
from portal.accounts.models import Account
from provisioning.choices import AttributeType, ObjectType, Side
from provisioning.connectors.base import Connector
from provisioning.jobs.schema_sources import attributes_in
from provisioning.jobs.schemas import connector_of, custom_attributes, own_source_attributes, own_target_schema
from provisioning.models import CustomAttribute, ObjectMapping

ADD_ATTRIBUTE = gettext_noop("Add attribute to attribute list")
EDIT_ATTRIBUTE = gettext_noop("Edit attribute of attribute list")
DELETE_ATTRIBUTE = gettext_noop("Delete attribute from attribute list")

FIELDS = ("name", "type", "required", "multiple", "exact_case", "references")
FIXED_WHILE_USED = ("name", "type", "multiple")
"""What rows and filters go by: to be changed only while none names the attribute."""

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
BRACKETS = re.compile(r"[\[\]]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAttribute:
    """A line of the list. `row` is there for those that were added, `primary` for what tells objects apart."""

    name: str
    type: str
    primary: bool = False
    required: bool = False
    multiple: bool = False
    exact_case: bool = False
    references: str = ""
    row: CustomAttribute | None = None


def listed(mapping: ObjectMapping, side: Side) -> list[ListedAttribute]:
    """Those that always are there, then those that were added."""
    added = [
        ListedAttribute(
            name=row.name,
            type=row.type,
            required=row.required,
            multiple=row.multiple,
            exact_case=row.exact_case,
            references=row.references,
            row=row,
        )
        for row in custom_attributes(mapping, side)
    ]
    return [*own_attributes(connector_of(mapping), ObjectType(mapping.object_type), side), *added]


def own_attributes(connector: type[Connector], type_: ObjectType, side: Side) -> Iterable[ListedAttribute]:
    """Those that nobody needs to add."""
    return _of_source(type_) if side is Side.SOURCE else _of_target(connector, type_)


def can_add(mapping: ObjectMapping, side: Side) -> bool:
    """Whether the list of this side takes further attributes."""
    return side is Side.SOURCE or connector_of(mapping).allows_custom_attributes


def fault_of_name(name: str, side: Side) -> str:
    """Why an attribute can't be called so; empty when it can."""
    if CONTROL.search(name):
        return _("A name can't hold line breaks or other control characters.")
    if side is Side.SOURCE and BRACKETS.search(name):
        return _("Leave out the brackets: expressions put them around the name.")
    return ""


def fault_of_type(type_: str, references: str, side: Side, *, multiple: bool) -> str:
    """Why there can't be such an attribute; empty when there can."""
    if type_ == AttributeType.REFERENCE and side is Side.SOURCE:
        return _("The directory tells of other objects only in manager and members. Choose another type.")
    if type_ == AttributeType.REFERENCE and multiple:
        return _("Only the members of a group are several references. Choose another type, or a single value.")
    if type_ == AttributeType.REFERENCE and not references:
        return _("Choose of which type the object is that it refers to.")
    return ""


def uses(attribute: CustomAttribute) -> Sequence[str]:
    """Who names it, a phrase each: it can't be taken away while there are any."""
    mapping, name = attribute.mapping, attribute.name
    if attribute.side == Side.TARGET:
        return [_("the mapping of %(name)s") % {"name": each.target} for each in mapping.rows.filter(target=name)]
    rows = [each for each in mapping.rows.all() if name in attributes_in(each.type, each.source)]
    filters = [each for each in mapping.filters.all() if any(clause["attribute"] == name for clause in each.clauses)]
    return [
        *(_("the mapping of %(name)s") % {"name": each.target} for each in rows),
        *(_("the scoping filter %(name)s") % {"name": each.title} for each in filters),
    ]


def why_kept(named: Iterable[str]) -> str:
    """Why an attribute with these uses can't be deleted; empty when it can."""
    text = ", ".join(named)
    return _("It is used by %(uses)s. Take it out there first.") % {"uses": text} if text else ""


def save_attribute(row: CustomAttribute, values: Mapping[str, Any], by: Account) -> None:
    """Change it, or add it when it has no key yet. Inside `mappings.editing`."""
    activity, old = (EDIT_ATTRIBUTE, as_audited(row)) if row.pk else (ADD_ATTRIBUTE, None)
    for name in FIELDS:
        setattr(row, name, values[name])
    row.save()
    record(by, activity, row.mapping.job.application, old, as_audited(row))


def delete_attribute(row: CustomAttribute, by: Account) -> None:
    """Inside `mappings.editing`, and only when nothing uses it."""
    record(by, DELETE_ATTRIBUTE, row.mapping.job.application, as_audited(row))
    row.delete()


def as_audited(row: CustomAttribute) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in FIELDS}
    return {"object_type": row.mapping.object_type, "side": row.side, **values}


def _of_source(type_: ObjectType) -> Iterable[ListedAttribute]:
    for each in own_source_attributes(type_):
        yield ListedAttribute(
            name=each.name,
            type=each.type,
            primary=each.anchor,
            required=each.required,
            multiple=each.multiple,
            exact_case=each.exact_case,
            references=each.references,
        )


def _of_target(connector: type[Connector], type_: ObjectType) -> Iterable[ListedAttribute]:
    for each in own_target_schema(connector, type_).attributes:
        yield ListedAttribute(
            name=each.name,
            type=each.type,
            required=each.required,
            multiple=each.multiple,
            exact_case=each.exact_case,
            references=ObjectType.USER if each.reference else "",
        )
