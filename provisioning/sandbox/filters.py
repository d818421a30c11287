"""The `filter` of a users list, in both grammars: `email eq "a"` and `(email="a") & (lastName="(?i)b")`."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from django.db.models import Q

from provisioning.sandbox.answers import Refused
from provisioning.sandbox.strictness import STRICTNESS

# assumed(filter-fields): no other fields, and no operator but equality
FIELDS = {"key": "key", "email": "email_folded", "firstName": "first_name", "lastName": "last_name", "status": "status"}
_VALUE = r'"((?:[^"\\]|\\.)*)"'
_CURRENT = re.compile(rf"\s*(\w+)\s+eq\s+{_VALUE}\s*")
_OLDER = re.compile(rf"\s*\(\s*(\w+)\s*=\s*{_VALUE}\s*\)\s*")


def raw_filter(query_string: str) -> str:
    """The filter of a query string, decoded. `Refused` when it writes spaces as `+`, which GoTo does not accept."""
    value = encoded_filter(query_string)
    if "+" in value:
        raise Refused(400, "filter.invalid", value)
    return unquote(value)


def encoded_filter(query_string: str) -> str:
    """The filter as it stands in the query string."""
    for part in query_string.split("&"):
        name, _, value = part.partition("=")
        if name == "filter":
            return value
    return ""


def condition(text: str, fields: Mapping[str, str] = FIELDS) -> Q:
    """The rows that a filter means. `Refused` (400) for anything but these two grammars and known fields."""
    if not text.strip():
        return Q()
    found = _CURRENT.fullmatch(text)
    # assumed(filter-grammar): both are understood today
    if STRICTNESS.filter_grammar == ("brackets" if found else "eq"):
        raise Refused(400, "filter.invalid", text)
    if found:
        return _equals(_field(found[1], fields, text), _unescaped(found[2]), any_case=False)
    matches = [_OLDER.fullmatch(part) for part in _parts(text)]
    whole = Q()
    for match in matches:
        if match is None:
            raise Refused(400, "filter.invalid", text)
        value = _unescaped(match[2])
        whole &= _equals(_field(match[1], fields, text), value.removeprefix("(?i)"), any_case=value.startswith("(?i)"))
    return whole


def _field(name: str, fields: Mapping[str, str], text: str) -> str:
    if name not in fields:
        raise Refused(400, "filter.invalid", text)
    return fields[name]


def _equals(field: str, value: str, any_case: bool) -> Q:
    if field == "email_folded":
        # assumed(filter-case): both grammars disregard the case of addresses, of other fields only with (?i)
        return Q(email=value) if STRICTNESS.emails_exact and not any_case else Q(email_folded=value.casefold())
    if any_case:
        return Q(**{f"{field}__iregex": rf"\A{re.escape(value)}\Z"})
    return Q(**{field: value})


def _parts(text: str) -> list[str]:
    """Cut at each ` & ` between brackets; one inside a quoted value stays."""
    return re.split(r"(?<=\))\s*&\s*(?=\()", text)


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value)
