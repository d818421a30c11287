"""The tree of a $filter as a condition on rows; only what a kind declares can be compared."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from provisioning.api import moments
from provisioning.api.errors import BadRequest
from provisioning.api.filter_parsing import Comparison, Literal, Node, parse
from provisioning.api.properties import Kind, Property, Type

LOOKUPS = {"ge": "gte", "le": "lte", "gt": "gt", "lt": "lt"}


def condition(text: str, kind: Kind) -> Q:
    """The rows of this kind that the filter means. Raises BadRequest."""
    return _of_node(parse(text), kind)


def _of_node(node: Node, kind: Kind) -> Q:
    if isinstance(node, Comparison):
        return _of_comparison(node, kind)
    parts = [_of_node(each, kind) for each in node.parts]
    found = parts[0]
    for each in parts[1:]:
        found = found & each if node.word == "and" else found | each
    return found


def _of_comparison(node: Comparison, kind: Kind) -> Q:
    each = kind.named(node.path)
    if each is None:
        raise BadRequest(_("Could not find a property named '%(name)s'.") % {"name": node.path[:80]})
    if not each.column or node.operator not in each.allowed:
        values = {"operator": node.operator, "name": each.name}
        raise BadRequest(_("Unsupported Query. '%(operator)s' cannot be used with '%(name)s'.") % values)
    values_ = [_value(each, value) for value in node.values]
    if node.operator == "ne":
        return _different(each, values_[0])
    if node.operator in ("eq", "in"):
        found = Q()
        for value in values_:
            found |= _equal(each, value)
        return found
    if values_[0] is None:
        raise BadRequest(_("Invalid filter clause: null can only be compared with eq and ne."))
    return _ordered(each, node.operator, values_[0])


def _equal(each: Property, value: Any) -> Q:
    """Texts do not depend on upper and lower case; an empty column is null."""
    if value is None:
        empty = Q(**{f"{each.column}__isnull": True})
        return empty | Q(**{each.column: ""}) if each.type is Type.TEXT else empty
    if each.type is not Type.TEXT or each.words is not None:
        return Q(**{each.column: value})
    if "__" in each.column:  # inside of JSON, where no index helps anyway
        return Q(**{f"{each.column}__iexact": value})
    return Q(Exact(Lower(F(each.column)), Lower(Value(value))))


def _different(each: Property, value: Any) -> Q:
    """What is missing inside of JSON differs from every value, which the database alone would not say."""
    found = ~_equal(each, value)
    return found | Q(**{f"{each.column}__isnull": True}) if "__" in each.column and value is not None else found


def _ordered(each: Property, operator: str, value: Any) -> Q:
    if operator in ("startswith", "contains"):
        return Q(**{f"{each.column}__i{operator}": value})
    return Q(**{f"{each.column}__{LOOKUPS[operator]}": value})


def _value(each: Property, literal: Literal) -> Any:
    """The literal as the column holds it. Raises BadRequest when it is of another type than the property."""
    if literal is None:
        return None
    try:
        if each.words is not None:
            return each.words[str(literal)]
        return _READERS[each.type](literal)
    except (ValueError, KeyError, TypeError):
        values = {"value": str(literal)[:80], "name": each.name}
        raise BadRequest(_("Invalid filter clause: '%(value)s' is no value of '%(name)s'.") % values) from None


def _text(literal: Literal) -> str:
    if not isinstance(literal, str):
        raise TypeError(literal)
    return literal


def _flag(literal: Literal) -> bool:
    if not isinstance(literal, bool):
        raise TypeError(literal)
    return literal


def _number(literal: Literal) -> int:
    if isinstance(literal, bool) or not isinstance(literal, int):
        raise TypeError(literal)
    return literal


_READERS: Mapping[Type, Callable[[Literal], Any]] = {
    Type.TEXT: _text,
    Type.FLAG: _flag,
    Type.NUMBER: _number,
    Type.GUID: lambda literal: uuid.UUID(_text(literal)),
    Type.MOMENT: lambda literal: moments.read(_text(literal)),
}
