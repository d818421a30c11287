"""$filter over values in memory, for lists that are no rows: the same language, by the same parser."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from provisioning.api.errors import BadRequest
from provisioning.api.filter_parsing import Comparison, Node, parse


def passes(text: str, value: Mapping[str, Any], names: Sequence[str]) -> bool:
    """Whether the value meets the filter, which may name these texts. Raises BadRequest."""
    return _meets(parse(text), value, {name.lower(): name for name in names})


def _meets(node: Node, value: Mapping[str, Any], names: Mapping[str, str]) -> bool:
    if not isinstance(node, Comparison):
        found = [_meets(each, value, names) for each in node.parts]
        return all(found) if node.word == "and" else any(found)
    if node.path.lower() not in names:
        raise BadRequest(_("Could not find a property named '%(name)s'.") % {"name": node.path[:80]})
    held = str(value[names[node.path.lower()]]).lower()
    wanted = [str(each).lower() for each in node.values]
    if node.operator in ("eq", "in"):
        return held in wanted
    if node.operator == "ne":
        return held not in wanted
    if node.operator == "startswith":
        return held.startswith(wanted[0])
    if node.operator == "contains":
        return wanted[0] in held
    values = {"operator": node.operator, "name": node.path}
    raise BadRequest(_("Unsupported Query. '%(operator)s' cannot be used with '%(name)s'.") % values)
