"""Query options: which there are, which of them a route takes, and $select, $top and $expand read into values."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from provisioning.api.errors import BadRequest

USUAL_PAGE = 100
LARGEST_PAGE = 999


@dataclass(frozen=True, slots=True)
class Option:
    """One query option, as the description tells it."""

    name: str
    text: str
    type: str = "string"


SELECT = Option("$select", "Names of properties, with commas between")
EXPAND = Option("$expand", "A relation told with the object, like manager($select=id)")
FILTER = Option("$filter", "Conditions with eq, ne, startswith, ge, le, in, and, or and parentheses")
ORDER = Option("$orderby", "A property, with asc or desc behind it")
SEARCH = Option("$search", 'The beginning of a name: "displayName:Bo"')
TOP = Option("$top", f"How many on a page, 1 to {LARGEST_PAGE}", "integer")
COUNT = Option("$count", "true: how many there are in all goes with the first page", "boolean")
SKIP = Option("$skiptoken", "From the nextLink of the page before")
DELTA = Option("$deltatoken", "From the deltaLink of the last read; latest: only what changes from now on")

PAGED = (TOP, SKIP)
COLLECTION = (SELECT, FILTER, ORDER, SEARCH, TOP, COUNT, SKIP)
KNOWN = {each.name for each in (*COLLECTION, EXPAND, DELTA)} | {"$skip", "$format", "$apply", "$compute", "$levels"}


def read_options(query: Iterable[tuple[str, str]], taken: Iterable[Option]) -> Mapping[str, str]:
    """The options that the route takes; the dollar sign may be missing. Raises BadRequest for any other."""
    names, found = {each.name for each in taken}, dict[str, str]()
    for name, value in query:
        option = f"${name.lower().removeprefix('$')}"
        if option not in KNOWN and not name.startswith("$"):
            continue  # what is no option of OData means nothing here
        if option not in names:
            raise BadRequest(_("The query option '%(name)s' is not supported here.") % {"name": name[:40]})
        if option in found:
            raise BadRequest(_("The query option '%(name)s' was given more than once.") % {"name": option})
        found[option] = value
    return found


def read_top(text: str | None) -> int:
    if text is None:
        return USUAL_PAGE
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= LARGEST_PAGE:
        raise BadRequest(_("Invalid value for $top: it must be a number from 1 to %(most)d.") % {"most": LARGEST_PAGE})
    return int(text)


def read_flag(text: str | None) -> bool:
    if text is None:
        return False
    if text.lower() not in ("true", "false"):
        raise BadRequest(_("Invalid value for $count: it must be true or false."))
    return text.lower() == "true"


def read_select(text: str | None, known: Sequence[str], prefix: str = "") -> Sequence[str]:
    """The chosen names as they are spelled here, in order; none for no choice. Raises BadRequest for an unknown one.

    Names that begin with `prefix` are taken as they come.
    """
    spelled = {name.lower(): name for name in known}
    chosen = dict[str, None]()
    for piece in (text or "").split(","):
        name = piece.strip()
        if not name:
            continue
        if prefix and re.fullmatch(rf"{prefix}\w{{1,200}}", name):
            chosen[name] = None
            continue
        if name.lower() not in spelled and name != "*":
            raise BadRequest(_("Could not find a property named '%(name)s'.") % {"name": name[:80]})
        chosen |= dict.fromkeys(known if name == "*" else [spelled[name.lower()]])
    return tuple(chosen)


def chosen(told: dict[str, Any], select: str | None) -> dict[str, Any]:
    """What $select leaves of an object that is told whole. Raises BadRequest."""
    names = read_select(select, list(told))
    return {name: told[name] for name in names} if names else told


EXPANDED = re.compile(r"\s*(?P<name>\w+)\s*(?:\(\s*\$?select=(?P<select>[^()]*)\))?\s*", re.IGNORECASE)


def read_expand(text: str | None, known: Sequence[str]) -> Mapping[str, str]:
    """By relation what is selected of it. One relation is enough for everything there is."""
    if text is None:
        return {}
    match = EXPANDED.fullmatch(text)
    if match is None or match["name"] not in known:
        raise BadRequest(_("Invalid $expand: it may name %(names)s.") % {"names": ", ".join(known)})
    return {match["name"]: match["select"] or ""}
