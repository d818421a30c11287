"""Any application with a SCIM 2.0 endpoint (RFC 7643, RFC 7644), as the standard has it or as Microsoft speaks it."""

from contextlib import suppress
from urllib.parse import unquote

from provisioning.choices import ObjectType
from provisioning.connectors.base import ConnectionReport
from provisioning.connectors.scim_members import ScimMembers
from provisioning.connectors.scim_paths import is_empty, named
from provisioning.connectors.scim_probe import Probe
from provisioning.connectors.scim_profile import MICROSOFT
from provisioning.connectors.scim_schema import ACTIVE
from provisioning.connectors.scim_values import new_resource, translated
from provisioning.errors import MissingValues, SettingsInvalid, SkipObject, TargetObjectMissing, UnexpectedAnswer
from provisioning.records import Attributes
from provisioning.texts import gettext_noop, say
from provisioning.wire.client import Answer

NO_VALUE = gettext_noop("%(attribute)s has no value. The application demands one.")
NO_ID_GIVEN = gettext_noop(
    "%(app)s created the account without telling its id, and it is not found (%(method)s %(path)s: %(status)s)"
)


class Scim(ScimMembers):
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

    def create(self, type_: ObjectType, values: Attributes) -> str:
        schema = self.schema(type_)
        for each in schema.attributes:
            if each.required and is_empty(values.get(each.name)):
                raise MissingValues(say(NO_VALUE, attribute=each.name))
        body = new_resource(type_, values, schema, self.profile)
        if self.profile.patch_style == MICROSOFT:
            body["meta"] = {"resourceType": type_.value}
        answer = self.ask("POST", self.endpoint(type_), body=body)
        return self._new_id(type_, values, answer)

    def disable(self, type_: ObjectType, id_: str) -> None:
        with suppress(TargetObjectMissing):
            self.update(type_, id_, {ACTIVE: False})

    def enable(self, type_: ObjectType, id_: str, values: Attributes) -> None:
        self.update(type_, id_, {**values, ACTIVE: True})

    def delete(self, type_: ObjectType, id_: str) -> None:
        """Where accounts can't be deleted, the profile says so and they are switched off."""
        if self.profile.delete_mode == "soft" and type_ is ObjectType.USER:
            self.disable(type_, id_)
            return
        answer = self.try_to("DELETE", self.path_of(type_, id_))
        if answer.ok or (200 <= answer.status < 300 and not answer.exchange.response.lstrip().startswith("<")):
            return
        error = self.failure(answer)
        if not isinstance(error, TargetObjectMissing):
            raise error

    # --- inside

    def _new_id(self, type_: ObjectType, values: Attributes, answer: Answer) -> str:
        """From the body, else from the address of the new resource, else by looking for it."""
        id_ = named(answer.data, "id")
        if not is_empty(id_) and isinstance(id_, str | int):
            return str(id_)
        location = str(answer.headers.get("Location") or named(named(answer.data, "meta"), "location") or "")
        place, _, last = location.partition("?")[0].rstrip("/").rpartition("/")
        if last and place.endswith(self.endpoint(type_)):
            return unquote(last)
        for each in self.schema(type_).attributes:
            if each.can_match and each.required and (found := self.find(type_, each.name, str(values[each.name]))):
                return found[0].id
        raise self.error(UnexpectedAnswer, answer, NO_ID_GIVEN)
