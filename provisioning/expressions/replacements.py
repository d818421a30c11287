"""Replacements as .NET writes them: texts in which $1, ${name} and the like stand for parts of a match."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from provisioning.expressions.regex import Pattern, compile_pattern
from provisioning.expressions.runs import LARGEST, too_large

_REFERENCE = re.compile(r"\$(?:([0-9]+)|\{([0-9]+)\}|\{(\w+)\}|([$&`'_+]))")

Build = Callable[[Any], str]
"""From a match to what stands in its place."""


def builder(pattern: Pattern, replacement: str) -> Build:
    """What makes the text for each match. It raises Refused when the texts become too large altogether."""
    parts = _parts(pattern.text, replacement)
    size = 0

    def build(match: Any) -> str:
        nonlocal size
        found = "".join(part if isinstance(part, str) else part(match) for part in parts)
        size += len(found)
        if size > LARGEST:
            raise too_large()
        return found

    return build


@lru_cache(maxsize=256)
def _parts(text: str, replacement: str) -> tuple[str | Build, ...]:
    """Literal texts, and functions for the references; a reference to no group is literal."""
    pattern = compile_pattern(text)
    parts: list[str | Build] = []
    at = 0
    for found in _REFERENCE.finditer(replacement):
        part = _part(pattern, found)
        if part:
            parts += [replacement[at : found.start()], part]
            at = found.end()
    return (*parts, replacement[at:])


def _part(pattern: Pattern, found: re.Match[str]) -> str | Build | None:
    bare, braced, name, sign = found.groups()
    if sign:
        return "$" if sign == "$" else _sign(pattern, sign)
    number = (bare or braced or "").lstrip("0") or ("0" if bare or braced else "")
    if number == "0":
        return _group(0)
    ours = pattern.groups.get(number or name)
    return _group(ours) if ours else None


def _group(name: str | int) -> Build:
    return lambda match: match.group(name) or ""


def _sign(pattern: Pattern, sign: str) -> Build:
    numbers = [int(each) for each in pattern.groups if each.isdecimal()]
    last = pattern.groups[str(max(numbers))] if numbers else 0
    builds: dict[str, Build] = {
        "&": _group(0),
        "+": _group(last),
        "_": lambda match: str(match.string),
        "`": lambda match: str(match.string[: match.start()]),
        "'": lambda match: str(match.string[match.end() :]),
    }
    return builds[sign]
