"""GoTo by SCIM, for organizations: the people of an organization, whose licences GoTo's own User Sync rules give."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import requests

from provisioning.choices import ObjectType
from provisioning.connectors.base import ConnectionReport, Page, TargetAttribute, TargetSchema
from provisioning.connectors.goto_account import ASKING_WHO, READING_USERS, SIGNING_IN
from provisioning.connectors.goto_service import CAN_NOT_SEARCH, OURSELVES, TOKEN_REFUSED, UNSAFE, UNSAFE_VALUE
from provisioning.connectors.goto_service import expected_form as expected
from provisioning.connectors.goto_settings import SETTINGS
from provisioning.connectors.goto_sign_in import GoToSignIn
from provisioning.connectors.goto_values import check_limits, error_codes, error_text, locale_of
from provisioning.errors import (
    CredentialsRejected,
    MissingValues,
    PermissionMissing,
    ProvisioningError,
    Rejected,
    SettingsInvalid,
    SkipObject,
    TargetObjectMissing,
    UnexpectedAnswer,
    step,
)
from provisioning.records import Attributes, TargetObject
from provisioning.texts import gettext_noop, say
from provisioning.wire.client import Answer
from provisioning.wire.once import Once

NO_ORGANIZATION_ROLE = gettext_noop(
    "Signed in, but not allowed to manage the organization. The administrator needs the organization roles "
    "ROLE_ORG_READ and ROLE_ORG_WRITE (rights in the account are not enough), and the client, as a personal access "
    'token, the scope "identity:scim.org". %(app)s says: %(detail)s (%(method)s %(path)s: %(status)s)'
)
NO_VALUE = gettext_noop("%(attribute)s has no value. GoTo demands one.")
NO_SWITCH = gettext_noop("GoTo's SCIM has no switch for an account: who leaves is removed from the organization.")
USERS_READ = gettext_noop("Users of the organization can be read: %(count)s.")
CUT_SHORT = gettext_noop("GoTo's list of users ends after %(seen)s of %(total)s.")

FLAT = {"userName": "email", "name.givenName": "firstName", "name.familyName": "lastName", "locale": "locale"}
"""Attributes with limits, and how the Admin API calls them."""


class GoToScim(GoToSignIn):
    """Provisions users into a GoTo organization by SCIM. It manages who is in the organization and their names.

    Licences and roles are given by GoTo's User Sync rules, not from here. It needs an organization with a verified
    domain, and an administrator of that organization. GoTo's SCIM has no switch for an account: who leaves the scope is
    removed from the organization, and stays in the GoTo account.
    """

    key = "goto_scim"
    label = "GoTo"
    settings = tuple(each for each in SETTINGS if each.name != "account_key")
    schemas = {
        ObjectType.USER: TargetSchema(
            name="User",
            attributes=(
                TargetAttribute(name="userName", required=True, can_match=True),
                TargetAttribute(name="name.givenName", required=True, exact_case=True),
                TargetAttribute(name="name.familyName", required=True, exact_case=True),
                TargetAttribute(name="displayName", exact_case=True),
                TargetAttribute(name="locale"),
                TargetAttribute(name="timezone", exact_case=True),
            ),
        )
    }
    can_disable = False
    page_size = 100
    requests_per_second = 10.0
    headers = {"Cache-Control": "no-cache"}  # reads may lag behind writes otherwise

    def __init__(self, credentials: Mapping[str, str], session: requests.Session) -> None:
        super().__init__(credentials, session)
        self._ourselves = Once(self._read_ourselves)

    @property
    def base_url(self) -> str:
        return self.setting("api_url").rstrip("/") + "/identity/v1"

    def is_token_spent(self, answer: Answer) -> bool:
        """Here 403 is a bad token and 401 is a missing right, unless the token check says 401 without a code."""
        return answer.status in (401, 403) and "not.authorized" not in error_codes(answer.data)

    def meaning(self, answer: Answer) -> ProvisioningError:
        if self.is_token_spent(answer):
            return self.error(CredentialsRejected, answer, TOKEN_REFUSED)
        if answer.status in (401, 403):
            return self.error(PermissionMissing, answer, NO_ORGANIZATION_ROLE)
        return super().meaning(answer)

    def detail(self, answer: Answer) -> str:
        return error_text(answer.data) or super().detail(answer)

    def test_connection(self) -> ConnectionReport:
        self.forget_sign_in()
        self._ourselves.forget()
        try:
            with step(SIGNING_IN):
                self.be_signed_in()
            with step(ASKING_WHO):
                ourselves = self._ourselves.get()
            with step(READING_USERS), expected():
                users = self.call("GET", "/Users", query={"count": "1", "startIndex": "1"})
                read = say(USERS_READ, count=int(users["totalResults"]))
        except SkipObject as error:  # nothing here is about one object
            told = SettingsInvalid(error.message, error.exchanges)
            told.step = error.step
            raise told from error
        return ConnectionReport(signed_in_as=ourselves.label, findings=(read,))

    def find(self, type_: ObjectType, attribute: str, value: str) -> Sequence[TargetObject]:
        wanted = self.schema(type_).attribute(attribute)
        if wanted is None or not wanted.can_match:
            raise SettingsInvalid(say(CAN_NOT_SEARCH, attribute=attribute))
        if UNSAFE.search(value):  # how GoTo wants them escaped is not documented
            raise Rejected(say(UNSAFE_VALUE, value=value))
        data = self.call("GET", "/Users", query={"filter": f'{attribute} eq "{value}"'})
        with expected():
            seen = [as_target(each) for each in data.get("resources") or ()]
        return [each for each in seen if str(each.attributes.get(attribute, "")).casefold() == value.casefold()]

    def get(self, type_: ObjectType, id_: str) -> TargetObject | None:
        try:
            data = self.call("GET", _path(id_))
        except TargetObjectMissing:
            return None
        with expected():
            return as_target(data)

    def list(self, type_: ObjectType, cursor: str = "") -> Page:
        """Where GoTo pays no regard to pages, the first one holds everybody."""
        start = int(cursor or 1)
        data = self.call("GET", "/Users", query={"startIndex": str(start), "count": str(self.page_size)})
        with expected():
            users = [as_target(each) for each in data.get("resources") or ()]
            total = int(data["totalResults"])
        seen = start - 1 + len(users)
        if not users and seen < total:
            raise UnexpectedAnswer(say(CUT_SHORT, seen=seen, total=total))
        return Page(objects=users, next=str(seen + 1) if seen < total else "", total=total)

    def translate(self, type_: ObjectType, values: Attributes, known: Attributes) -> Attributes:
        translated = {name: value for name, value in values.items() if name != "locale"}
        locale = locale_of(str(values.get("locale") or ""))
        return {**translated, "locale": locale} if locale else translated

    def create(self, type_: ObjectType, values: Attributes) -> str:
        for each in self.schema(type_).attributes:
            if each.required and not values.get(each.name):
                raise MissingValues(say(NO_VALUE, attribute=each.name))
        _check(values)
        data = self.call("POST", "/Users", body=_body(values))
        with expected():
            return str(data["id"])

    def update(self, type_: ObjectType, id_: str, changes: Attributes) -> None:
        if "userName" in changes:
            self._refuse_ourselves(id_)
        _check(changes)
        body = _body(changes)
        if len(body.get("name", {})) == 1:  # nothing says that the other half of the name would stay
            known = self.call("GET", _path(id_))
            with expected():
                body["name"] = {**known.get("name", {}), **body["name"]}
        self.call("PATCH", _path(id_), body=body)

    def disable(self, type_: ObjectType, id_: str) -> None:
        raise SettingsInvalid(say(NO_SWITCH))

    def enable(self, type_: ObjectType, id_: str, values: Attributes) -> None:
        self.update(type_, id_, values)

    def delete(self, type_: ObjectType, id_: str) -> None:
        self._refuse_ourselves(id_)
        try:
            self.call("DELETE", _path(id_))
        except TargetObjectMissing:
            return

    # --- inside

    def _read_ourselves(self) -> TargetObject:
        data = self.call("GET", "/Users/me")
        with expected():
            return as_target(data)

    def _refuse_ourselves(self, id_: str) -> None:
        if id_ == self._ourselves.get().id:
            raise Rejected(say(OURSELVES))


def as_target(data: Mapping[str, Any]) -> TargetObject:
    """A user as GoTo's SCIM tells it. Whether it has access is not told."""
    name = data.get("name") or {}
    values = {
        "userName": data["userName"],
        "name.givenName": name.get("givenName"),
        "name.familyName": name.get("familyName"),
        **{each: data.get(each) for each in ("displayName", "locale", "timezone")},
    }
    attributes = {each: str(value) for each, value in values.items() if value}
    return TargetObject(id=str(data["id"]), attributes=attributes, active=None, label=str(data["userName"]))


def _path(id_: str) -> str:
    return f"/Users/{quote(id_, safe='')}"


def _body(values: Attributes) -> dict[str, Any]:
    """SCIM 1's nested form; a partial one changes what it names."""
    body: dict[str, Any] = {}
    for attribute, value in values.items():
        outer, _, inner = attribute.partition(".")
        if inner:
            body.setdefault(outer, {})[inner] = value
        else:
            body[outer] = value
    return body


def _check(values: Attributes) -> None:
    check_limits({FLAT[name]: value for name, value in values.items() if name in FLAT})
