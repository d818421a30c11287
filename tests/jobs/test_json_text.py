"""From text to a document: what is wrong about the text itself."""

import codecs
import json

import pytest

from provisioning.jobs.json_text import DEEPEST, LARGEST, Unreadable, document_of, faults, text_of


def test_a_document_is_read() -> None:
    assert document_of('{"a": [1, "b", null, true]}') == {"a": [1, "b", None, True]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "There is nothing in it."),
        ('{"a": 1,\n "b" 2}', "line 2, column 6"),
        ("{'a': 1}", "line 1, column 2"),
        ('{"a": NaN}', "NaN is no number of JSON"),
        ('{"a": -Infinity}', "-Infinity is no number of JSON"),
        ("1" * 5000, "A number in it has too many digits."),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "nested deeper"),
        ("[" * 100_000, "nested deeper"),
        (" " * (LARGEST + 1), "larger than a schema can be"),
    ],
)
def test_what_is_no_document_is_told(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        document_of(text)


def test_as_deep_as_allowed_is_read() -> None:
    assert document_of("[" * DEEPEST + "]" * DEEPEST)


def test_keys_that_are_there_twice_are_told_with_their_place() -> None:
    document = document_of('{"a": [{"b": 1, "c": 2, "b": 3}], "a b": {"d": 1, "d": 1}}')

    assert [(each.path, each.reason.partition(" is")[0]) for each in faults(document)] == [
        ("a[0]", "The key b"),
        ('["a b"]', "The key d"),
    ]


@pytest.mark.parametrize("character", ["\\u0000", "\\ud800"])
def test_characters_that_cannot_be_stored_are_told(character: str) -> None:
    (problem,) = faults(document_of(f'{{"a": {{"b": "x{character}"}}}}'))

    assert problem.path == "a.b"


@pytest.mark.parametrize(
    "data", [b'{"a": "\xc3\xa5"}', codecs.BOM_UTF8 + b'{"a": "\xc3\xa5"}', '\ufeff{"a": "å"}'.encode("utf-16-le")]
)
def test_files_of_every_editor_are_read(data: bytes) -> None:
    assert document_of(text_of(data)) == {"a": "å"}


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b'{"a": "\xe5"}', b"\x89PNG\r\n"])
def test_a_file_that_is_no_text_is_told(data: bytes) -> None:
    with pytest.raises(Unreadable, match="no text in UTF-8"):
        text_of(data)


def test_a_file_that_is_too_large_is_told() -> None:
    with pytest.raises(Unreadable, match="larger than a schema can be"):
        text_of(json.dumps("x" * LARGEST).encode())
