"""A target that is read and never written: what a preview walks against."""

from collections.abc import Sequence
from itertools import count

from provisioning.choices import ObjectType
from provisioning.connectors.base import ConnectionReport, Connector, Page, TargetSchema
from provisioning.records import Attributes, Exchange, TargetObject

SIZES = ("page_size", "members_attribute", "members_per_request", "requests_per_second")


class Rehearsal(Connector):
    """Reads go to the real target; writes are answered here and leave nothing behind.

    STAND_IN begins the ids of accounts that are not there.
    """

    STAND_IN = "preview-"

    def __init__(self, target: Connector) -> None:
        super().__init__(target.credentials, target.session)
        self._target = target
        self._numbers = count(1)
        for name in (
            "active_attribute",
            "touched_by_disable",
            "can_filter",
            "can_list",
            "can_disable",
            "allows_custom_attributes",
            *SIZES,
        ):
            setattr(self, name, getattr(target, name))

    def schema(self, type_: ObjectType) -> TargetSchema:
        return self._target.schema(type_)

    def exchanges(self) -> tuple[Exchange, ...]:
        return self._target.exchanges()

    def test_connection(self) -> ConnectionReport:
        return self._target.test_connection()

    def find(self, type_: ObjectType, attribute: str, value: str) -> Sequence[TargetObject]:
        return self._target.find(type_, attribute, value)

    def get(self, type_: ObjectType, id_: str) -> TargetObject | None:
        return self._target.get(type_, id_)

    def list(self, type_: ObjectType, cursor: str = "") -> Page:
        return self._target.list(type_, cursor)

    def translate(self, type_: ObjectType, values: Attributes, known: Attributes) -> Attributes:
        return self._target.translate(type_, values, known)

    def create(self, type_: ObjectType, values: Attributes) -> str:
        return f"{self.STAND_IN}{next(self._numbers)}"

    def update(self, type_: ObjectType, id_: str, changes: Attributes) -> None: ...
    def disable(self, type_: ObjectType, id_: str) -> None: ...
    def enable(self, type_: ObjectType, id_: str, values: Attributes) -> None: ...
    def delete(self, type_: ObjectType, id_: str) -> None: ...
    def add_members(self, id_: str, members: Sequence[str]) -> None: ...
    def remove_members(self, id_: str, members: Sequence[str]) -> None: ...
