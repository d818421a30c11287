"""What every account must look like, worked out from the directory's rows alone. It knows nothing of the engine.

The rules are those of the application's gallery page: matched and addressed by user principal name, names required,
the language as the locale, licences by role; who is not entitled, or not active, keeps an account without access.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

Rows = Mapping[str, Any]

LOCALES = {"en-US": "en_US", "de": "de_DE", "sv-SE": "sv_SE", "fr": "fr_FR", "pt-PT": "pt_PT"}
FIRST_LOCALE = "en_US"  # what GoTo gives who comes without one
MEETING, WEBINAR, TRAINING, OPEN_VOICE = (f"135553441687120000{number}" for number in range(1, 5))
LICENCES = {"GoToWebinar": WEBINAR, "GoToTraining": TRAINING, "OpenVoice": OPEN_VOICE}
LONGEST_NAME = 60


@dataclass(frozen=True)
class Account:
    """An account as GoTo shows it."""

    email: str
    first_name: str
    last_name: str
    locale: str
    licences: frozenset[str]
    status: str

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Account":
        return cls(
            email=data["email"],
            first_name=data["firstName"],
            last_name=data["lastName"],
            locale=data["locale"],
            licences=frozenset(data.get("licenseKeys", ())),
            status=data["status"],
        )


Accounts = dict[int, Account]
"""By the key of the person in the directory."""


def accounts(rows: Rows, before: Accounts) -> Accounts:
    """The accounts after a cycle over these rows, when `before` were there when it began."""
    roles = entitlements(rows)
    found = {}
    for person in rows["users"]:
        key = person["id"]
        old = before.get(key)
        if is_active(person) and roles.get(key):
            account = _account(person, roles[key], old)
        else:
            account = old and replace(old, licences=frozenset(), status="SUSPENDED")
        if account:
            found[key] = account
    return found


def entitlements(rows: Rows) -> dict[int, set[str]]:
    """The roles of each person, directly and through groups; Default Access is none."""
    roles: dict[int, set[str]] = {}
    for key, role in _grants(rows):
        roles.setdefault(key, set()).add(role)
    return roles


def is_active(person: Mapping[str, Any]) -> bool:
    return person["account_enabled"] and not person["deleted_at"] and not person["purged_at"]


def _grants(rows: Rows) -> Iterator[tuple[int, str]]:
    live = {
        group["id"]
        for group in rows["groups"]
        if group["security_enabled"] and not group["deleted_at"] and not group["purged_at"]
    }
    members: dict[int, list[int]] = {}
    for each in rows["memberships"]:
        if not each["removed"] and each["user_id"]:
            members.setdefault(each["group_id"], []).append(each["user_id"])
    for each in rows["assignments"]:
        if each["removed"] or not each["role__value"] or not each["role__enabled"]:
            continue
        if each["user_id"]:
            yield each["user_id"], each["role__value"]
        elif each["group_id"] in live:
            for key in members.get(each["group_id"], ()):
                yield key, each["role__value"]


def _account(person: Mapping[str, Any], roles: set[str], old: Account | None) -> Account | None:
    """None, or the account as it was, for who lacks a name or has one that GoTo does not take."""
    first = person["given_name"] or (old.first_name if old else "")
    last = person["surname"] or (old.last_name if old else "")
    if not (first and last) or max(len(first), len(last)) > LONGEST_NAME:
        return old
    return Account(
        email=person["user_principal_name"].replace("#EXT#", ""),
        first_name=first,
        last_name=last,
        locale=LOCALES.get(person["preferred_language"]) or (old.locale if old else FIRST_LOCALE),
        licences=licences(roles),
        status="INVITED",  # nobody here ever signs in
    )


def licences(roles: set[str]) -> frozenset[str]:
    """Webinar and training licences hold GoToMeeting already."""
    found = {LICENCES[role] for role in roles if role in LICENCES}
    if "GoToMeeting" in roles and not found & {WEBINAR, TRAINING}:
        found.add(MEETING)
    return frozenset(found)
