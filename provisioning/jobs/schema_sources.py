"""Where a row of a mapping gets its value from, in the words of Microsoft's attributeMappingSource."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from provisioning.choices import MappingType
from provisioning.expressions.errors import BadExpression
from provisioning.expressions.language import Program, compile_expression
from provisioning.jobs.json_places import Place

LONGEST = 1024
"""Characters of an attribute's name or a constant."""
LONGEST_EXPRESSION = 10_000
TYPES = {each.casefold(): each for each in MappingType if each is not MappingType.NONE}
"""Into a row of the type None nothing flows: its source is null."""

Source = tuple[MappingType, str]
"""The type of a row, and the attribute, the constant or the expression itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an expression must fit: the names that the source has, those that refer to others, and the row itself.

    `can_search`: whether the target can be searched by the attribute of the row.
    """

    attributes: Collection[str]
    references: Collection[str] = ()
    on_create_only: bool = False
    matching: bool = False
    can_search: bool = True


def attributes_in(type_: str, source: str) -> Collection[str]:
    """The source attributes that a row of this type reads."""
    if type_ == MappingType.DIRECT:
        return (source,)
    program = _program(source) if type_ == MappingType.EXPRESSION else None
    return program.attributes if program else ()


def as_json(type_: MappingType, source: str) -> dict[str, Any] | None:
    """A row's source as attributeMappingSource."""
    if type_ is MappingType.NONE:
        return None
    if type_ is MappingType.EXPRESSION:
        return expression_json(source)
    shown = f"[{source}]" if type_ is MappingType.DIRECT else _quoted(source)
    return {"expression": shown, "name": source, "parameters": [], "type": type_.value}


def expression_json(text: str) -> dict[str, Any]:
    """An expression with its tree, the text just as it was entered; the text alone when it is wrong."""
    program = _program(text)
    tree = program.tree if program else {"name": None, "parameters": [], "type": MappingType.EXPRESSION.value}
    return {**tree, "expression": text}


def read(place: Place, facts: Facts) -> Source | None:
    """The type and the source of an attributeMappingSource; None when it is wrong, which is noted."""
    if place.value is None:
        return MappingType.NONE, ""
    if not place.is_object():
        return None
    kind = place.at("type").text(LONGEST)
    type_ = TYPES.get(kind.casefold())
    if type_ is None:
        text = _("%(type)s is no type of a source. Write one of %(types)s.")
        place.at("type").fault(text % {"type": kind or "null", "types": ", ".join(TYPES.values())})
        return None
    if type_ is MappingType.EXPRESSION:
        found = read_expression(place.at("expression"), facts)
    elif type_ is MappingType.DIRECT:
        found = _attribute(place, facts.attributes)
    else:
        found = place.at("name").text(LONGEST) or _unquoted(place.at("expression").text(LONGEST))
    return None if found is None else (type_, found)


def read_expression(place: Place, facts: Facts) -> str | None:
    """The expression here; None when it is wrong, which is noted with the column. The tree beside it is passed over."""
    text = place.text(LONGEST_EXPRESSION)
    try:
        program = compile_expression(
            text,
            attributes=facts.attributes,
            on_create_only=facts.on_create_only,
            matching=facts.matching,
            references=facts.references,
        )
    except BadExpression as error:
        values = {"column": error.column, "reason": _(error.message.text) % error.message.values}
        place.fault(_("Column %(column)s: %(reason)s") % values)
        return None
    if program.selects_unique and not facts.can_search:
        place.fault(_("SelectUniqueValue needs an attribute that the application can be searched by."))
        return None
    return text


def _attribute(place: Place, attributes: Collection[str]) -> str | None:
    name = place.at("name").text(LONGEST)
    name = name or place.at("expression").text(LONGEST).strip().removeprefix("[").removesuffix("]")
    if name in attributes:
        return name
    text = _("The source has no attribute %(name)s. Correct the name, or add it to the source attribute list first.")
    place.at("name").fault(text % {"name": name or "null"})
    return None


def _program(text: str) -> Program | None:
    try:
        return compile_expression(text)
    except BadExpression:  # saved when the language was another one
        return None


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unquoted(text: str) -> str:
    if len(text) < 2 or not (text.startswith('"') and text.endswith('"')):
        return text
    return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
