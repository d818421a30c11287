"""What can be told of GoTo by reading alone, and by requests that are refused before anything is done."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from provisioning.connectors.goto_probe import Finding, Probe, answered, has_challenge, unknown
from provisioning.connectors.goto_settings import ACCESS_TOKEN
from provisioning.connectors.goto_values import error_codes, results
from provisioning.texts import gettext_noop, say

KEYS = gettext_noop("Keys are text; these are numbers: %(names)s.")
FIRST_PAGE = gettext_noop("Without pageSize a list holds %(count)s of %(total)s users.")
TO_INDEX = gettext_noop("toIndex is exclusive: from %(from)s to %(to)s with %(count)s users.")
FILTER = gettext_noop("The filter %(filter)s finds exactly the one it names: %(count)s found.")
DIFFER = gettext_noop("Of %(count)s these differ: %(names)s.")
ME_ROLES = gettext_noop("/me names the roles %(roles)s.")
GRANTED = gettext_noop("The answer to a personal access token holds %(names)s.")

NO_GROUPS = gettext_noop("the account has no groups")
NO_ORGANIZATION = gettext_noop("this administrator has no organization")
OTHER_METHOD = gettext_noop("another method of signing in is used")


def reads(probe: Probe) -> Mapping[tuple[str, ...], Callable[[], Sequence[Finding]]]:
    checks = {
        ("keys", "me-roles", "me-organization-roles", "account-shape"): _account,
        ("page-size", "to-index", "suspended-rule", "can-authenticate"): _users,
        ("filter-grammar", "filter-case", "filter-fields"): _filters,
        ("list-numbers", "unknown-attributes-asked"): _lists,
        ("license-people",): _licences,
        ("group-tree", "rolesets"): _groups,
        ("admin-401", "forbidden"): _refusals,
        ("grant-refusals", "invalid-grant", "pat-answer"): _grants,
        ("meeting-parent", "meeting-error-codes"): _meeting,
    }
    return {ids: partial(check, probe) for ids, check in checks.items()}


def _account(probe: Probe) -> Sequence[Finding]:
    me = probe.target.call("GET", "/me")
    account, users, licences = probe.admin("GET"), probe.users().data, probe.admin("GET", "licenses").data
    seen = {"/me": me, "users": _first(users), "licenses": _first(licences)}
    numbers = [name for name, each in seen.items() if not isinstance(each.get("key", ""), str)]
    roles, of_organization = me.get("adminRoles") or (), me.get("organizationRoles") or ()
    told = say(ME_ROLES, roles=", ".join(of_organization) or "–")
    organization = (
        [Finding(assumption="me-organization-roles", held=bool(of_organization), text=told)]
        if me.get("orgAdmin")
        else unknown(["me-organization-roles"], NO_ORGANIZATION)
    )
    return [
        Finding(assumption="keys", held=not numbers, text=say(KEYS, names=", ".join(numbers) or "–")),
        Finding(assumption="me-roles", held=bool(roles), text=say(ME_ROLES, roles=", ".join(roles) or "–")),
        *organization,
        answered("account-shape", account, account.ok and {"key", "name"} <= account.data.keys()),
    ]


def _users(probe: Probe) -> Sequence[Finding]:
    users = probe.users().data
    entries, total = results(users), int(users.get("total") or 0)
    start, end = int(users.get("fromIndex") or 0), int(users.get("toIndex") or 0)
    whole = say(TO_INDEX, **{"from": start, "to": end, "count": len(entries)})
    largest = probe.users("?pageSize=5000")
    page = None if total <= len(entries) < 100 else len(entries) == 100
    return [
        Finding(assumption="page-size", held=page, text=say(FIRST_PAGE, count=len(entries), total=total)),
        answered("page-size", largest, largest.ok and len(results(largest.data)) == min(total, 1000)),
        Finding(assumption="to-index", held=end - start == len(entries), text=whole),
        _all("suspended-rule", entries, lambda x: (x.get("status") == "SUSPENDED") != _is_entitled(x)),
        _all("can-authenticate", entries, lambda x: bool(x.get("canAuthenticate")) == bool(x.get("passwordCreated"))),
    ]


def _is_entitled(user: Mapping[str, Any]) -> bool:
    return bool(user.get("licenseKeys") or user.get("adminRoles"))


def _filters(probe: Probe) -> Sequence[Finding]:
    email = str(probe.target.call("GET", "/me").get("email"))
    found = []
    for id_, wanted in (
        ("filter-grammar", f'email eq "{email}"'),
        ("filter-grammar", f'(email="{email}")'),
        ("filter-case", f'email eq "{email.upper()}"'),
    ):
        answer = probe.users("?filter=" + quote(wanted))
        count = len(results(answer.data)) if answer.ok else ", ".join(error_codes(answer.data)) or answer.status
        found.append(Finding(assumption=id_, held=count == 1, text=say(FILTER, filter=wanted, count=count)))
    contains = probe.users("?filter=" + quote(f'email co "{email}"'))
    return [*found, answered("filter-fields", contains, contains.status == 400)]


def _lists(probe: Probe) -> Sequence[Finding]:
    zero, nothing = probe.users("?pageSize=0"), probe.users("?attributes=nothing&pageSize=1")
    return [
        answered("list-numbers", zero, zero.status == 400),
        answered("unknown-attributes-asked", nothing, nothing.ok),
    ]


def _licences(probe: Probe) -> Sequence[Finding]:
    def fits(licence: Mapping[str, Any]) -> bool:
        people, invited = ({*(licence.get(name) or ())} for name in ("userKeys", "invitedUserKeys"))
        return invited <= people and len(people) == int(licence.get("userCount") or 0)

    return [_all("license-people", results(probe.admin("GET", "licenses").data), fits)]


def _groups(probe: Probe) -> Sequence[Finding]:
    groups, sets = results(probe.admin("GET", "groups").data), probe.admin("GET", "rolesets")
    tree = _all("group-tree", groups, lambda each: len(each.get("keyPath") or ()) == 1)
    named = sets.ok and all({"id", "name", "adminRoles"} <= each.keys() for each in sets.data["results"])
    return [*([tree] if groups else unknown(["group-tree"], NO_GROUPS)), answered("rolesets", sets, named)]


def _refusals(probe: Probe) -> Sequence[Finding]:
    stranger = probe.as_stranger("/admin/rest/v1/me")
    told = stranger.status == 401 and "not.authenticated" in error_codes(stranger.data) and has_challenge(stranger)
    other = probe.target.signed_in("GET", f"{probe.target.base_url}/accounts/1/users")
    return [
        answered("admin-401", stranger, told),
        answered("forbidden", other, other.status == 403 and "not.authorized" in error_codes(other.data)),
    ]


def _grants(probe: Probe) -> Sequence[Finding]:
    """No password is tried: a wrong one counts against the person it belongs to."""
    made_up = probe.target.ask({"grant_type": "made_up"})
    refresh = probe.target.ask({"grant_type": "refresh_token", "refresh_token": "made-up"})
    found = [
        answered("grant-refusals", made_up, _is(made_up, 400, "unsupported_grant_type")),
        answered("invalid-grant", refresh, _is(refresh, 400, "invalid_grant")),
    ]
    if probe.target.method != ACCESS_TOKEN:
        return [*found, *unknown(["pat-answer"], OTHER_METHOD)]
    granted = probe.target.ask(probe.target.grant())
    names = {*granted.data} if granted.ok else set()
    told = say(GRANTED, names=", ".join(sorted(names)) or "–")
    held = {"access_token", "expires_in", "refresh_token"} <= names
    return [*found, Finding(assumption="pat-answer", held=held, text=told)]


def _meeting(probe: Probe) -> Sequence[Finding]:
    groups, missing = probe.meeting("/groups"), probe.meeting("/organizers/1")
    account = probe.target.path().rpartition("/")[2]
    parents = {str(each.get("parentKey")) for each in groups.data} if groups.ok else {""}
    told = answered("meeting-parent", groups, account in parents)
    code = isinstance(missing.data, dict) and bool(missing.data.get("int_err_code"))
    return [
        *([told] if parents else unknown(["meeting-parent"], NO_GROUPS)),
        answered("meeting-error-codes", missing, code),
    ]


def _is(answer: Any, status: int, code: str) -> bool:
    return answer.status == status and code in error_codes(answer.data)


def _all(assumption: str, entries: Sequence[Mapping[str, Any]], fits: Callable[[Mapping[str, Any]], bool]) -> Finding:
    """Whether it is so of each of these."""
    differ = [str(each["key"]) for each in entries if not fits(each)]
    text = say(DIFFER, count=len(entries), names=", ".join(differ) or "–")
    return Finding(assumption=assumption, held=not differ, text=text)


def _first(listed: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(iter(results(listed)), {})
