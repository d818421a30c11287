"""Changing what a SCIM application has: PATCH, or reading and PUT where it has no PATCH."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import requests

from provisioning.choices import ObjectType
from provisioning.connectors.scim_client import NoTarget, NotOffered
from provisioning.connectors.scim_patch import Operation, Patching, selects
from provisioning.connectors.scim_paths import key_of, named, read
from provisioning.connectors.scim_profile import PUT
from provisioning.connectors.scim_reading import ScimReader
from provisioning.connectors.scim_values import apply
from provisioning.errors import Rejected
from provisioning.records import Attributes
from provisioning.texts import gettext_noop, say
from provisioning.wire.client import Answer

NOT_KEPT = gettext_noop(
    "%(app)s answers that it changed %(attribute)s, and kept the value it had (%(method)s %(path)s: %(status)s)"
)
NEVER_PUT = ("meta", "groups")
"""What only the application writes."""


class ScimChanges(ScimReader):
    """Writes changes in as few requests as the application takes them."""

    def __init__(self, credentials: Mapping[str, str], session: requests.Session) -> None:
        super().__init__(credentials, session)
        self.put_only: set[ObjectType] = set()  # found to have no PATCH

    def update(self, type_: ObjectType, id_: str, changes: Attributes) -> None:
        if self.puts(type_):
            self.write_whole(type_, id_, lambda resource: apply(resource, changes, self.schema(type_), self.profile))
            return
        try:
            self._patch_attributes(type_, id_, changes)
        except NotOffered:
            self.put_only.add(type_)
            self.update(type_, id_, changes)

    # --- attributes

    def puts(self, type_: ObjectType) -> bool:
        profile = self.profile
        method = profile.update_method_group if type_ is ObjectType.GROUP else profile.update_method_user
        return method == PUT or type_ in self.put_only

    def patching(self, type_: ObjectType) -> Patching:
        return Patching(self.profile, self.schema(type_))

    def _patch_attributes(self, type_: ObjectType, id_: str, changes: Attributes) -> None:
        patching, in_entries = self.patching(type_), selects(changes)
        if in_entries and not self.profile.patch_value_paths:
            self._patch(type_, id_, patching.whole(changes, self.read_whole(type_, id_)[0]))
            return
        try:
            answer = self._patch(type_, id_, patching.operations(changes))
        except NoTarget as error:
            if not in_entries:
                raise
            self._patch_knowing(type_, id_, changes, error)
            return
        if answer and self._is_passed_over(type_, id_, answer, changes):
            self._patch_knowing(type_, id_, {name: changes[name] for name in in_entries}, None)

    def _patch_knowing(self, type_: ObjectType, id_: str, changes: Attributes, refused: NoTarget | None) -> None:
        """Once more, knowing which entries there are. The refusal stands when that makes no difference."""
        patching = self.patching(type_)
        operations = patching.knowing(changes, self.read_whole(type_, id_)[0])
        if operations == patching.operations(changes):
            if refused:
                raise refused
            return
        self._patch(type_, id_, operations)

    def _patch(self, type_: ObjectType, id_: str, operations: Sequence[Operation]) -> Answer | None:
        """The answer to the last request; None when nothing was to be sent."""
        answer = None
        for body in self.patching(type_).bodies(operations):
            answer = self.ask("PATCH", self.path_of(type_, id_), body=body)
            self.check_id(answer, id_)
            self.check_kept(type_, body["Operations"], answer)
        return answer

    def check_kept(self, type_: ObjectType, operations: Iterable[Operation], answer: Answer) -> None:
        """A name that is told to be changed and is not would be taken for changed ever after."""
        for each in self.schema(type_).attributes:
            sent = [op["value"] for op in operations if op.get("path") == each.name and "value" in op]
            kept = named(answer.data, each.name)
            if each.required and sent and isinstance(kept, str) and kept.casefold() != str(sent[-1]).casefold():
                told = say(NOT_KEPT, **self.told(NOT_KEPT, answer).values, attribute=each.name)
                raise Rejected(told, (answer.exchange,))

    def _is_passed_over(self, type_: ObjectType, id_: str, answer: Answer, changes: Attributes) -> bool:
        """Whether an entry that was to be changed is not there: some applications pass over what they can't find.

        Where the answer does not show it, the account is read.
        """
        wanted = [path for name, path in selects(changes).items() if changes[name]]
        if not wanted:
            return False
        shows = isinstance(answer.data, dict) and named(answer.data, "id") is not None
        if not shows and not self.profile.patch_verify:
            return False
        resource = answer.data if shows else self.read_whole(type_, id_)[0]
        return any(read(resource, path) is None for path in wanted)

    # --- whole resources

    def read_whole(self, type_: ObjectType, id_: str) -> tuple[dict[str, Any], str]:
        """The resource as it is, and its version. Raises TargetObjectMissing."""
        answer = self.ask("GET", self.path_of(type_, id_))
        resource = dict(self.resource(answer, id_))
        version = answer.headers.get("ETag") or named(named(resource, "meta"), "version") or ""
        return resource, str(version)

    def write_whole(self, type_: ObjectType, id_: str, change: Callable[[dict[str, Any]], None]) -> Answer:
        """Read, change, write; where the application tells versions, only over the one that was read."""
        resource, version = self.read_whole(type_, id_)
        for name in NEVER_PUT:
            if key := key_of(resource, name):
                del resource[key]
        change(resource)
        answer = self.ask("PUT", self.path_of(type_, id_), body=resource, etag=version if self.profile.etag else "")
        self.check_id(answer, id_)
        return answer
