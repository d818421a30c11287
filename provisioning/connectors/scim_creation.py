"""Creating accounts and groups of a SCIM application: what is sent, and which id the new one has."""

from typing import Any
from urllib.parse import unquote

from provisioning.choices import ObjectType
from provisioning.connectors.scim_members import ScimMembers
from provisioning.connectors.scim_paths import is_empty, named
from provisioning.connectors.scim_profile import MICROSOFT
from provisioning.connectors.scim_shapes import new_resource
from provisioning.errors import MissingValues, UnexpectedAnswer
from provisioning.records import Attributes
from provisioning.texts import gettext_noop, say
from provisioning.wire.client import Answer

NO_VALUE = gettext_noop("%(attribute)s has no value. The application demands one.")
NO_ID_GIVEN = gettext_noop(
    "%(app)s created the account without telling its id, and it is not found (%(method)s %(path)s: %(status)s)"
)


class ScimCreation(ScimMembers):
    """Creates in one request."""

    def create(self, type_: ObjectType, values: Attributes) -> str:
        answer = self.ask("POST", self.endpoint(type_), body=self.creation(type_, values))
        return self.new_id(type_, values, answer)

    def creation(self, type_: ObjectType, values: Attributes) -> dict[str, Any]:
        """The new resource. Raises MissingValues when there is none of what the application demands."""
        schema = self.schema(type_)
        for name in schema.required:
            if is_empty(values.get(name)):
                raise MissingValues(say(NO_VALUE, attribute=name))
        body = new_resource(type_, values, schema, self.profile)
        if self.profile.patch_style == MICROSOFT:
            body["meta"] = {"resourceType": type_.value}
        return body

    def new_id(self, type_: ObjectType, values: Attributes, answer: Answer) -> str:
        """As it was told, else by looking for the new resource."""
        if id_ := self.told_id(type_, answer):
            return id_
        for each in self.schema(type_).attributes:
            if each.can_match and each.required and (found := self.find(type_, each.name, str(values[each.name]))):
                return found[0].id
        raise self.error(UnexpectedAnswer, answer, NO_ID_GIVEN)

    def told_id(self, type_: ObjectType, answer: Answer) -> str:
        """From the body, else from the address of the new resource; empty when it is in neither."""
        id_ = named(answer.data, "id")
        if not is_empty(id_) and isinstance(id_, str | int):
            return str(id_)
        location = str(answer.headers.get("Location") or named(named(answer.data, "meta"), "location") or "")
        place, _, last = location.partition("?")[0].rstrip("/").rpartition("/")
        return unquote(last) if last and place.endswith(self.endpoint(type_)) else ""
