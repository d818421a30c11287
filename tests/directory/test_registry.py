"""The folder of sources is their list, and each source comes with what is due."""

from pathlib import Path

import pytest

from provisioning.directory import all_sources, source_class
from provisioning.directory.graph import Graph

TESTS = Path(__file__).parent


def test_the_sources_are_found_by_their_files() -> None:
    assert dict(all_sources()) == {"graph": Graph}
    assert source_class("graph") is Graph


def test_an_unknown_source_is_told_with_those_there_are() -> None:
    with pytest.raises(LookupError, match=r"'ldap'.*graph"):
        source_class("ldap")


@pytest.mark.parametrize("key", all_sources())
def test_a_source_stands_in_the_file_of_its_key_and_is_held_to_the_contract(key: str) -> None:
    source = source_class(key)

    assert source.__module__ == f"provisioning.directory.{key}"
    assert source.label
    assert "(SourceContract)" in (TESTS / f"test_{key}.py").read_text()


@pytest.mark.parametrize("key", all_sources())
def test_settings_of_a_source_are_fit_for_a_form(key: str) -> None:
    settings = source_class(key).settings
    methods = {choice.value for each in settings if each.name == "sign_in" for choice in each.choices}

    assert len({each.name for each in settings}) == len(settings)
    for each in settings:
        assert each.label
        assert each.methods <= methods
        assert not (each.choices and each.default not in [choice.value for choice in each.choices])
