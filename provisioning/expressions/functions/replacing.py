"""Replacing. Parts of a text by what they are or by a pattern."""

import time
from collections.abc import Callable
from typing import Any

from provisioning.expressions.errors import Refused
from provisioning.expressions.kinds import Given, SourceOrNull, Text
from provisioning.expressions.nodes import Omitted
from provisioning.expressions.nodes import Text as TextNode
from provisioning.expressions.regex import BadPattern, Pattern, compile_pattern
from provisioning.expressions.replacements import builder
from provisioning.expressions.runs import LARGEST, too_large
from provisioning.expressions.signatures import Usage, function
from provisioning.texts import gettext_noop, say

_COMBINATIONS = gettext_noop(
    "%(function)s does not support this combination of parameters: give Find with Replacement or with Template, or "
    "RegularExpression with Replacement, with RegularExpressionGroupName and Replacement, or with "
    "RegularExpressionGroupName and ReplacementPropertyName."
)
_GROUP = gettext_noop("The pattern has no group %(name)s.")
_NOTHING = gettext_noop("%(function)s needs a text to find that is not empty.")
_PATTERN = gettext_noop("Correct the pattern: %(reason)s.")

# Which of the slots after the source are given, in order.
_SUPPORTED = frozenset({"+--+--", "+----+", "-+-+--", "-+++--", "-++-+-"})


def _check(usage: Usage) -> None:
    slots = usage.call.arguments[1:]
    given = "".join("-" if isinstance(each, Omitted) else "+" for each in slots).ljust(6, "-")
    if given not in _SUPPORTED:
        raise usage.refuse(usage.call, _COMBINATIONS)
    pattern = slots[1] if given[1] == "+" else None
    if isinstance(pattern, TextNode):
        try:
            groups = compile_pattern(pattern.value).groups
        except BadPattern as error:
            raise usage.refuse(pattern, _PATTERN, reason=str(error)) from None
        name = slots[2] if given[2] == "+" else None
        if isinstance(name, TextNode) and name.value not in groups:
            raise usage.refuse(name, _GROUP, name=name.value[:60])


@function(check=_check)
def Replace(
    run: Given,
    source: SourceOrNull,
    Find: Text | None = None,
    RegularExpression: Text | None = None,
    RegularExpressionGroupName: Text | None = None,
    Replacement: Text | None = None,
    ReplacementPropertyName: Text | None = None,
    Template: Text | None = None,
) -> str | None:
    """Replaces parts of the source.

    With Find and Replacement, each Find in the source. With Find and Template, each Find in the template, by the
    source. With RegularExpression and Replacement, each match, and ${name} stands for a group of the pattern; with
    RegularExpressionGroupName as well, only that group of each match. With RegularExpression, its group and
    ReplacementPropertyName: the source if it has a value, or else the group found in that other attribute.

    Example: `Replace([mail], "@contoso.example", , , "", , )` gives `ann.ek`
    """
    if Template is not None:
        return _replaced(Template, Find or "", source or "")
    if Find is not None:
        return None if source is None else _replaced(source, Find, Replacement or "")
    begun = time.thread_time()
    try:
        pattern = compile_pattern(RegularExpression or "")
        if RegularExpressionGroupName is None:
            return None if source is None else pattern.sub(source, builder(pattern, Replacement or ""))
        return _by_group(pattern, RegularExpressionGroupName, source, Replacement, ReplacementPropertyName)
    finally:
        run.took(time.thread_time() - begun)


def _replaced(text: str, find: str, replacement: str) -> str:
    if not find:
        raise Refused(say(_NOTHING))
    if len(text) + text.count(find) * (len(replacement) - len(find)) > LARGEST:
        raise too_large()
    return text.replace(find, replacement)


def _by_group(pattern: Pattern, name: str, source: str | None, new: str | None, other: str | None) -> str | None:
    """Either the group in each match becomes `new`, or an empty source is filled from `other`."""
    group = pattern.groups.get(name)
    if group is None:
        raise Refused(say(_GROUP, name=name[:60]))
    if other is None:
        return None if source is None else pattern.sub(source, _around(group, new or ""))
    if source:
        return source
    match = pattern.search(other)
    return match.group(group) if match else None


def _around(group: str, new: str) -> Callable[[Any], str]:
    """The match with the group's part replaced."""
    size = 0

    def build(match: Any) -> str:
        nonlocal size
        start, end = match.span(group)
        whole, first = match.group(), match.start()
        if start < 0:
            return str(whole)
        size += len(whole) + len(new)
        if size > LARGEST:
            raise too_large()
        return str(whole[: start - first] + new + whole[end - first :])

    return build
