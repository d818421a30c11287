"""Members of groups in a SCIM application: differences only, and nobody taken out who was not meant."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import requests

from provisioning.choices import ObjectType
from provisioning.connectors.scim_changes import ScimChanges
from provisioning.connectors.scim_client import NoTarget, NotOffered
from provisioning.connectors.scim_patch import Operation
from provisioning.connectors.scim_paths import key_of, named
from provisioning.connectors.scim_schema import MEMBERS
from provisioning.connectors.scim_values import as_id
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


class ScimMembers(ScimChanges):
    """Adds members and takes them out, at most `members_per_request` at once."""

    def __init__(self, credentials: Mapping[str, str], session: requests.Session) -> None:
        super().__init__(credentials, session)
        self._heeds_values = False  # seen to take out those only that a list names
        self._by_filter = False  # seen to refuse a list

    def add_members(self, id_: str, members: Sequence[str]) -> None:
        if self.puts(GROUP):
            self._put_members(id_, lambda held: [*held, *(each for each in members if each not in held)])
            return
        try:
            self._patch_members(id_, self.patching(GROUP).added_members(members, self.base_url))
        except NotOffered:
            self.put_only.add(GROUP)
            self.add_members(id_, members)

    def remove_members(self, id_: str, members: Sequence[str]) -> None:
        if self.puts(GROUP):
            self._put_members(id_, lambda held: [each for each in held if each not in members])
            return
        try:
            self._remove_as_it_likes(id_, members)
        except NotOffered:
            self.put_only.add(GROUP)
            self.remove_members(id_, members)
        except NoTarget as error:  # some refuse all of it because one is no member any more
            self._remove_those_left(id_, members, error)

    # --- inside

    def _remove_as_it_likes(self, id_: str, members: Sequence[str]) -> None:
        """Where a list of values is refused, which the standard does not have, a path for each is tried."""
        if self._by_filter or self._heeds_values or self.profile.members_remove_style != "value":
            self._remove(id_, members)
            return
        try:
            self._remove_watching(id_, members)
        except NoTarget:
            self._by_filter = True
            self._remove(id_, members)

    def _remove(self, id_: str, members: Sequence[str]) -> None:
        patching = self.patching(GROUP)
        if self._by_filter:
            patching = replace(patching, profile=replace(self.profile, members_remove_style="filter"))
        self._patch_members(id_, patching.removed_members(members, self.base_url))

    def _patch_members(self, id_: str, operations: Sequence[Operation]) -> None:
        try:
            for body in self.patching(GROUP).bodies(operations):
                self.ask("PATCH", self.path_of(GROUP, id_), body=body)
        except TargetObjectMissing as error:
            if self.get(GROUP, id_) is None:
                raise
            raise Rejected(say(UNKNOWN_MEMBER, reason=str(error)), error.exchanges) from error

    def _held(self, id_: str) -> list[str] | None:
        """The members that the group tells; None when it tells none, which may mean that it never does."""
        held = named(self.read_whole(GROUP, id_)[0], MEMBERS)
        return [str(named(each, "value")) for each in held] if isinstance(held, list) else None

    def _remove_watching(self, id_: str, members: Sequence[str]) -> None:
        """To the standard, removing `members` empties the group whatever stands beside it."""
        before = self._held(id_) or []
        self._remove(id_, members)
        others = [each for each in before if each not in members]
        if not others:
            return
        after = {*(self._held(id_) or ())}
        lost = [each for each in others if each not in after]
        if not lost:
            self._heeds_values = True
            return
        for start in range(0, len(lost), self.members_per_request):
            self.add_members(id_, lost[start : start + self.members_per_request])
        raise SettingsInvalid(say(EMPTIED, app=self.label, count=len(lost)))

    def _put_members(self, id_: str, change: Callable[[list[str]], list[str]]) -> None:
        if not self.profile.members_readable:
            raise SettingsInvalid(say(MEMBERS_UNREAD, app=self.label))

        def changed(resource: dict[str, Any]) -> None:
            key = key_of(resource, MEMBERS) or MEMBERS
            there = {str(named(each, "value")): each for each in resource.get(key) or ()}
            wanted = change([*there])
            resource[key] = [there.get(each) or {"value": as_id(each, self.profile)} for each in wanted]

        self.write_whole(GROUP, id_, changed)

    def _remove_those_left(self, id_: str, members: Sequence[str], refused: NoTarget) -> None:
        """Take out those who are in the group; where it does not tell, one by one."""
        held = self._held(id_)
        if held is not None:
            left = [each for each in members if each in held]
            if left == [*members]:
                raise refused
            if left:
                self._remove(id_, left)
            return
        for each in members:
            try:
                self._remove(id_, [each])
            except NoTarget as error:
                if not error.is_told:
                    raise
