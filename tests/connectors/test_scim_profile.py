"""Profiles: which source wins, what Microsoft's style implies, and how what is wrong is told."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from provisioning.connectors import scim_profile
from provisioning.connectors.scim_profile import FIELDS, Profile, Source, fault, flat, made
from provisioning.connectors.scim_profile_choices import LABELS
from provisioning.connectors.scim_profile_texts import TOPICS, WORDS

DOCS = Path(__file__).resolve().parent.parent.parent / "docs/scim.md"


def test_the_administrator_outweighs_the_gallery_and_that_what_was_discovered() -> None:
    profile = made(
        {
            Source.ADMINISTRATOR: {"members.chunk": 7},
            Source.GALLERY: {"members.chunk": 6, "paging.max": 50},
            Source.ADDRESS: {"patch.style": "microsoft"},
            Source.DISCOVERED: {"paging.max": 20, "id_type": "number"},
        }
    )

    assert (profile.members_chunk, profile.paging_max, profile.id_type) == (7, 50, "number")
    assert [profile.origin(name) for name in ("members.chunk", "paging.max", "id_type", "etag")] == [
        "administrator",
        "gallery",
        "discovered",
        "default",
    ]


def test_microsofts_style_implies_the_rest_that_nobody_set() -> None:
    profile = made({Source.GALLERY: {"patch.style": "microsoft", "bool_style": "boolean"}})

    assert (profile.patch_op_case, profile.members_remove_style, profile.bool_style) == ("capital", "value", "boolean")
    assert profile.origin("patch.op_case") == "gallery"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("patch.colour", "red", "no setting"),
        ("patch.style", "french", "must be one of rfc, microsoft"),
        ("members.chunk", 0, "at least 1"),
        ("members.chunk", True, "no whole number"),
        ("members.readable", "no", "no yes or no"),
        ("never_send", "title", "no list of texts"),
        ("multi_valued_max", {"emails": "one"}, "no table of whole numbers"),
        ("rate", "fast", "no number"),
        ("spc_path", 7, "no text"),
        ("users_path", "Users", "begins with /, such as /Users"),
        ("groups_path", "/Groups?x=1", "begins with /"),
        ("user_agent", "portal\r\nX-Other: 1", "no header has"),
        ("accept", "application/json ", "no header has"),
    ],
)
def test_what_is_wrong_is_told_and_passed_over(name: str, value: Any, told: str) -> None:
    found = fault(name, value)

    assert found is not None
    assert told in str(found)
    assert made({Source.DISCOVERED: {name: value}}) == Profile()


def test_every_default_can_be_written_as_it_is() -> None:
    assert [fault(name, value) for name, value in Profile().settings().items()] == [None] * len(FIELDS)
    assert len(FIELDS) == len(fields(Profile)) - 1


def test_tables_of_a_file_become_names() -> None:
    tables = {"patch": {"style": "microsoft"}, "multi_valued_max": {"emails": 1}, "rate": 5}

    assert flat(tables) == {"patch.style": "microsoft", "multi_valued_max": {"emails": 1}, "rate": 5}


def test_the_docs_list_every_setting_with_its_default() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| ([^|]*) \|", DOCS.read_text().partition("## The profile")[2], re.MULTILINE)
    listed = {name: cell.strip(" `") for name, cell in rows}

    assert listed == {name: _shown(value) for name, value in Profile().settings().items()}


def test_the_docs_name_every_choice() -> None:
    text = DOCS.read_text()

    assert [word for words in scim_profile.CHOICES.values() for word in words if f"`{word}`" not in text] == []


def test_every_setting_and_every_choice_has_its_words() -> None:
    assert sorted(WORDS) == sorted(FIELDS)
    assert sum(len(topic.settings) for topic in TOPICS) == len(FIELDS)
    assert all(words.label and words.help for words in WORDS.values())
    assert {name: tuple(labels) for name, labels in LABELS.items()} == dict(scim_profile.CHOICES)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if value not in ("", (), {}) else "empty"
