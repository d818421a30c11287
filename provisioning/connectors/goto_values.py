"""GoTo's JSON and ours: users, the connecting administrator, languages, and the codes in its errors."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from provisioning.errors import MissingValues, Rejected, SettingsInvalid
from provisioning.records import Attributes, TargetObject
from provisioning.texts import gettext_noop, say

LIMITS: Mapping[str, int] = MappingProxyType({"email": 128, "firstName": 60, "lastName": 60})
"""Longest values. The Admin API names none; these are the identity service's, which keeps the same people."""

REGIONS: Mapping[str, str] = MappingProxyType(
    {
        **{"cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "en": "US", "es": "ES", "fi": "FI", "fr": "FR", "he": "IL"},
        **{"hu": "HU", "it": "IT", "ja": "JP", "ko": "KR", "nb": "NO", "nl": "NL", "no": "NO", "pl": "PL", "pt": "BR"},
        **{"ro": "RO", "ru": "RU", "sv": "SE", "tr": "TR", "uk": "UA", "zh": "CN", "zh-hans": "CN", "zh-hant": "TW"},
    }
)
"""The region meant when a language stands alone. GoTo's samples show two-part codes only."""

_LOCALE = re.compile(r"(?P<language>[a-z]{2,3})(?:[-_](?P<script>[a-z]{4}))?(?:[-_](?P<region>[a-z]{2}))?", re.I)

REQUIRED = ("email", "firstName", "lastName")
IDENTITY = frozenset({*REQUIRED, "locale"})
"""What belongs to the person, not to the account: it may be locked."""

ADMIN_ROLES = frozenset(
    {
        *("SUPER_USER", "MANAGE_USERS", "ADD_USERS", "MANAGE_SEATS", "MANAGE_SETTINGS", "MANAGE_GROUPS"),
        *("RUN_REPORTS", "MANAGE_DEVICE_GROUPS", "MANAGE_SETTINGS_PROFILES", "MANAGE_ACCOUNT", "VIEW_INVOICES"),
        *("VIEW_AND_PAY_INVOICES", "VIEW_CALL_RECORDINGS", "MANAGE_EMERGENCY_SERVICES"),
    }
)
"""Administrator roles by their codes. App roles of these names flow to `adminRoles`, all others to licences."""

NO_VALUE = gettext_noop("%(attribute)s has no value. GoTo demands one.")
TOO_LONG = gettext_noop("%(attribute)s is longer than the %(limit)s characters that GoTo takes.")
NO_LOCALE = gettext_noop("%(value)s is no locale that GoTo takes, such as en_US.")
NO_ACCOUNT = gettext_noop("%(name)s belongs to no GoTo account.")
SEVERAL_ACCOUNTS = gettext_noop("%(name)s belongs to several GoTo accounts. Choose one by its account key: %(keys)s")
OTHER_ACCOUNT = gettext_noop("%(name)s has no access to the GoTo account %(chosen)s. Account keys it has: %(keys)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """Who the portal is in GoTo, and the account it works in."""

    key: str
    email: str
    account_key: str
    account_name: str
    roles: frozenset[str]


def as_admin(data: Mapping[str, Any], chosen: str) -> Admin:
    """The answer of `/me`; `chosen` is the account key entered, if any. Raises SettingsInvalid."""
    name = str(data.get("email") or data["key"])
    accounts = {str(each["key"]): each for each in data.get("accounts") or ()}
    key = chosen or str(data.get("accountKey") or "") or _only(accounts, name)
    if accounts and key not in accounts:
        raise SettingsInvalid(say(OTHER_ACCOUNT, name=name, chosen=key, keys=_listed(accounts)))
    account = accounts.get(key, {})
    # GoTo leaves out what is empty; the roles outside the list are those in the account of `accountKey`.
    told_there = "adminRoles" in account or (accounts and key != str(data.get("accountKey")))
    return Admin(
        key=str(data["key"]),
        email=name,
        account_key=key,
        account_name=str(account.get("name") or key),
        roles=frozenset((account if told_there else data).get("adminRoles") or ()),
    )


def _only(accounts: Mapping[str, Any], name: str) -> str:
    if not accounts:
        raise SettingsInvalid(say(NO_ACCOUNT, name=name))
    if len(accounts) > 1:
        raise SettingsInvalid(say(SEVERAL_ACCOUNTS, name=name, keys=_listed(accounts)))
    return next(iter(accounts))


def _listed(accounts: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} ({each.get('name') or '-'})" for key, each in accounts.items())


def as_target(data: Mapping[str, Any]) -> TargetObject:
    """A user as GoTo tells it. Suspended is the one status without access; GoTo derives it from the licences."""
    attributes: dict[str, Any] = {name: str(data[name]) for name in (*REQUIRED, "locale") if data.get(name)}
    for name in ("licenseKeys", "adminRoles"):
        if data.get(name):
            attributes[name] = tuple(sorted(map(str, data[name])))
    status = data.get("status")
    active = status != "SUSPENDED" if status else bool(data.get("licenseKeys") or data.get("adminRoles"))
    return TargetObject(
        id=str(data["key"]), attributes=attributes, active=active, label=attributes.get("email", str(data["key"]))
    )


def locale_of(language: str) -> str | None:
    """`en-US` and `en` become `en_US`; None for what is no language with an optional script and region."""
    found = _LOCALE.fullmatch(language.strip())
    if not found:
        return None
    first, script = found["language"].lower(), (found["script"] or "").lower()
    region = (found["region"] or REGIONS.get(f"{first}-{script}") or REGIONS.get(first) or "").upper()
    return f"{first}_{region}" if region else None


def locked_fields(data: Mapping[str, Any]) -> frozenset[str]:
    """What of this user, as GoTo tells it, can't be changed through this account."""
    if data.get("identityReadOnly"):
        return IDENTITY
    name = {"firstName", "lastName"} if data.get("nameLocked") else set()
    return frozenset(name | ({"email"} if data.get("emailLocked") else set()))


def check_limits(values: Attributes) -> None:
    """Refuse here what GoTo would refuse, naming the attribute. Raises MissingValues and Rejected."""
    for name, limit in LIMITS.items():
        if name in values and not values[name]:
            raise MissingValues(say(NO_VALUE, attribute=name))
        if len(str(values.get(name, ""))) > limit:
            raise Rejected(say(TOO_LONG, attribute=name, limit=limit))
    if values.get("locale") and locale_of(str(values["locale"])) != values["locale"]:
        raise Rejected(say(NO_LOCALE, value=values["locale"]))


def check_complete(values: Attributes) -> None:
    """What a new account needs. Raises MissingValues."""
    for name in REQUIRED:
        if not values.get(name):
            raise MissingValues(say(NO_VALUE, attribute=name))


def results(data: Any) -> Sequence[Mapping[str, Any]]:
    """The entries of a list answer; `results` may be missing when there are none."""
    return [each for each in data.get("results") or () if "key" in each]


def error_codes(data: Any) -> tuple[str, ...]:
    """The codes of an error, in whichever of its shapes GoTo's services sent it."""
    if not isinstance(data, dict):
        return ()
    inside = data.get("errors")
    entries = [data, *(each for each in inside if isinstance(each, dict))] if isinstance(inside, list) else [data]
    named = (each.get(name) for each in entries for name in ("code", "errorCode", "int_err_code", "error", "err"))
    return tuple(code for code in named if isinstance(code, str))


def error_text(data: Any) -> str:
    """One line: the codes with their values, the explanation if there is one, the incident to quote to GoTo."""
    if not isinstance(data, dict):
        return ""
    inside = data.get("errors") if isinstance(data.get("errors"), list) else []
    named = [
        f"{each.get('code')} ({each['value']})" if each.get("value") else str(each.get("code"))
        for each in inside or ()
        if isinstance(each, dict)
    ]
    said = [str(data[name]) for name in ("error_description", "message", "msg") if data.get(name)]
    incident = [f"incident {data['incidentId']}"] if data.get("incidentId") else []
    return "; ".join([*(named or error_codes(data)), *said, *incident])
