"""A throw-away user and group that show what writing to a SCIM application does; both are gone at the end."""

import uuid
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Final

from provisioning.choices import ObjectType
from provisioning.connectors.scim import Scim
from provisioning.connectors.scim_probe import Finding, Verdict
from provisioning.connectors.scim_schema import ACTIVE, WORK_EMAIL
from provisioning.errors import ProvisioningError, Rejected
from provisioning.records import Exchange
from provisioning.texts import gettext_noop, say

USER, GROUP = ObjectType.USER, ObjectType.GROUP
GIVEN_NAME = "name.givenName"

WORKED = gettext_noop("Works: %(step)s.")
FAILED = gettext_noop("Does not work: %(step)s (%(reason)s).")
NOT_AS_SENT = gettext_noop("what was sent is not what is there")
STEPS: Final = MappingProxyType(
    {
        "create user": gettext_noop("a user is created"),
        "find user": gettext_noop("the new user is found by user name"),
        "read user": gettext_noop("the new user is as it was sent"),
        "change user": gettext_noop("the user's given name is changed"),
        "disable user": gettext_noop("the user is switched off"),
        "create group": gettext_noop("a group is created"),
        "add member": gettext_noop("the user is put into the group"),
        "remove member": gettext_noop("the user is taken out of the group"),
        "delete group": gettext_noop("the group is deleted"),
        "delete user": gettext_noop("the user is deleted"),
    }
)
PARAGRAPHS: Final = MappingProxyType(
    {
        "filter": "RFC 7644, 3.4.2.2",
        "users": "RFC 7644, 3.4.2",
        "ids": "RFC 7643, 3.1",
        "read": "RFC 7644, 3.4.1",
        "groups": "RFC 7643, 4.2",
        "members.exclude": "RFC 7644, 3.9",
        "members": "RFC 7643, 4.2",
        "configuration": "RFC 7643, 5",
        "patch": "RFC 7644, 3.5.2",
        "etag": "RFC 7644, 3.14",
        "bulk": "RFC 7644, 3.7",
        "paging": "RFC 9865, 2",
        "resource types": "RFC 7643, 6",
        "schemas": "RFC 7643, 7",
        "create user": "RFC 7644, 3.3",
        "find user": "RFC 7644, 3.4.2.2",
        "read user": "RFC 7644, 3.4.1",
        "change user": "RFC 7644, 3.5",
        "disable user": "RFC 7643, 4.1.1",
        "create group": "RFC 7644, 3.3",
        "add member": "RFC 7644, 3.5.2.1",
        "remove member": "RFC 7644, 3.5.2.2",
        "delete group": "RFC 7644, 3.6",
        "delete user": "RFC 7644, 3.6",
    }
)
"""Where the standard speaks of what a finding is about."""


class Trial:
    """Writes to an application through a connector whose connection test has passed."""

    def __init__(self, target: Scim) -> None:
        self.target = target
        self.name = f"throw-away-{uuid.uuid4().hex[:12]}"
        self.user = self.group = ""

    def run(self) -> Iterator[Finding]:
        """Each step as it is done. Whatever fails, and whoever stops listening: what was created is deleted."""
        try:
            yield self._tried("create user", self._create_user)
            if self.user:
                yield self._tried("find user", self._find_user)
                yield self._tried("read user", lambda: self._holds(GIVEN_NAME, "Throw"))
                yield self._tried("change user", self._change_user)
                yield self._tried("disable user", self._disable_user)
                yield self._tried("create group", self._create_group)
            if self.group:
                yield self._tried("add member", lambda: self.target.add_members(self.group, [self.user]))
                yield self._tried("remove member", lambda: self.target.remove_members(self.group, [self.user]))
        finally:
            ended = list(self._clean_up())
        yield from ended

    def _clean_up(self) -> Iterator[Finding]:
        if self.group:
            yield self._tried("delete group", lambda: self.target.delete(GROUP, self.group))
        if self.user:
            yield self._tried("delete user", self._delete_user)

    # --- steps

    def _create_user(self) -> None:
        address = f"{self.name}@contoso.example"
        values = {"userName": address, "displayName": self.name, GIVEN_NAME: "Throw", "name.familyName": "Away"}
        self.user = self.target.create(USER, {**values, WORK_EMAIL: address, ACTIVE: True})

    def _find_user(self) -> None:
        found = self.target.find(USER, "userName", f"{self.name}@contoso.example")
        _require([each.id for each in found] == [self.user])

    def _change_user(self) -> None:
        self.target.update(USER, self.user, {GIVEN_NAME: "Gone"})
        self._holds(GIVEN_NAME, "Gone")

    def _disable_user(self) -> None:
        self.target.disable(USER, self.user)
        self._holds(ACTIVE, False)

    def _create_group(self) -> None:
        self.group = self.target.create(GROUP, {"displayName": self.name})

    def _delete_user(self) -> None:
        self.target.delete(USER, self.user)
        left = self.target.get(USER, self.user)
        _require(left is None or left.attributes.get(ACTIVE) is False)

    # --- inside

    def _holds(self, attribute: str, value: object) -> None:
        found = self.target.get(USER, self.user)
        _require(found is not None and found.attributes.get(attribute) == value)

    def _tried(self, name: str, step: Callable[[], None]) -> Finding:
        self.target.exchanges()
        try:
            step()
        except ProvisioningError as error:
            reason = str(error).rstrip(".")
            text, verdict = say(FAILED, step=say(STEPS[name]), reason=reason), Verdict.FAILS
        else:
            text, verdict = say(WORKED, step=say(STEPS[name])), Verdict.WORKS
        said: tuple[Exchange, ...] = self.target.exchanges()
        return Finding(name=name, verdict=verdict, text=text, exchanges=said)


def _require(as_sent: bool) -> None:
    if not as_sent:
        raise Rejected(say(NOT_AS_SENT))
