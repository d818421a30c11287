"""A target in memory, for tests and the simulator: the whole contract without a network."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import requests

from provisioning.choices import ObjectType
from provisioning.connectors.base import ConnectionReport, Connector, TargetAttribute, TargetSchema
from provisioning.errors import Conflict, LicenseLimitExceeded, MissingValues, SettingsInvalid, TargetObjectMissing
from provisioning.records import NOTHING, Attributes, TargetObject
from provisioning.texts import gettext_noop, say

TAKEN = gettext_noop("%(attribute)s %(value)s is in use.")
GONE = gettext_noop("There is no object %(id)s.")
NO_SEAT = gettext_noop("All %(seats)s seats are taken.")
NO_VALUE = gettext_noop("%(attribute)s has no value.")
CAN_NOT_SEARCH = gettext_noop("Objects are not searched by %(attribute)s.")


@dataclass(slots=True)
class _Failure:
    operation: str
    error: Exception
    done: bool


@dataclass(slots=True)
class Service:
    """The application itself. Several connectors may share one, as several workers share a real target.

    `seats`: how many users may be active at once, None: any number.
    `before` and `after`: called with the operation's name and the id or attributes; they may raise, wait or look.
    """

    seats: int | None = None
    users: dict[str, TargetObject] = field(default_factory=dict)
    groups: dict[str, TargetObject] = field(default_factory=dict)
    requests: Counter[str] = field(default_factory=Counter)
    before: Callable[[str, Any], None] | None = None
    after: Callable[[str, Any], None] | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    _failures: deque[_Failure] = field(default_factory=deque)
    _last_id: int = 0

    def objects(self, type_: ObjectType) -> dict[str, TargetObject]:
        return self.users if type_ is ObjectType.USER else self.groups

    def accounts(self) -> Mapping[str, TargetObject]:
        """The users by `userName`, as they are now; later changes do not show in it."""
        with self.lock:
            return MappingProxyType({each.attributes["userName"]: each for each in self.users.values()})

    def fail(self, operation: str, *errors: Exception, done: bool = False) -> None:
        """The next requests of this kind end in these errors, in turn. `done`: the work is done, its answer is lost."""
        with self.lock:
            self._failures.extend(_Failure(operation, error, done) for error in errors)

    def next_id(self) -> str:
        self._last_id += 1
        return str(self._last_id)

    @contextmanager
    def request(self, operation: str, about: Any) -> Iterator[None]:
        """One request: counted, alone in its turn, and failing when it is told to."""
        if self.before:
            self.before(operation, about)
        with self.lock:
            self.requests[operation] += 1
            failure = next((each for each in self._failures if each.operation == operation), None)
            if failure:
                self._failures.remove(failure)
                if not failure.done:
                    raise failure.error
            yield
        if failure:
            raise failure.error
        if self.after:
            self.after(operation, about)


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
                    TargetAttribute(name="roles", multiple=True),
                ),
            ),
            ObjectType.GROUP: TargetSchema(
                name="Group",
                attributes=(TargetAttribute(name="displayName", required=True, can_match=True, exact_case=True),),
            ),
        }
    )
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
            everything = self.service.objects(type_).values()
            return [each for each in everything if _same(each.attributes.get(attribute), value)]

    def get(self, type_: ObjectType, id_: str) -> TargetObject | None:
        with self.service.request("get", id_):
            return self.service.objects(type_).get(id_)

    def translate(self, type_: ObjectType, values: Attributes, known: Attributes) -> Attributes:
        return {name: _plain(value) for name, value in values.items()}

    def create(self, type_: ObjectType, values: Attributes) -> str:
        with self.service.request("create", values):
            id_ = self.service.next_id()
            self._put(type_, TargetObject(id=id_, attributes={}, active=True), values)
            return id_

    def update(self, type_: ObjectType, id_: str, changes: Attributes) -> None:
        with self.service.request("update", id_):
            self._put(type_, self._existing(type_, id_), changes)

    def disable(self, type_: ObjectType, id_: str) -> None:
        with self.service.request("disable", id_):
            if id_ in self.service.objects(type_):
                self._put(type_, self._existing(type_, id_), NOTHING, active=False)

    def enable(self, type_: ObjectType, id_: str, values: Attributes) -> None:
        with self.service.request("enable", id_):
            self._put(type_, self._existing(type_, id_), values, active=True)

    def delete(self, type_: ObjectType, id_: str) -> None:
        with self.service.request("delete", id_):
            self.service.objects(type_).pop(id_, None)

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
        self.service.objects(type_)[before.id] = after

    def _check(self, type_: ObjectType, id_: str, attributes: Attributes, active: bool | None) -> None:
        name = self.unique[type_]
        others = [each for each in self.service.objects(type_).values() if each.id != id_]
        if name not in attributes:
            raise MissingValues(say(NO_VALUE, attribute=name))
        if any(_same(each.attributes.get(name), attributes[name]) for each in others):
            raise Conflict(say(TAKEN, attribute=name, value=attributes[name]))
        seats = self.service.seats if type_ is ObjectType.USER and active else None
        if seats is not None and sum(bool(each.active) for each in others) >= seats:
            raise LicenseLimitExceeded(say(NO_SEAT, seats=seats))


class MemoryWithSwitch(Memory):
    """The same with an attribute `active` that mappings write, in the way of SCIM."""

    active_attribute = "active"
    schemas = MappingProxyType(
        {
            **Memory.schemas,
            ObjectType.USER: TargetSchema(
                name="User", attributes=(*Memory.schemas[ObjectType.USER].attributes, TargetAttribute(name="active"))
            ),
        }
    )


def _plain(value: Any) -> Any:
    """Several values in one order, so that the same ones compare equal."""
    return tuple(sorted(map(str, value))) if isinstance(value, (list, tuple, set, frozenset)) else value


def _same(one: Any, other: Any) -> bool:
    return str(one).casefold() == str(other).casefold()
