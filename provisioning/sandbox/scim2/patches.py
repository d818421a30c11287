"""PATCH of the SCIM 2.0 service: as the standard has it (RFC 7644, 3.5.2), and what Microsoft sends besides."""

import re
from typing import Any

from provisioning.sandbox.scim2.bodies import ENTERPRISE, NOT_KEPT, is_list, spelled
from provisioning.sandbox.scim2.filters import condition
from provisioning.sandbox.scim2.manners import MANNERS
from provisioning.sandbox.scim2.refusals import Scim2Refused

MESSAGE = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_PATH = re.compile(r"(?:(urn:[^\[]+):)?([^.:\[\]]+)(?:\[(.+)\])?(?:\.([\w$]+))?", re.IGNORECASE)
_SAMPLE = re.compile(r'(\w+)\s+eq\s+(?:"([^"]*)"|(true|false))', re.IGNORECASE)


def apply(kind: str, data: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """The attributes after all operations. Scim2Refused for one that can't be done: then none is."""
    named = {name.casefold(): value for name, value in body.items()}
    operations = named.get("operations")
    if MESSAGE not in (named.get("schemas") or ()) or not isinstance(operations, list) or not operations:
        raise Scim2Refused(400, "invalidSyntax", "This is no PatchOp.")
    for each in operations:
        one = {name.casefold(): value for name, value in each.items()} if isinstance(each, dict) else {}
        word = str(one.get("op", "")).casefold()
        if word not in ("add", "replace", "remove"):
            raise Scim2Refused(400, "invalidSyntax", f"op is {word}")
        _operate(kind, data, word, one)
    return {name: value for name, value in data.items() if value not in (None, "", [], {})}


def _operate(kind: str, data: dict[str, Any], word: str, one: dict[str, Any]) -> None:
    path, value = one.get("path"), one.get("value")
    if path:
        _at(kind, data, word, str(path), value)
        return
    if word == "remove" or not isinstance(value, dict):
        raise Scim2Refused(400, "noTarget", "Without a path there must be an object to add.")
    for name, inner in value.items():
        if isinstance(inner, dict) and ":" in name:
            data[name] = {**data.get(name, {}), **inner}
        else:
            _at(kind, data, word, name, inner)


def _at(kind: str, data: dict[str, Any], word: str, path: str, value: Any) -> None:
    found = _PATH.fullmatch(path)
    if found is None:
        raise Scim2Refused(400, "invalidPath", path)
    urn, name, filter_, sub = found.groups()
    if urn and not urn.lower().startswith("urn:ietf:params:scim:schemas:core:"):
        holder = data.setdefault(urn, {})
        _one(holder, word, name, _reference(urn, name, value), sub)
        if not holder:
            del data[urn]
        return
    name = spelled(kind, name)
    if name in NOT_KEPT:
        return
    if not is_list(kind, name):
        _one(data, word, name, _boolean(name, value), sub)
    elif filter_:
        _in_entries(data, word, name, filter_, (sub, value, path))
    else:
        _list(data, word, name, value)


def _one(holder: dict[str, Any], word: str, name: str, value: Any, sub: str | None) -> None:
    """An attribute with one value; adding an object to an object joins them."""
    if sub:
        inside = holder[name] = dict(holder.get(name) or {})
        _one(inside, word, sub, value, None)
    elif word == "remove" or value in (None, "", []):
        holder.pop(name, None)
    elif isinstance(value, dict) and isinstance(holder.get(name), dict):
        holder[name] = {**holder[name], **value}
    else:
        holder[name] = value
    if holder.get(name) == {}:
        del holder[name]


def _list(data: dict[str, Any], word: str, name: str, value: Any) -> None:
    """An attribute with entries, whole. Microsoft's client removes by a list of values."""
    entries = value.get(name, [value]) if isinstance(value, dict) else value
    entries = entries if isinstance(entries, list) else []
    if word == "replace":
        data[name] = entries
    elif word == "add":
        there = [each for each in data.get(name, []) if isinstance(each, dict)]
        known = {str(each.get("value")) for each in there}
        data[name] = there + [each for each in entries if each not in there and not _is_known(name, each, known)]
    elif not entries or MANNERS.members_by_value == "all":
        data.pop(name, None)
    elif MANNERS.members_by_value == "refused":
        raise Scim2Refused(400, "invalidValue", "A remove operation takes no value.")
    else:
        gone = {str(each.get("value")) for each in entries if isinstance(each, dict)}
        data[name] = [each for each in data.get(name, []) if str(each.get("value")) not in gone]


def _is_known(name: str, entry: Any, known: set[str]) -> bool:
    return name == "members" and isinstance(entry, dict) and str(entry.get("value")) in known


def _in_entries(data: dict[str, Any], word: str, name: str, filter_: str, rest: tuple[str | None, Any, str]) -> None:
    """Those entries that the filter in brackets fits."""
    sub, value, path = rest
    fits = condition(
        re.sub(r'primary\s+eq\s+"(true|false)"', lambda hit: f"primary eq {hit[1].lower()}", filter_, flags=re.I)
    )
    entries = data.get(name, [])
    chosen = [each for each in entries if fits(each)]
    if word == "remove":
        data[name] = [each for each in entries if each not in chosen] if not sub else entries
        for each in chosen if sub else []:
            each.pop(sub, None)
        return
    if not chosen:
        if MANNERS.no_match == "refused":
            raise Scim2Refused(400, "noTarget", path)
        if MANNERS.no_match == "passed_over":
            return
        chosen = [{hit[1]: hit[2] if hit[3] is None else hit[3].lower() == "true" for hit in _SAMPLE.finditer(filter_)}]
        data[name] = [*entries, *chosen]
    for each in chosen:
        each.update({sub or "value": value} if sub or not isinstance(value, dict) else value)


def _boolean(name: str, value: Any) -> Any:
    """Microsoft's client writes Booleans as texts."""
    if name == "active" and isinstance(value, str) and value.casefold() in ("true", "false"):
        return value.casefold() == "true"
    return value


def _reference(urn: str, name: str, value: Any) -> Any:
    """A manager comes as an object, as a list of one, or as the id alone."""
    if urn.casefold() != ENTERPRISE.casefold() or name.casefold() != "manager":
        return value
    first = value[0] if isinstance(value, list) and value else value
    return {"value": str(first)} if isinstance(first, str | int) and first else first
