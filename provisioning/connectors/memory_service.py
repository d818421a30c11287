"""The application behind the target in memory: what it keeps, its requests, and how they are made to fail."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from provisioning.choices import ObjectType
from provisioning.records import TargetObject


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
    _index: dict[tuple[ObjectType, str, str], set[str]] = field(default_factory=dict)

    def objects(self, type_: ObjectType) -> dict[str, TargetObject]:
        return self.users if type_ is ObjectType.USER else self.groups

    def accounts(self) -> Mapping[str, TargetObject]:
        """The users by `userName`, as they are now; later changes do not show in it."""
        with self.lock:
            return MappingProxyType({each.attributes["userName"]: each for each in self.users.values()})

    def members(self, id_: str) -> frozenset[str]:
        """The ids that a group holds."""
        return frozenset(self.groups[id_].attributes.get("members", ()))

    def having(self, type_: ObjectType, attribute: str, value: Any) -> list[TargetObject]:
        """Objects with this value in an attribute that is kept in the index."""
        ids = self._index.get((type_, attribute, _folded(value)), ())
        return [self.objects(type_)[id_] for id_ in sorted(ids, key=int)]

    def put(self, type_: ObjectType, after: TargetObject, indexed: Sequence[str]) -> None:
        """Keep an object, also one that a test puts there behind everybody's back."""
        before = self.objects(type_).get(after.id)
        for name in indexed:
            if before and name in before.attributes:
                self._index[type_, name, _folded(before.attributes[name])].discard(before.id)
            if name in after.attributes:
                self._index.setdefault((type_, name, _folded(after.attributes[name])), set()).add(after.id)
        self.objects(type_)[after.id] = after

    def remove(self, type_: ObjectType, id_: str) -> None:
        """Forget an object, and take it out of every group."""
        if self.objects(type_).pop(id_, None) is None:
            return
        for ids in self._index.values():
            ids.discard(id_)
        for group in list(self.groups.values()):
            held = group.attributes.get("members", ())
            if id_ in held:
                left = {**group.attributes, "members": tuple(each for each in held if each != id_)}
                self.groups[group.id] = replace(group, attributes=MappingProxyType(left))

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
        with self.part(operation):
            yield
        if self.after:
            self.after(operation, about)

    @contextmanager
    def part(self, operation: str) -> Iterator[None]:
        """The same for an operation inside a request, which nobody is told of."""
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


def _folded(value: Any) -> str:
    return str(value).casefold()
