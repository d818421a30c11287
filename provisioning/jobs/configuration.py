"""All that is configured about the mappings of a job, as one frozen value: read from the rows and written back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.db.models import Model

from provisioning.choices import ObjectType, Side
from provisioning.models import AttributeMapping, CustomAttribute, ObjectMapping, ProvisioningJob, ScopingFilterRow
from provisioning.records import ObjectRules, Rule, ScopingFilter

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomValue:
    """A custom attribute; fields as `models.CustomAttribute` has them."""

    side: Side
    name: str
    type: str
    required: bool = False
    multiple: bool = False
    exact_case: bool = False
    references: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectConfiguration:
    """One object type. The rules leave open which rows are required: that is not for an administrator to say."""

    rules: ObjectRules
    enabled: bool = True
    custom: tuple[CustomValue, ...] = ()


Configuration = Mapping[ObjectType, ObjectConfiguration]


def configuration(job: ProvisioningJob) -> Configuration:
    """As it is stored now; four queries."""
    mappings = ObjectMapping.objects.filter(job=job).prefetch_related("rows", "filters", "custom_attributes")
    return {ObjectType(each.object_type): _as_value(each) for each in mappings.order_by("pk")}


def apply(job: ProvisioningJob, wanted: Configuration) -> None:
    """Make the rows say this, in a number of statements that does not grow with them.

    It must name the job's object types; inside `mappings.editing`.
    """
    mappings = ObjectMapping.objects.filter(job=job).select_related("job__application")
    for mapping in mappings.prefetch_related("rows", "filters", "custom_attributes"):
        value = wanted[ObjectType(mapping.object_type)]
        rules = value.rules
        switches = {
            "enabled": value.enabled,
            "create_objects": rules.create,
            "update_objects": rules.update,
            "delete_objects": rules.delete,
        }
        _write(ObjectMapping, [_edit(mapping, switches)], ())
        _put_custom(mapping, value.custom)
        _put_rows(mapping, rules.rules)
        _put_filters(mapping, rules.filters)


def _as_value(mapping: ObjectMapping) -> ObjectConfiguration:
    rules = mapping.as_rules()
    return ObjectConfiguration(
        rules=replace(rules, rules=tuple(replace(each, required=False) for each in rules.rules)),
        enabled=mapping.enabled,
        custom=tuple(
            CustomValue(
                side=Side(each.side),
                name=each.name,
                type=each.type,
                required=each.required,
                multiple=each.multiple,
                exact_case=each.exact_case,
                references=each.references,
            )
            for each in mapping.custom_attributes.all()
        ),
    )


def _put_custom(mapping: ObjectMapping, wanted: Iterable[CustomValue]) -> None:
    stored = {(each.side, each.name): each for each in mapping.custom_attributes.all()}
    edits = []
    for value in wanted:
        row = stored.pop((str(value.side), value.name), None) or CustomAttribute(mapping=mapping)
        edits.append(_edit(row, {name: getattr(value, name) for name in CustomValue.__dataclass_fields__}))
    _write(CustomAttribute, edits, stored.values())


def _put_rows(mapping: ObjectMapping, wanted: Sequence[Rule]) -> None:
    """A row keeps its key and whether it is required; what the gallery requires stays so in a new one."""
    defaults = mapping.job.application.template.mappings[ObjectType(mapping.object_type)].rules
    required = {each.target for each in defaults if each.required}
    stored = {each.target: each for each in mapping.rows.all()}
    edits = []
    for order, rule in enumerate(wanted, 1):
        row = stored.pop(rule.target, None) or AttributeMapping(mapping=mapping, required=rule.target in required)
        fields = {name: getattr(rule, name) for name in Rule.__dataclass_fields__ if name != "required"}
        edits.append(_edit(row, {**fields, "order": order}))
    _write(AttributeMapping, edits, stored.values())


def _edit(row: Row, fields: Mapping[str, Any]) -> tuple[Row, bool]:
    """The row with these values, and whether it had others."""
    is_other = any(getattr(row, name) != value for name, value in fields.items())
    for name, value in fields.items():
        setattr(row, name, value)
    return row, is_other


def _write(model: type[Row], edits: Sequence[tuple[Row, bool]], gone: Collection[Row]) -> None:
    """Only what differs is written."""
    changed = [row for row, is_other in edits if row.pk and is_other]
    if gone:
        model._default_manager.filter(pk__in=[each.pk for each in gone]).delete()
    if changed:
        names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        model._default_manager.bulk_update(changed, names)
    model._default_manager.bulk_create([row for row, _is_other in edits if not row.pk])


def _put_filters(mapping: ObjectMapping, wanted: Sequence[ScopingFilter]) -> None:
    if [each.as_filter() for each in mapping.filters.all()] == list(wanted):
        return
    mapping.filters.all().delete()
    ScopingFilterRow.objects.bulk_create(
        ScopingFilterRow(mapping=mapping, title=each.title, order=order, clauses=_clauses(each))
        for order, each in enumerate(wanted, 1)
    )


def _clauses(scoping: ScopingFilter) -> list[dict[str, str]]:
    return [
        {"attribute": each.attribute, "operator": each.operator.value, "value": each.value} for each in scoping.clauses
    ]
