"""What a listing of the target gave: kept while its cycle runs, looked up by matching value."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db.models import Exists, Min, OuterRef, QuerySet
from django.utils import timezone

from provisioning.choices import ObjectType
from provisioning.connectors import connector_class
from provisioning.connectors.base import TargetSchema
from provisioning.engine.matching import account_keys, match_keys
from provisioning.engine.values import Facts
from provisioning.jobs.prepared import Given, Prepared, among
from provisioning.models import Cycle, ObjectStateRow, SurveyRow
from provisioning.records import Candidate, JobRules, TargetObject

LONGEST = 512
BY_VALUE = Prepared(
    lambda: SurveyRow.objects.filter(
        among("attribute", "names"), among("value", "values"), cycle=Given("cycle"), object_type=Given("type")
    )
)


def keep(cycle: Cycle, rules: JobRules, type_: ObjectType, found: Sequence[TargetObject]) -> None:
    """A row for each matching value of each object; one without any has a row all the same."""
    schema, names = schema_of(cycle, type_), [rule.target for rule in rules.objects[type_].matching]
    SurveyRow.objects.bulk_create(
        SurveyRow(
            cycle=cycle,
            object_type=type_,
            attribute=attribute,
            value=value[:LONGEST],
            target_id=each.id,
            label=each.label[:256],
            active=each.active,
            attributes=dict(each.attributes),
        )
        for each in found
        for attribute, value in account_keys(each, names, schema) or [("", "")]
    )


def with_survey(cycle: Cycle, rules: JobRules, candidates: Sequence[Candidate], *, is_clean: bool) -> list[Candidate]:
    """The candidates with the accounts that the listing has for them.

    It is believed for the first attempt only, and not where a worker vanished: it may have created accounts since.
    A reconcile cycle looks up everybody's own account.
    """
    type_ = candidates[0].source.type if candidates else None
    if type_ not in cycle.surveyed:
        return list(candidates)
    if rules.reconcile:
        return _with_own(cycle, candidates)
    first = [each for each in candidates if is_clean and _is_first(each)]
    if not first:
        return list(candidates)
    schema = schema_of(cycle, first[0].source.type)
    facts = Facts(now=timezone.now(), default_domain=rules.default_domain)
    keys = {each.source.key: match_keys(rules.objects[each.source.type], each.source, schema, facts) for each in first}
    found = _by_value(cycle, {pair for pairs in keys.values() for pair in pairs}, first[0].source.type)
    return [
        replace(each, surveyed=_of(keys[each.source.key], found)) if each.source.key in keys else each
        for each in candidates
    ]


def schema_of(cycle: Cycle, type_: ObjectType) -> TargetSchema:
    return connector_class(cycle.job.application.template.connector).schemas[type_]


def unowned(cycle: Cycle) -> QuerySet[SurveyRow]:
    """Accounts that a listing found and that belong to nobody of the directory, each once."""
    owned = ObjectStateRow.objects.filter(
        job=cycle.job_id, object_type=OuterRef("object_type"), target_id=OuterRef("target_id")
    )
    first = SurveyRow.objects.filter(cycle=cycle).values("object_type", "target_id").annotate(first=Min("pk"))
    return SurveyRow.objects.filter(~Exists(owned), pk__in=first.values("first")).order_by("label", "pk")


def _is_first(candidate: Candidate) -> bool:
    state = candidate.state
    tried = state and (state.target_id or state.failures or state.tries or state.deferred_until or state.uncertain)
    return not tried


def _with_own(cycle: Cycle, candidates: Sequence[Candidate]) -> list[Candidate]:
    ids = {each.state.target_id for each in candidates if each.state and each.state.target_id}
    rows = SurveyRow.objects.filter(cycle=cycle, object_type=candidates[0].source.type, target_id__in=ids)
    own = {row.target_id: row.as_value() for row in rows}
    return [
        replace(each, surveyed=tuple(own[id_] for id_ in [each.state.target_id] if id_ in own)) if each.state else each
        for each in candidates
    ]


def _by_value(cycle: Cycle, keys: set[tuple[str, str]], type_: ObjectType) -> dict[tuple[str, str], list[TargetObject]]:
    """Attribute and value both by index: by values alone the whole listing would be read for each portion."""
    found: dict[tuple[str, str], list[TargetObject]] = defaultdict(list)
    names, values = {name for name, _ in keys}, {value[:LONGEST] for _, value in keys}
    for row in BY_VALUE.objects(cycle=cycle.pk, type=type_.value, names=names, values=values) if keys else ():
        found[row.attribute, row.value].append(row.as_value())
    return found


def _of(keys: Iterable[tuple[str, str]], found: dict[tuple[str, str], list[TargetObject]]) -> tuple[TargetObject, ...]:
    return tuple(each for name, value in keys for each in found.get((name, value[:LONGEST]), ()))
