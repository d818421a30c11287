"""Members of groups in a SCIM application: differences only, and nobody taken out who was not meant."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import requests

from provisioning.choices import ObjectType
from provisioning.connectors.scim_changes import ScimChanges
from provisioning.connectors.scim_client import NoTarget, NotOffered, TooLarge
from provisioning.connectors.scim_patch import Operation, halves
from provisioning.connectors.scim_paths import key_of, named
from provisioning.connectors.scim_schema import MEMBERS
from provisioning.errors import Rejected, SettingsInvalid, TargetObjectMissing
from provisioning.texts import gettext_noop, say

GROUP = ObjectType.GROUP
MEMBERS_UNREAD = gettext_noop(
    "Members of groups in %(app)s can only be changed by writing the whole group, and it does not tell who is in it. "
    "Nothing is replaced by a list that may not be whole."
)
UNKNOWN_MEMBER = gettext_noop("The group is there, so one of the members is not: %(reason)s")
EMPTIED = gettext_noop(
    "%(app)s took out %(count)s members more than it was told to, because it follows the standard and the request did "
    "not. They were put back. Set members.remove_style to filter, or take ?AzureAdScimPatch2017 off the Tenant URL."
)
NOT_DONE = gettext_noop(
    "%(app)s answers that it changed the members of the group, and did not (%(method)s %(path)s: %(status)s)"
)


class ScimMembers(ScimChanges):
    """Adds members and takes them out, at most `members_per_request` at once."""

    def __init__(self, credentials: Mapping[str, str], session: requests.Session) -> None:
        super().__init__(credentials, session)
        self._form = ""  # in which members were seen to leave, they and nobody else

    def add_members(self, id_: str, members: Sequence[str]) -> None:
        if self.puts(GROUP):
            self._put_members(id_, lambda held: [*held, *(each for each in members if each not in held)])
            return
        try:
            self._patch_members(id_, self.patching(GROUP).added_members([self._as_member(each) for each in members]))
        except NotOffered:
            self.put_only.add(GROUP)
            self.add_members(id_, members)

    def remove_members(self, id_: str, members: Sequence[str]) -> None:
        """In the form of the profile; where that is refused or does nothing, in the other one, at last by PUT."""
        if self.puts(GROUP):
            self._put_members(id_, lambda held: [each for each in held if each not in members])
            return
        refusals = []
        for form in self._forms():
            try:
                if self._removed(id_, members, form):
                    return
            except (NotOffered, NoTarget) as error:
                if isinstance(error, NoTarget) and error.is_told:  # all of it, because one is no member any more
                    self._remove_those_left(id_, members, form, error)
                    return
                refusals.append(error)
        if refusals and not any(isinstance(each, NotOffered) for each in refusals):
            raise refusals[0]
        self.put_only.add(GROUP)
        self.remove_members(id_, members)

    # --- inside

    def _forms(self) -> Sequence[str]:
        first = self.profile.members_remove_style
        return [self._form] if self._form else [first, "value" if first == "filter" else "filter"]

    def _removed(self, id_: str, members: Sequence[str], form: str) -> bool:
        """Whether they left. It is watched until it was seen once: some empty the group, some do nothing at all."""
        if self._form:
            self._remove(id_, members, form)
            return True
        before = self._held(id_)
        self._remove(id_, members, form)
        if not before:
            return True  # there is nothing to see
        held = {*(self._held(id_) or ())}  # who told before tells now; an empty list may be left out
        if held & {*members}:
            return False
        others = [each for each in before if each not in members]
        lost = [each for each in others if each not in held]
        if not lost:
            self._form = form if others else ""
            return True
        for start in range(0, len(lost), self.members_per_request):
            self.add_members(id_, lost[start : start + self.members_per_request])
        raise SettingsInvalid(say(EMPTIED, app=self.label, count=len(lost)))

    def _remove(self, id_: str, members: Sequence[str], form: str) -> None:
        patching = self.patching(GROUP)
        patching = replace(patching, profile=replace(self.profile, members_remove_style=form))
        self._patch_members(id_, patching.removed_members(members, self.base_url))

    def _patch_members(self, id_: str, operations: Sequence[Operation]) -> None:
        try:
            for body in self.patching(GROUP).bodies(operations):
                self._patch_in_parts(id_, body)
        except TargetObjectMissing as error:
            if self.get(GROUP, id_) is None:
                raise
            raise Rejected(say(UNKNOWN_MEMBER, reason=str(error)), error.exchanges) from error

    def _patch_in_parts(self, id_: str, body: dict[str, Any]) -> None:
        """In two halves where it is too much at once, and so on: nothing was done about what was refused for that."""
        try:
            self.ask("PATCH", self.path_of(GROUP, id_), body=body)
        except TooLarge:
            parts = halves(body["Operations"])
            if not parts:
                raise
            for part in parts:
                self._patch_in_parts(id_, {**body, "Operations": part})

    def _as_member(self, id_: str) -> dict[str, Any]:
        """Where a member goes by the user name as well, the account is read for it."""
        account = self.get(ObjectType.USER, id_) if self.profile.members_display else None
        return self.patching(GROUP).member(id_, self.base_url, account.label if account else "")

    def _held(self, id_: str) -> list[str] | None:
        """The members that the group tells; None when it tells none, which may mean that it never does."""
        held = named(self.read_whole(GROUP, id_)[0], MEMBERS)
        return [str(named(each, "value")) for each in held] if isinstance(held, list) else None

    def _put_members(self, id_: str, change: Callable[[list[str]], list[str]]) -> None:
        if not self.profile.members_readable:
            raise SettingsInvalid(say(MEMBERS_UNREAD, app=self.label))

        def changed(resource: dict[str, Any]) -> None:
            key = key_of(resource, MEMBERS) or MEMBERS
            there = {str(named(each, "value")): each for each in resource.get(key) or ()}
            wanted = change([*there])
            resource[key] = [there.get(each) or self._as_member(each) for each in wanted]

        answer = self.write_whole(GROUP, id_, changed)
        held = named(answer.data, MEMBERS)
        there = [str(named(each, "value")) for each in held] if isinstance(held, list) else self._held(id_) or []
        if {*there} != {*change(there)}:
            raise Rejected(say(NOT_DONE, **self.told(NOT_DONE, answer).values), (answer.exchange,))

    def _remove_those_left(self, id_: str, members: Sequence[str], form: str, refused: NoTarget) -> None:
        """Take out those who are in the group; where it does not tell, one by one."""
        held = self._held(id_)
        if held is not None:
            left = [each for each in members if each in held]
            if left == [*members]:
                raise refused
            if left:
                self._remove(id_, left, form)
            return
        for each in members:
            try:
                self._remove(id_, [each], form)
            except NoTarget as error:
                if not error.is_told:
                    raise
