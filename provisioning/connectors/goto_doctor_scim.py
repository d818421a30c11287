"""What can be told of GoTo's SCIM: by reading, and with one throw-away user in the organization."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from provisioning.connectors.goto_probe import Finding, Probe, answered, equals, has_challenge, unknown
from provisioning.texts import gettext_noop, say

WHOLE = gettext_noop("Without count a list holds %(count)s of %(total)s.")
SECOND = gettext_noop("count=1 gives %(count)s of %(total)s.")
FOUND = gettext_noop("The filter %(filter)s finds %(count)s.")
ENTITLEMENTS = gettext_noop("/Users/me tells the entitlements %(names)s.")
NEWER = gettext_noop("Attributes of a user: %(names)s.")
ADDED = gettext_noop("Who was created by SCIM has the status %(status)s in the account.")
REJOINED = gettext_noop("Who is created again has the key %(after)s; before it was %(before)s.")
KEPT = gettext_noop("A full definition without locale leaves it as %(locale)s.")
IN_BOTH = gettext_noop("Who was created in the account is found in the organization: %(count)s.")

NOT_OPEN = gettext_noop("SCIM does not let this administrator list users, or the client lacks the scope")
TOO_FEW = gettext_noop("the organization has one user only")
GETGO = "urn:scim:schemas:extension:getgo:1.0"
NEWER_NAMES = frozenset({"active", "externalId"})


def reads(probe: Probe) -> Mapping[tuple[str, ...], Callable[[], Sequence[Finding]]]:
    return {
        ("scim-bad-token",): partial(_bad_token, probe),
        ("scim-entitlements",): partial(_entitlements, probe),
        ("scim-documents",): partial(_documents, probe),
        LISTS: partial(_if_open, probe, LISTS, _lists),
        FILTERS: partial(_if_open, probe, FILTERS, _filters),
    }


def tries(probe: Probe, address: str) -> Mapping[tuple[str, ...], Callable[[], Sequence[Finding]]]:
    """For somebody whom the account has with this address. They are in the organization no more when this is done."""
    return {CHANGES: partial(_if_open, probe, CHANGES, partial(_changes, address=address))}


LISTS = ("scim-page-size", "scim-users-paging", "scim-enterprise")
FILTERS = ("scim-filter-case", "scim-filter-plus", "scim-error-codes")
CHANGES = (
    *("organization-members", "scim-unknown-attributes", "scim-put-rest", "scim-domain", "scim-delete-body"),
    *("scim-rejoin", "scim-create"),
)


def _if_open(
    probe: Probe, ids: Sequence[str], check: Callable[[Probe], Sequence[Finding]], reason: str = NOT_OPEN
) -> Sequence[Finding]:
    return check(probe) if probe.scim("GET", "/Users?count=1").ok else unknown(ids, reason)


def _bad_token(probe: Probe) -> Sequence[Finding]:
    found = []
    for path, status in (("/Users", 403), ("/Users/me", 401)):
        answer = probe.as_stranger(f"/identity/v1{path}")
        is_bare = answer.status == status and not answer.exchange.response and has_challenge(answer)
        found.append(answered("scim-bad-token", answer, is_bare))
    return found


def _entitlements(probe: Probe) -> Sequence[Finding]:
    accounts = (probe.scim("GET", "/Users/me").data.get(GETGO) or {}).get("accounts") or ()
    names = [str(each) for account in accounts for each in account.get("entitlements") or ()]
    held = "acctadmin" in names and all(name == name.lower() for name in names)
    text = say(ENTITLEMENTS, names=", ".join(names) or "–")
    return [Finding(assumption="scim-entitlements", held=held, text=text)]


def _documents(probe: Probe) -> Sequence[Finding]:
    can_do, schema = probe.scim("GET", "/ServiceProviderConfigs"), probe.scim("GET", "/Schemas/Users")
    return [
        answered("scim-documents", can_do, can_do.ok and "patch" in can_do.data),
        answered("scim-documents", schema, schema.ok and "attributes" in schema.data),
    ]


def _lists(probe: Probe) -> Sequence[Finding]:
    everybody = probe.scim("GET", "/Users").data
    one = probe.scim("GET", "/Users?count=1&startIndex=2").data
    people, total = everybody["resources"], int(everybody["totalResults"])
    names = sorted({name for each in people for name in each})
    whole = say(WHOLE, count=len(people), total=total)
    cut = Finding(
        assumption="scim-users-paging",
        held=len(one["resources"]) == 1,
        text=say(SECOND, count=len(one["resources"]), total=total),
    )
    return [
        Finding(assumption="scim-page-size", held=len(people) == total, text=whole),
        *([cut] if total > 1 else unknown(["scim-users-paging"], TOO_FEW)),
        Finding(
            assumption="scim-enterprise",
            held=NEWER_NAMES.isdisjoint(names),
            text=say(NEWER, names=", ".join(names)),
        ),
    ]


def _filters(probe: Probe) -> Sequence[Finding]:
    name = str(probe.scim("GET", "/Users/me").data["userName"])
    capitals, plus = f'userName eq "{name.upper()}"', quote(f'userName+eq+"{name}"', safe="+")
    missing = probe.scim("GET", "/Users/1")
    return [
        _found("scim-filter-case", probe, quote(capitals)),
        _found("scim-filter-plus", probe, plus),
        answered("scim-error-codes", missing, {"code", "uri"} <= missing.data.keys()),
    ]


def _found(assumption: str, probe: Probe, filter_: str) -> Finding:
    answer = probe.scim("GET", f"/Users?filter={filter_}")
    count = len(answer.data["resources"]) if answer.ok else 0
    return Finding(assumption=assumption, held=count == 1, text=say(FOUND, filter=filter_, count=count))


def _changes(probe: Probe, address: str) -> Sequence[Finding]:
    """From the account into the organization, out of it, in again and out."""
    there = probe.scim("GET", "/Users" + equals("userName", address)).data["resources"]
    members = Finding(assumption="organization-members", held=len(there) == 1, text=say(IN_BOTH, count=len(there)))
    person = {"userName": address, "name": {"givenName": "Throw", "familyName": "Away"}}
    before = str(there[0]["id"]) if there else str(probe.scim("POST", "/Users", person).data["id"])
    path = f"/Users/{quote(before, safe='')}"
    titled = probe.scim("PATCH", path, {"title": "Thrown", "locale": "de_DE"})
    whole = probe.scim("PUT", path, person)
    elsewhere = probe.scim("PATCH", path, {"userName": "throw.away@domain.invalid"})
    if elsewhere.ok:
        probe.scim("PATCH", path, {"userName": address})
    left = probe.scim("DELETE", path)
    again = probe.scim("POST", "/Users", person)
    after = str(again.data["id"])
    probe.scim("DELETE", f"/Users/{quote(after, safe='')}")
    return [
        members,
        answered("scim-unknown-attributes", titled, titled.ok),
        _kept(whole.data),
        answered("scim-domain", elsewhere, elsewhere.status == 400),
        answered("scim-delete-body", left, left.status == 200 and not left.exchange.response),
        Finding(assumption="scim-rejoin", held=after == before, text=say(REJOINED, before=before, after=after)),
        _in_account(probe, after),
    ]


def _kept(user: Mapping[str, Any]) -> Finding:
    locale = str(user.get("locale") or "–")
    return Finding(assumption="scim-put-rest", held=locale == "de_DE", text=say(KEPT, locale=locale))


def _in_account(probe: Probe, key: str) -> Finding:
    user = probe.admin("GET", "users", key)
    status = str(user.data.get("status")) if user.ok else str(user.status)
    return Finding(assumption="scim-create", held=status == "SUSPENDED", text=say(ADDED, status=status))
