"""Citrix GoToMeeting, today GoTo: people and their licences through the Admin API."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import Any

import requests

from provisioning.choices import ObjectType
from provisioning.connectors.base import Page, TargetAttribute, TargetSchema
from provisioning.connectors.goto_account import GoToAccount
from provisioning.connectors.goto_licences import Shelf
from provisioning.connectors.goto_service import CAN_NOT_SEARCH, UNSAFE, UNSAFE_VALUE, expected_form, of_the_account
from provisioning.connectors.goto_values import (
    ADMIN_ROLES,
    IDENTITY,
    REQUIRED,
    as_target,
    check_complete,
    check_limits,
    locale_of,
    locked_fields,
    results,
)
from provisioning.errors import (
    IdentityLocked,
    InsufficientRights,
    LicenseLimitExceeded,
    MissingValues,
    Rejected,
    SettingsInvalid,
    TargetObjectMissing,
    UnexpectedAnswer,
)
from provisioning.records import Attributes, TargetObject
from provisioning.texts import gettext_noop, say

NO_SEAT = gettext_noop(
    "%(app)s has no free seat for this licence (%(licence)s, %(used)s of %(seats)s in use): %(detail)s "
    "(%(method)s %(path)s: %(status)s)"
)
CUT_SHORT = gettext_noop("GoTo's list of users ends after %(seen)s of %(total)s.")
FILTER_IGNORED = gettext_noop("GoTo answered a search with other users than the one searched for.")
NO_KEY = gettext_noop("GoTo accepted the new user but gave no key, and has no user %(email)s.")
NO_LICENCE = gettext_noop("A GoTo user is enabled by giving a licence, and the mapping gives none.")
TAKES_ROLES = gettext_noop("adminRoles takes away administrator roles that are not assigned here.")
LOCKED = gettext_noop("GoTo keeps this of the user locked: %(names)s. Everything else was sent.")
STILL_ON = gettext_noop(
    "GoTo accepted to take all licences and roles away, but the user still has access (%(status)s). Take them away in "
    "GoTo's own pages."
)


class GoTo(GoToAccount):
    """Provisions users into Citrix GoToMeeting (GoTo) and gives them licences by their app role.

    Users are matched by e-mail address. GoTo has no switch for an account: a user without licence and admin role is
    suspended, so disabling takes those away and enabling gives licences back. GoTo mails new users an invitation.
    The app roles GoToMeeting, GoToWebinar, GoToTraining and OpenVoice become keys of licences that the account owns;
    licences for other products are left as they are. A language without region gets its usual one (`en`: `en_US`),
    and what is no language is not sent. The administrator that the portal signs in as is never disabled or deleted.
    Administrator roles flow only through a mapping of their own, from appRoleAssignments to adminRoles: it takes away
    roles that are not assigned here. Disabling takes all roles away, enabling gives back only what the mapping says.
    """

    key = "goto"
    label = "GoToMeeting"
    schemas = {
        ObjectType.USER: TargetSchema(
            name="User",
            attributes=(
                TargetAttribute(name="email", required=True, can_match=True),
                TargetAttribute(name="firstName", required=True, exact_case=True),
                TargetAttribute(name="lastName", required=True, exact_case=True),
                TargetAttribute(name="locale"),
                TargetAttribute(name="licenseKeys", multiple=True, exact_case=True),
                TargetAttribute(name="adminRoles", multiple=True, exact_case=True, warning=TAKES_ROLES),
            ),
        )
    }
    touched_by_disable = frozenset({"licenseKeys", "adminRoles"})
    roles_of_rows = MappingProxyType({"adminRoles": ADMIN_ROLES})
    page_size = 200
    requests_per_second = 10.0

    def __init__(self, credentials: Mapping[str, str], session: requests.Session) -> None:
        super().__init__(credentials, session)
        self._older_filter = False
        self._trusts_empty_lists = False

    def find(self, type_: ObjectType, attribute: str, value: str) -> Sequence[TargetObject]:
        wanted = self.schema(type_).attribute(attribute)
        if wanted is None or not wanted.can_match:
            raise SettingsInvalid(say(CAN_NOT_SEARCH, attribute=attribute))
        if UNSAFE.search(value):  # how GoTo wants them escaped is not documented
            raise Rejected(say(UNSAFE_VALUE, value=value))
        with of_the_account():
            data = self._search(attribute, value)
        with expected_form():
            seen = [as_target(each) for each in results(data)]
            total = int(data.get("total") or 0)
        hits = [each for each in seen if str(each.attributes.get(attribute, "")).casefold() == value.casefold()]
        if not hits and total > len(seen):  # the one we look for may be on a further page
            raise UnexpectedAnswer(say(FILTER_IGNORED))
        return hits

    def get(self, type_: ObjectType, id_: str) -> TargetObject | None:
        try:
            data = self.call("GET", self.path("users", id_))
        except TargetObjectMissing:
            return None
        with expected_form():
            return as_target(data)

    def list(self, type_: ObjectType, cursor: str = "") -> Page:
        offset = int(cursor or 0)
        with of_the_account():
            data = self.call("GET", self.path("users"), query={"pageSize": str(self.page_size), "offset": str(offset)})
        with expected_form():
            users = [as_target(each) for each in results(data)]
            total = None if data.get("total") is None else int(data["total"])
        if not users and total is not None and offset < total:
            raise UnexpectedAnswer(say(CUT_SHORT, seen=offset, total=total))
        seen = offset + len(users)
        goes_on = seen < total if total is not None else bool(users)
        return Page(objects=users, next=str(seen) if goes_on else "", total=total)

    def translate(self, type_: ObjectType, values: Attributes, known: Attributes) -> Attributes:
        translated = dict(values)
        locale = locale_of(str(translated.pop("locale", None) or ""))
        if locale:
            translated["locale"] = locale
        if "licenseKeys" in values:
            roles = [role for role in _texts(values["licenseKeys"]) if role not in ADMIN_ROLES]
            translated["licenseKeys"] = self._shelf.get().keys_for(roles, _texts(known.get("licenseKeys")))
        if "adminRoles" in values:
            known_roles = {*ADMIN_ROLES, *_texts(known.get("adminRoles"))}
            translated["adminRoles"] = tuple(sorted({*_texts(values["adminRoles"])} & known_roles))
        return translated

    def create(self, type_: ObjectType, values: Attributes) -> str:
        check_complete(values)
        check_limits(values)
        shelf, keys = self._shelf.get(), list(_texts(values.get("licenseKeys")))
        user = {name: values[name] for name in (*REQUIRED, "locale") if values.get(name)}
        body = {"users": [user], "licenseKeys": keys, "suppressEmail": False}
        if values.get("adminRoles"):
            body["adminRoles"] = list(_texts(values["adminRoles"]))
        # Without allOrNothing=true an e-mail address in use is a 200 that looks like success.
        with _taking(shelf, keys):
            data = self.call("POST", self.path("users"), query={"allOrNothing": "true"}, body=body)
        with expected_form():
            key = str(data[0].get("key") or "") if data else ""  # no answer to speak of, yet it was accepted
        return key or self._key_of(type_, values["email"])

    def update(self, type_: ObjectType, id_: str, changes: Attributes) -> None:
        if {"email", "adminRoles"} & changes.keys():
            self._refuse_ourselves(id_)
        check_limits(changes)
        locked = self._put(id_, changes)
        _tell_locked(locked)

    def disable(self, type_: ObjectType, id_: str) -> None:
        self._refuse_ourselves(id_)
        with suppress(TargetObjectMissing):
            self._put(id_, {"licenseKeys": (), "adminRoles": ()})
            if not self._trusts_empty_lists:
                self._read_back(id_)

    def enable(self, type_: ObjectType, id_: str, values: Attributes) -> None:
        if not (values.get("licenseKeys") or values.get("adminRoles")):
            raise MissingValues(say(NO_LICENCE))
        check_limits(values)
        _tell_locked(self._put(id_, values))

    def delete(self, type_: ObjectType, id_: str) -> None:
        self._refuse_ourselves(id_)
        with suppress(TargetObjectMissing):
            self.call("DELETE", self.path("users", id_))

    # --- inside

    def _search(self, attribute: str, value: str) -> Any:
        if not self._older_filter:
            with suppress(Rejected):  # not the grammar this GoTo knows: the older one is asked below, and from now on
                return self.call("GET", self.path("users"), query={"filter": f'{attribute} eq "{value}"'})
        data = self.call("GET", self.path("users"), query={"filter": f'({attribute}="{value}")'})
        self._older_filter = True
        return data

    def _key_of(self, type_: ObjectType, email: str) -> str:
        found = self.find(type_, "email", email)
        if len(found) != 1:
            raise UnexpectedAnswer(say(NO_KEY, email=email))
        return found[0].id

    def _read_back(self, id_: str) -> None:
        """That empty lists take everything away is documented nowhere: the first of each task is read back.

        Where they do not, each licence is taken away by itself, from then on each time.
        """
        data = self.call("GET", self.path("users", id_))
        with expected_form():
            user = as_target(data)
        if user.active is False:
            self._trusts_empty_lists = True
            return
        for key in _texts(user.attributes.get("licenseKeys")):
            with suppress(TargetObjectMissing):
                self.call("DELETE", self.path("licenses", key, "users", id_))
        again = self.get(ObjectType.USER, id_)
        if again and again.active is not False:
            raise Rejected(say(STILL_ON, status=str(data.get("status"))))

    def _put(self, id_: str, values: Attributes) -> frozenset[str]:
        """Send these fields; GoTo leaves the others as they are. Gives those that are locked with another value.

        The key never goes into the body: GoTo refuses it.
        """
        body = {
            name: list(_texts(value)) if name in self.touched_by_disable else value
            for name, value in values.items()
            if name != "locale" or value
        }
        try:
            self._send(id_, body)
        except InsufficientRights:
            if not IDENTITY & body.keys():
                raise
            user = self.call("GET", self.path("users", id_))
            locked = locked_fields(user) & body.keys()
            if not locked:
                raise
            self._send(id_, {name: value for name, value in body.items() if name not in locked})
            return frozenset(name for name in locked if user.get(name) != body[name])
        return frozenset()

    def _send(self, id_: str, body: Mapping[str, Any]) -> None:
        if not body:
            return
        keys = body.get("licenseKeys") or ()
        shelf = self._shelf.get() if keys else Shelf(())
        with _taking(shelf, keys):
            self.call("PUT", self.path("users", id_), body=body)


def _tell_locked(names: frozenset[str]) -> None:
    if names:
        error = IdentityLocked(say(LOCKED, names=", ".join(sorted(names))))
        error.locked = names
        raise error


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or value is None:
        return (value,) if value else ()
    return tuple(str(each) for each in value if each)


@contextmanager
def _taking(shelf: Shelf, keys: Sequence[str]) -> Iterator[None]:
    """A request that takes seats. Refused for want of one, the licence that has none left is named."""
    try:
        yield
    except LicenseLimitExceeded as error:
        full = next((each for each in shelf.licences if each.key in keys and shelf.free(each) == 0), None)
        if full is None:
            raise
        seats = {"licence": full.name or full.key, "used": full.seats, "seats": full.seats}
        raise LicenseLimitExceeded(say(NO_SEAT, **error.message.values, **seats), error.exchanges) from error
    shelf.take(keys)
