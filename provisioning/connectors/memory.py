"""A target in memory, for tests and the simulator: the whole contract without a network."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import requests

from provisioning.choices import AttributeType, ObjectType
from provisioning.connectors.base import (
    ConnectionReport,
    Connector,
    Page,
    TargetAttribute,
    TargetSchema,
    Write,
    Written,
)
from provisioning.connectors.memory_service import Service
from provisioning.errors import (
    Conflict,
    LicenseLimitExceeded,
    MissingValues,
    ProvisioningError,
    SettingsInvalid,
    TargetObjectMissing,
)
from provisioning.records import NOTHING, Attributes, TargetObject
from provisioning.texts import gettext_noop, say

TAKEN = gettext_noop("%(attribute)s %(value)s is in use.")
GONE = gettext_noop("There is no object %(id)s.")
NO_SEAT = gettext_noop("All %(seats)s seats are taken.")
NO_VALUE = gettext_noop("%(attribute)s has no value.")
CAN_NOT_SEARCH = gettext_noop("Objects are not searched by %(attribute)s.")


class Memory(Connector):
    """Keeps users and groups in memory, for tests. `userName` and `displayName` of a group are unique, in any case."""

    key = "memory"
    label = "In-memory target"
    settings = ()
    schemas = MappingProxyType(
        {
            ObjectType.USER: TargetSchema(
                name="User",
                attributes=(
                    TargetAttribute(name="userName", required=True, can_match=True),
                    TargetAttribute(name="displayName", exact_case=True),
                    TargetAttribute(name="givenName", exact_case=True),
                    TargetAttribute(name="familyName", exact_case=True),
                    TargetAttribute(name="mail", can_match=True),
                    TargetAttribute(name="externalId", exact_case=True, can_match=True),
                    TargetAttribute(name="roles", multiple=True),
                    TargetAttribute(name="manager", type=AttributeType.REFERENCE, exact_case=True, reference=True),
                ),
            ),
            ObjectType.GROUP: TargetSchema(
                name="Group",
                attributes=(
                    TargetAttribute(name="displayName", required=True, can_match=True, exact_case=True),
                    TargetAttribute(name="externalId", exact_case=True, can_match=True),
                    TargetAttribute(
                        name="members", type=AttributeType.REFERENCE, multiple=True, exact_case=True, reference=True
                    ),
                ),
            ),
        }
    )
    allows_custom_attributes = True
    unique = MappingProxyType({ObjectType.USER: "userName", ObjectType.GROUP: "displayName"})

    def __init__(
        self,
        credentials: Mapping[str, str] | None = None,
        session: requests.Session | None = None,
        service: Service | None = None,
    ) -> None:
        super().__init__(credentials or {}, session or requests.Session())
        self.service = service or Service()

    def test_connection(self) -> ConnectionReport:
        with self.service.request("test_connection", None):
            return ConnectionReport(signed_in_as="memory")

    def find(self, type_: ObjectType, attribute: str, value: str) -> Sequence[TargetObject]:
        wanted = self.schema(type_).attribute(attribute)
        if wanted is None or not wanted.can_match:
            raise SettingsInvalid(say(CAN_NOT_SEARCH, attribute=attribute))
        with self.service.request("find", value):
            return [self._told(each) for each in self.service.having(type_, attribute, value)]

    def get(self, type_: ObjectType, id_: str) -> TargetObject | None:
        with self.service.request("get", id_):
            found = self.service.objects(type_).get(id_)
            return self._told(found) if found else None

    def list(self, type_: ObjectType, cursor: str = "") -> Page:
        with self.service.request("list", cursor):
            everything = sorted(self.service.objects(type_).values(), key=lambda each: int(each.id))
            left = [each for each in everything if int(each.id) > int(cursor or 0)]
            page = [self._told(each) for each in left[: self.page_size]]
            return Page(objects=page, next=page[-1].id if len(left) > len(page) else "", total=len(everything))

    def translate(self, type_: ObjectType, values: Attributes, known: Attributes) -> Attributes:
        return {name: _plain(value) for name, value in values.items()}

    def create(self, type_: ObjectType, values: Attributes) -> str:
        with self.service.request("create", values):
            return self._new(type_, values)

    def update(self, type_: ObjectType, id_: str, changes: Attributes) -> None:
        with self.service.request("update", id_):
            self._put(type_, self._existing(type_, id_), changes)

    def bulk(self, writes: Sequence[Write]) -> Sequence[Written]:
        """`before` and `after` see one request; `fail` also knows the operations inside."""
        taken = writes[: self.bulk_size]
        try:
            with self.service.request("bulk", taken):
                return [self._written(each) for each in taken]
        except ProvisioningError as error:
            return [Written(error=copy.copy(error), whole=True) for _ in taken]

    def disable(self, type_: ObjectType, id_: str) -> None:
        with self.service.request("disable", id_):
            if id_ in self.service.objects(type_):
                self._put(type_, self._existing(type_, id_), NOTHING, active=False)

    def enable(self, type_: ObjectType, id_: str, values: Attributes) -> None:
        with self.service.request("enable", id_):
            self._put(type_, self._existing(type_, id_), values, active=True)

    def delete(self, type_: ObjectType, id_: str) -> None:
        with self.service.request("delete", id_):
            self.service.remove(type_, id_)

    def add_members(self, id_: str, members: Sequence[str]) -> None:
        with self.service.request("add_members", id_):
            held = self._existing(ObjectType.GROUP, id_).attributes.get("members", ())
            there = [each for each in members if each in self.service.users or each in self.service.groups]
            self._put_members(id_, {*held, *there})

    def remove_members(self, id_: str, members: Sequence[str]) -> None:
        with self.service.request("remove_members", id_):
            held = self._existing(ObjectType.GROUP, id_).attributes.get("members", ())
            self._put_members(id_, {*held}.difference(members))

    def _new(self, type_: ObjectType, values: Attributes) -> str:
        id_ = self.service.next_id()
        self._put(type_, TargetObject(id=id_, attributes={}, active=True), values)
        return id_

    def _written(self, write: Write) -> Written:
        try:
            with self.service.part("delete" if write.deletes else "update" if write.id else "create"):
                if not write.id:
                    return Written(id=self._new(write.type, write.values))
                if write.deletes:
                    self.service.remove(write.type, write.id)
                else:
                    self._put(write.type, self._existing(write.type, write.id), write.values)
                return Written(id=write.id)
        except ProvisioningError as error:
            return Written(error=error)

    def _put_members(self, id_: str, members: set[str]) -> None:
        self._put(ObjectType.GROUP, self._existing(ObjectType.GROUP, id_), {"members": tuple(members)})

    def _told(self, found: TargetObject) -> TargetObject:
        if self.members_attribute not in found.attributes:
            return found
        told = {name: value for name, value in found.attributes.items() if name != self.members_attribute}
        return replace(found, attributes=MappingProxyType(told))

    def _existing(self, type_: ObjectType, id_: str) -> TargetObject:
        found = self.service.objects(type_).get(id_)
        if found is None:
            raise TargetObjectMissing(say(GONE, id=id_))
        return found

    def _put(self, type_: ObjectType, before: TargetObject, changes: Attributes, active: bool | None = None) -> None:
        """Check as a service would, then keep. An empty value takes the attribute away."""
        switch = {self.active_attribute: active} if self.active_attribute and active is not None else {}
        merged = {**before.attributes, **self.translate(type_, {**changes, **switch}, NOTHING)}
        attributes = {name: value for name, value in merged.items() if value not in (None, "", ())}
        if self.active_attribute:
            active = bool(attributes.get(self.active_attribute, True))
        elif active is None:
            active = before.active
        self._check(type_, before.id, attributes, active)
        label = str(attributes[self.unique[type_]])
        after = TargetObject(id=before.id, attributes=MappingProxyType(attributes), active=active, label=label)
        self.service.put(type_, after, [each.name for each in self.schema(type_).attributes if each.can_match])

    def _check(self, type_: ObjectType, id_: str, attributes: Attributes, active: bool | None) -> None:
        name = self.unique[type_]
        if name not in attributes:
            raise MissingValues(say(NO_VALUE, attribute=name))
        if any(each.id != id_ for each in self.service.having(type_, name, attributes[name])):
            raise Conflict(say(TAKEN, attribute=name, value=attributes[name]))
        seats = self.service.seats if type_ is ObjectType.USER and active else None
        others = (each for each in self.service.users.values() if each.id != id_)
        if seats is not None and sum(bool(each.active) for each in others) >= seats:
            raise LicenseLimitExceeded(say(NO_SEAT, seats=seats))


class MemoryWithSwitch(Memory):
    """The same with an attribute `active` that mappings write, in the way of SCIM."""

    active_attribute = "active"
    schemas = MappingProxyType(
        {
            **Memory.schemas,
            ObjectType.USER: TargetSchema(
                name="User",
                attributes=(
                    *Memory.schemas[ObjectType.USER].attributes,
                    TargetAttribute(name="active", type=AttributeType.BOOLEAN),
                ),
            ),
        }
    )


def _plain(value: Any) -> Any:
    """Several values in one order, so that the same ones compare equal."""
    return tuple(sorted(map(str, value))) if isinstance(value, (list, tuple, set, frozenset)) else value
