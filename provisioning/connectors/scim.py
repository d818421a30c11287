"""Any application with a SCIM 2.0 endpoint (RFC 7643, RFC 7644), as the standard has it or as Microsoft speaks it."""

from contextlib import suppress

from provisioning.choices import ObjectType
from provisioning.connectors.base import ConnectionReport
from provisioning.connectors.scim_bulk import ScimBulk
from provisioning.connectors.scim_probe import Probe
from provisioning.connectors.scim_schema import ACTIVE
from provisioning.connectors.scim_values import translated
from provisioning.errors import SettingsInvalid, SkipObject, TargetObjectMissing
from provisioning.records import Attributes


class Scim(ScimBulk):
    """Provisions users and groups into any application that speaks SCIM 2.0, with extensions and members.

    What such an application does differently is its profile: data that the connection test fills, a gallery file
    brings, or an administrator sets.
    """

    key = "scim"
    label = "SCIM"
    active_attribute = ACTIVE
    allows_custom_attributes = True

    def test_connection(self) -> ConnectionReport:
        """A report of what the application can do, by reading alone."""
        self.forget_sign_in()
        try:
            return Probe(self).report()
        except SkipObject as error:  # nothing here is about one object
            told = SettingsInvalid(error.message, error.exchanges)
            told.step = error.step
            raise told from error

    def translate(self, type_: ObjectType, values: Attributes, known: Attributes) -> Attributes:
        return translated(values, known, self.schema(type_), self.profile)

    def disable(self, type_: ObjectType, id_: str) -> None:
        with suppress(TargetObjectMissing):
            self.update(type_, id_, {ACTIVE: False})

    def enable(self, type_: ObjectType, id_: str, values: Attributes) -> None:
        self.update(type_, id_, {**values, ACTIVE: True})

    def delete(self, type_: ObjectType, id_: str) -> None:
        """Where accounts can't be deleted, the profile says so and they are switched off."""
        if not self.deletes(type_):
            self.disable(type_, id_)
            return
        answer = self.try_to("DELETE", self.path_of(type_, id_))
        if answer.ok or (200 <= answer.status < 300 and not answer.exchange.response.lstrip().startswith("<")):
            return
        error = self.failure(answer)
        if not isinstance(error, TargetObjectMissing):
            raise error
