"""The folder of connectors is their list, and each connector comes with what is due."""

from pathlib import Path

import pytest

from provisioning.connectors import all_connectors, connector_class
from provisioning.connectors.goto import GoTo
from provisioning.connectors.goto_scim import GoToScim
from provisioning.connectors.memory import Memory
from provisioning.connectors.scim import Scim

TESTS = Path(__file__).parent


def test_the_connectors_are_found_by_their_files() -> None:
    assert dict(all_connectors()) == {"goto": GoTo, "goto_scim": GoToScim, "memory": Memory, "scim": Scim}
    assert connector_class("goto") is GoTo


def test_an_unknown_connector_is_told_with_those_there_are() -> None:
    with pytest.raises(LookupError, match=r"'fax'.*goto, goto_scim, memory, scim"):
        connector_class("fax")


@pytest.mark.parametrize("key", all_connectors())
def test_a_connector_stands_in_the_file_of_its_key_and_explains_itself(key: str) -> None:
    connector = connector_class(key)
    module = __import__(connector.__module__, fromlist=["__doc__"])

    assert connector.__module__ == f"provisioning.connectors.{key}"
    assert module.__doc__
    assert "__doc__" in vars(connector)
    assert connector.__doc__
    assert connector.label


@pytest.mark.parametrize("key", all_connectors())
def test_a_connector_is_held_to_the_contract(key: str) -> None:
    text = (TESTS / f"test_{key}.py").read_text()

    contract = "ConnectorContract" if connector_class(key).can_disable else "ContractWithoutDisabling"
    assert f"({contract})" in text or "(MembersContract)" in text
    assert connector_class(key).__name__ in text
