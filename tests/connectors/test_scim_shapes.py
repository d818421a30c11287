"""New resources: they are what putting every value into its place makes, only faster."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from provisioning.choices import ObjectType
from provisioning.connectors import scim_shapes
from provisioning.connectors.scim_profile import made
from provisioning.connectors.scim_schema import ENTERPRISE, MANAGER, SCHEMAS
from provisioning.connectors.scim_shapes import new_resource
from provisioning.connectors.scim_values import apply, schemas_of

USER = ObjectType.USER
PROFILE = made({})
NAMES = (
    "userName", "displayName", "active", "name.givenName", "name.familyName", "name", "nickName", "nickname",
    'emails[type eq "work"].value', 'emails[type eq "work"].display', 'Emails[type eq "home"].value', "emails",
    'addresses[type eq "work" and primary eq true].locality', 'addresses[type eq "work"].country', "roles",
    f"{ENTERPRISE}:department", MANAGER, f"{ENTERPRISE}:manager.displayName",
    "urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:colour",
)  # fmt: skip
VALUES = st.sampled_from(["", "x", "ä", True, 7, (), ("a", "b"), ({"value": "a"},), None])


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_a_new_resource_is_what_putting_every_value_into_its_place_makes(values: dict[str, Any]) -> None:
    expected: dict[str, Any] = {"schemas": schemas_of(USER, values)}
    apply(expected, values, SCHEMAS[USER], PROFILE)

    first, again = (new_resource(USER, values, SCHEMAS[USER], PROFILE) for _ in range(2))

    assert first == again == expected
    assert list(first) == list(expected)


def test_no_two_resources_share_a_part() -> None:
    values = {"userName": "bo", "name.givenName": "Bo", 'emails[type eq "work"].value': "bo@contoso.example"}
    first, other = (new_resource(USER, values, SCHEMAS[USER], PROFILE) for _ in range(2))

    first["name"]["givenName"] = "Cy"
    first["emails"][0]["value"] = first["schemas"][0] = "x"

    assert other["name"] == {"givenName": "Bo"}
    assert other["emails"] == [{"type": "work", "value": "bo@contoso.example"}]
    assert other["schemas"] == schemas_of(USER, values)


def test_where_values_go_is_worked_out_once_for_all_with_the_same_attributes() -> None:
    scim_shapes._shape.cache_clear()
    for name in ("bo", "cy", "di"):
        new_resource(USER, {"userName": name, "title": "Engineer"}, SCHEMAS[USER], PROFILE)

    assert scim_shapes._shape.cache_info().misses == 1
