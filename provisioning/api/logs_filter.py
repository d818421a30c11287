"""$filter on the provisioning logs: what can be asked for, and the condition on rows that it is."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _

from provisioning.api import moments
from provisioning.api.errors import BadRequest
from provisioning.api.filter_parsing import Comparison, Literal, Node, parse
from provisioning.choices import Action, Status
from provisioning.jobs.log_rows import of_cycle
from provisioning.models import Cycle, ProvisioningJob
from provisioning.reports.entries_json import INITIATOR

Meaning = Callable[[str, Literal], Q]
"""A condition from an operator and a value."""

ALL, NONE = ~Q(pk__in=[]), Q(pk__in=[])
TEXT = frozenset({"eq", "ne", "in", "contains", "startswith"})
EXACT = frozenset({"eq", "ne", "in"})
RANGE = frozenset({"eq", "ne", "in", "gt", "ge", "lt", "le"})
LOOKUPS = {"gt": "gt", "ge": "gte", "lt": "lt", "le": "lte"}


def condition(text: str) -> Q:
    """The entries that the filter means. Raises BadRequest."""
    return _of(parse(text))


def _of(node: Node) -> Q:
    if isinstance(node, Comparison):
        return _of_comparison(node)
    parts = [_of(each) for each in node.parts]
    found = parts[0]
    for each in parts[1:]:
        found = found & each if node.word == "and" else found | each
    return found


def _of_comparison(node: Comparison) -> Q:
    """`ne` and `in` are made of `eq`."""
    known = FIELDS.get(node.path.lower())
    if known is None:
        raise BadRequest(_("Could not find a property named '%(name)s'.") % {"name": node.path[:80]})
    operators, meaning = known
    if node.operator not in operators:
        values = {"operator": node.operator, "name": node.path}
        raise BadRequest(_("Unsupported Query. '%(operator)s' cannot be used with '%(name)s'.") % values)
    if node.operator not in ("ne", "in"):
        return meaning(node.operator, node.values[0])
    found = NONE
    for value in node.values:
        found |= meaning("eq", value)
    return ~found if node.operator == "ne" else found


def _id(column: str) -> Meaning:
    """A column of ids. Django's icontains does not mind the dashes, which one of the databases does not keep."""

    def meaning(operator: str, value: Literal) -> Q:
        if operator != "eq":
            return Q(**{f"{column}__i{operator}": _text(value)})
        wanted = _guid(value)
        return Q(**{column: wanted}) if wanted else NONE

    return meaning


def _column(column: str) -> Meaning:
    def meaning(operator: str, value: Literal) -> Q:
        return Q(**{column if operator == "eq" else f"{column}__{operator}": _text(value)})

    return meaning


def _label(operator: str, value: Literal) -> Q:
    """The name of the object: the lower-case one has the index."""
    text = _text(value)
    found = Q(**{"source_label" if operator == "eq" else f"source_label__{operator}": text})
    return found & Q(label_lower=text.lower()) if operator == "eq" else found


def _word(column: str, words: type[StrEnum]) -> Meaning:
    """A column with one of few words, whatever its capital letters."""

    def meaning(operator: str, value: Literal) -> Q:
        fitting = [each.value for each in words if _fits(operator, each.value.lower(), _text(value).lower())]
        return Q(**{f"{column}__in": fitting}) if fitting else NONE

    return meaning


def _of_job(read: Callable[[ProvisioningJob], str]) -> Meaning:
    """What all entries of a job share: looked up among the jobs, which are few."""

    def meaning(operator: str, value: Literal) -> Q:
        jobs = ProvisioningJob.objects.select_related("application__directory")
        fitting = [each.pk for each in jobs if _fits(operator, read(each), _text(value))]
        return Q(job__in=fitting) if fitting else NONE

    return meaning


def _cycle(operator: str, value: Literal) -> Q:
    if operator != "eq":
        return _id("cycle__cycle_id")(operator, value)
    wanted = _guid(value)
    cycle = Cycle.objects.filter(cycle_id=wanted).first() if wanted else None
    return of_cycle(cycle) if cycle else NONE


def _initiator(operator: str, value: Literal) -> Q:
    return ALL if _fits(operator, INITIATOR, _text(value)) else NONE


def _moment(operator: str, value: Literal) -> Q:
    return Q(**{_lookup("occurred_at", operator): _read_moment(value)})


def _milliseconds(operator: str, value: Literal) -> Q:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(value)
    return Q(**{_lookup("milliseconds", operator): value})


def _lookup(column: str, operator: str) -> str:
    return f"{column}__{LOOKUPS[operator]}" if operator in LOOKUPS else column


def _fits(operator: str, held: str, wanted: str) -> bool:
    if operator == "eq":
        return held == wanted
    return held.startswith(wanted) if operator == "startswith" else wanted in held


def _guid(value: Literal) -> uuid.UUID | None:
    """None for a text that is none: nothing has it."""
    try:
        return uuid.UUID(_text(value))
    except ValueError:
        return None


def _read_moment(value: Literal) -> datetime:
    try:
        return moments.read(_text(value))
    except ValueError:
        raise _wrong(value) from None


def _text(value: Literal) -> str:
    if not isinstance(value, str):
        raise _wrong(value)
    return value


def _wrong(value: Literal) -> BadRequest:
    return BadRequest(_("Invalid filter clause: '%(value)s' does not fit its property.") % {"value": str(value)[:80]})


FIELDS: Mapping[str, tuple[frozenset[str], Meaning]] = {
    "id": (TEXT, _id("activity_id")),
    "tenantid": (TEXT, _of_job(lambda job: str(job.application.directory.tenant_id))),
    "jobid": (TEXT, _of_job(lambda job: job.full_id)),
    "changeid": (TEXT, _id("change_id")),
    "cycleid": (TEXT, _cycle),
    "provisioningaction": (TEXT, _word("action", Action)),
    "provisioningstatusinfo/status": (TEXT, _word("status", Status)),
    "sourcesystem/displayname": (TEXT, _of_job(lambda job: job.application.directory.label)),
    "targetsystem/displayname": (TEXT, _of_job(lambda job: job.application.display_name)),
    "sourceidentity/identitytype": (TEXT, _column("object_type")),
    "targetidentity/identitytype": (TEXT, _column("object_type")),
    "sourceidentity/id": (TEXT, _column("source_id")),
    "targetidentity/id": (TEXT, _column("target_id")),
    "sourceidentity/displayname": (TEXT, _label),
    "targetidentity/displayname": (TEXT, _column("target_label")),
    "initiatedby/displayname": (TEXT, _initiator),
    "activitydatetime": (RANGE, _moment),
    "durationinmilliseconds": (RANGE, _milliseconds),
    "serviceprincipal/id": (EXACT, _of_job(lambda job: str(job.application.object_id))),
    "serviceprincipal/displayname": (EXACT, _of_job(lambda job: job.application.display_name)),
    "serviceprincipal/name": (EXACT, _of_job(lambda job: job.application.display_name)),
    "statusinfo/status": (TEXT, _word("status", Status)),
    "provisioningstatusinfo/errorinformation/errorcode": (TEXT, _column("code")),
}
"""By path in lower case: the operators, and what they mean. The last two are of the beta, and of ours."""
