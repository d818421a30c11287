"""The scoping filters of a mapping as Microsoft's filter with its groups and clauses, in both directions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from provisioning.choices import Operator
from provisioning.engine.filters import BadFilter, check
from provisioning.jobs.json_places import Place
from provisioning.records import Clause, ScopingFilter

LONGEST = 256
LONGEST_VALUE = 1024
NAMES = {
    Operator.GREATER_THAN: "Greater_Than",
    Operator.GREATER_THAN_OR_EQUALS: "Greater_Than_OR_EQUALS",
    Operator.INCLUDES: "Includes",
}
"""Operators that Microsoft does not write in capitals."""


def as_json(filters: Sequence[ScopingFilter]) -> dict[str, Any] | None:
    """The filter of a mapping; None, for null, when nothing is filtered out."""
    if not filters:
        return None
    groups = [{"name": each.title, "clauses": [_clause_json(clause) for clause in each.clauses]} for each in filters]
    return {"categoryFilterGroups": [], "groups": groups, "inputFilterGroups": []}


def read(place: Place, types: Mapping[str, str]) -> tuple[ScopingFilter, ...]:
    """The filters of the scope here; everything that is wrong is noted. `types` are those of the source's attributes.

    One group is one filter, as for Microsoft: all its clauses must hold.
    """
    if place.value is None or not place.is_object():
        return ()
    for name in ("inputFilterGroups", "categoryFilterGroups"):
        place.at(name).refuse_unless_empty(lambda: _("Only `groups` can be used. Move what is in this list there."))
    groups = place.at("groups").objects()
    return tuple(each for number, group in enumerate(groups, 1) if (each := _group(group, number, types)))


def _group(place: Place, number: int, types: Mapping[str, str]) -> ScopingFilter | None:
    title = place.at("name").text(LONGEST) or _("Scoping filter %(number)s") % {"number": number}
    clauses = place.at("clauses").objects()
    if not clauses:
        place.at("clauses").fault(_("A scoping filter needs a clause. Add one, or take the filter out."))
    read = [each for clause in clauses if (each := _clause(clause, types))]
    return ScopingFilter(title=title, clauses=tuple(read)) if read else None


def _clause(place: Place, types: Mapping[str, str]) -> Clause | None:
    attribute, operator = place.at("sourceOperandName").text(LONGEST), place.at("operatorName").text(LONGEST)
    value = _value(place.at("targetOperand"))
    try:
        return check(attribute, operator, value, types)
    except BadFilter as error:
        place.fault(_(error.message.text) % error.message.values)
        return None


def _value(place: Place) -> str:
    """The one value to compare with; empty when there is none."""
    if place.value is None or not place.is_object():
        return ""
    values = place.at("values")
    if values.value is None or values.value == []:
        return ""
    if not isinstance(values.value, list) or len(values.value) > 1:
        values.fault(_("This must be a list with one value. Write a clause for each value."))
        return ""
    return Place(values.value[0], place.problems, f"{values.path}[0]").text(LONGEST_VALUE)


def _clause_json(clause: Clause) -> dict[str, Any]:
    return {
        "operatorName": NAMES.get(clause.operator, clause.operator.value),
        "sourceOperandName": clause.attribute,
        "targetOperand": {"values": [clause.value] if clause.value else []},
    }
