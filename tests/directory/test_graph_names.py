"""Graph's names and ours lead to each other."""

from typing import Any

import pytest

from provisioning.directory.attributes import EXTENSION_ATTRIBUTES, GROUP_ATTRIBUTES, USER_ATTRIBUTES
from provisioning.directory.graph_names import (
    NO_PROPERTIES,
    attribute_of,
    from_graph,
    properties_of,
    property_of,
    to_graph,
)

DIRECTORY_EXTENSION = "extension_2a17c8b5f3f64b1c9d3f8e1f0a5b7c9d_costCenter"
BOTH_EMPTY = {"extensionAttribute1": None, "extensionAttribute2": None}
NAMED = sorted(
    {*USER_ATTRIBUTES, *GROUP_ATTRIBUTES, *EXTENSION_ATTRIBUTES, DIRECTORY_EXTENSION, "faxNumber"} - NO_PROPERTIES
)


@pytest.mark.parametrize("attribute", [each for each in NAMED if each != "faxNumber"])
def test_each_attribute_has_a_property_that_leads_back_to_it(attribute: str) -> None:
    place = property_of(attribute)

    assert attribute_of(f"{place.name}/{place.inside}" if place.inside else place.name) == attribute


@pytest.mark.parametrize("attribute", NAMED)
def test_a_value_that_goes_to_graph_comes_back_as_it_was(attribute: str) -> None:
    for value in ("Åsa", None):
        assert from_graph(to_graph({attribute: value}), [attribute]) == {attribute: value}


@pytest.mark.parametrize(
    ("item", "attributes"),
    [
        ({"officeLocation": "18/2111"}, {"physicalDeliveryOfficeName": "18/2111"}),
        ({"businessPhones": ["+1 425 555 0100", "2"]}, {"telephoneNumber": "+1 425 555 0100"}),
        ({"mobilePhone": None}, {"mobile": None}),
        ({"businessPhones": []}, {"telephoneNumber": None}),
        ({"onPremisesExtensionAttributes": {"extensionAttribute2": "x"}}, {**BOTH_EMPTY, "extensionAttribute2": "x"}),
        ({"onPremisesExtensionAttributes": None}, BOTH_EMPTY),
        ({"accountEnabled": False}, {"accountEnabled": False}),
        ({"proxyAddresses": ["SMTP:a@x.example", None, "b"]}, {"proxyAddresses": ("SMTP:a@x.example", "b")}),
        ({DIRECTORY_EXTENSION: 7}, {DIRECTORY_EXTENSION: 7}),
        ({"employeeOrgData": {"division": "x"}}, {"employeeOrgData": None}),
        ({"manager": {"id": "1"}, "displayName": "Bo"}, {"displayName": "Bo"}),
        ({}, {}),
    ],
)
def test_attributes_are_read_from_what_graph_tells(item: dict[str, Any], attributes: dict[str, Any]) -> None:
    asked = [
        *("physicalDeliveryOfficeName", "telephoneNumber", "mobile", "extensionAttribute1", "extensionAttribute2"),
        *("accountEnabled", "proxyAddresses", DIRECTORY_EXTENSION, "employeeOrgData", "manager", "displayName"),
    ]

    assert from_graph(item, asked) == attributes


def test_an_object_goes_to_graph_in_its_shape() -> None:
    told = to_graph(
        {
            "objectId": "1",
            "telephoneNumber": "",
            "extensionAttribute1": "a",
            "extensionAttribute3": "",
            "proxyAddresses": ("a", "b"),
            "IsSoftDeleted": False,
        }
    )

    assert told == {
        "id": "1",
        "businessPhones": [],
        "onPremisesExtensionAttributes": {"extensionAttribute1": "a", "extensionAttribute3": None},
        "proxyAddresses": ["a", "b"],
    }


def test_a_selection_names_each_property_once() -> None:
    asked = ["mobile", "extensionAttribute1", "extensionAttribute2", "appRoleAssignments", "manager", "mobile"]

    assert properties_of(asked) == ("mobilePhone", "onPremisesExtensionAttributes")
