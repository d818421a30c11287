"""A SCIM connector that sends whatever it can through Bulk requests, beside an operation that fails."""

from collections.abc import Mapping
from typing import Any

from provisioning.choices import ObjectType
from provisioning.connectors.base import Write
from provisioning.connectors.scim import Scim
from provisioning.errors import TargetObjectMissing

NOBODY = "000000000000000000000000"


class InBulk(Scim):
    """`sent`: so many writes went with another one."""

    sent = 0

    def create(self, type_: ObjectType, values: Mapping[str, Any]) -> str:
        return self._beside_a_failure(Write(type_, values)) or super().create(type_, values)

    def update(self, type_: ObjectType, id_: str, changes: Mapping[str, Any]) -> None:
        if not self._beside_a_failure(Write(type_, changes, id_)):
            super().update(type_, id_, changes)

    def delete(self, type_: ObjectType, id_: str) -> None:
        if not self._beside_a_failure(Write(type_, {}, id_, deletes=True)):
            super().delete(type_, id_)

    def _beside_a_failure(self, write: Write) -> str:
        """The id; empty where it has to be sent by itself."""
        if not self.takes_along(write):
            return ""
        told, beside = self.bulk([write, Write(write.type, {"displayName": "Nobody"}, NOBODY)])
        if told.error:
            raise told.error
        if told.alone:
            return ""
        assert isinstance(beside.error, TargetObjectMissing)
        self.sent += 1
        return told.id
