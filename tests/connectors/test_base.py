"""What every connector has without saying anything."""

from collections.abc import Callable

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.base import Connector
from provisioning.connectors.memory import Memory
from provisioning.errors import SettingsInvalid

USER = ObjectType.USER


def test_values_need_no_translation_unless_a_connector_says_so() -> None:
    assert Connector.translate(Memory(), USER, {"userName": "bo"}, {}) == {"userName": "bo"}


def test_a_connector_without_a_wire_has_no_exchanges() -> None:
    assert Memory().exchanges() == ()


def test_a_schema_knows_its_attributes_by_name() -> None:
    schema = Memory().schema(USER)

    assert schema.attribute("mail") in schema.attributes
    assert schema.attribute("fax") is None


@pytest.mark.parametrize("change", [Connector.add_members, Connector.remove_members])
def test_a_connector_without_groups_says_so(change: Callable[[Connector, str, list[str]], None]) -> None:
    with pytest.raises(SettingsInvalid, match="In-memory target has no groups"):
        change(Memory(), "1", ["2"])
