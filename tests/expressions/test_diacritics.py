"""Latin letters lose their diacritics, row by row of the documented table; nothing else changes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.expressions.diacritics import normalize

MACRON, BELOW, DOT, DOT_BELOW, RING = "\u0304", "\u0331", "\u0307", "\u0323", "\u030a"
ACUTE, GRAVE, CIRCUMFLEX, TILDE, DIAERESIS = "\u0301", "\u0300", "\u0302", "\u0303", "\u0308"


def with_macron(letter: str, marks: str) -> str:
    """The letter with the macron and each mark, in either order."""
    return "".join(letter + MACRON + mark + letter + mark + MACRON for mark in marks)


ROWS = {
    "a": "äàâãåáąăā"
    + with_macron("a", ACUTE + GRAVE + CIRCUMFLEX + TILDE + DIAERESIS)
    + f"a{DOT}{MACRON}a{RING}{MACRON}a{BELOW}",
    "c": f"çčćc{MACRON}c{BELOW}",
    "d": f"ďd{MACRON}d{BELOW}",
    "e": "ëèéêęěėē"
    + with_macron("e", ACUTE + GRAVE + CIRCUMFLEX)
    + f"e{MACRON}{TILDE}e{BELOW}e{DIAERESIS}{MACRON}e{RING}{MACRON}",
    "g": f"ğg{MACRON}g{BELOW}",
    "i": "ïîìíī" + with_macron("i", ACUTE + GRAVE + CIRCUMFLEX + TILDE) + f"i{BELOW}",
    "l": f"ľłl{MACRON}l{DOT_BELOW}{MACRON}l{BELOW}",
    "n": f"ñńňn{MACRON}n{BELOW}",
    "o": "öòőõôóō"
    + with_macron("o", ACUTE + GRAVE + CIRCUMFLEX + DIAERESIS)
    + f"o{MACRON}\u0328o{MACRON}{TILDE}o{MACRON}{DOT}o{BELOW}",
    "r": f"řr{MACRON}r{BELOW}r{DOT_BELOW}{MACRON}",
    "s": f"šśșşs{MACRON}s{BELOW}",
    "t": f"ťțt{MACRON}t{BELOW}",
    "u": "üùûúůűū"
    + with_macron("u", ACUTE + GRAVE + CIRCUMFLEX + TILDE + DOT + DIAERESIS)
    + f"u\u0324{MACRON}u{BELOW}",
    "y": f"ÿýȳy{MACRON}{ACUTE}y{MACRON}{GRAVE}y{MACRON}{TILDE}y{BELOW}",
    "z": f"źžżz{MACRON}z{BELOW}",
}


def letters(row: str) -> int:
    return sum(not unicodedata.combining(each) for each in row)


@pytest.mark.parametrize("base", sorted(ROWS))
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_row_of_the_table_becomes_its_letter(base: str, form: str) -> None:
    row = unicodedata.normalize("NFC" if form == "NFC" else "NFD", ROWS[base])

    assert normalize(row) == base * letters(row)
    assert normalize(row.upper()) == base.upper() * letters(row)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"ææ{MACRON}ǣ", "aeaeae"),
        (f"ÆÆ{MACRON}Ǣ", "AEAEAE"),
        (f"øø{MACRON}œœ{MACRON}", "oeoeoeoe"),
        (f"ØØ{MACRON}ŒŒ{MACRON}", "OEOEOEOE"),
        ("ß", "ss"),
        ("łŁ", "lL"),
        ("ıİ", "iI"),
        ("ŵŷǻ\u212b", "wyaA"),
        ("Łódź, Straße, Søren, Çelik", "Lodz, Strasse, Soeren, Celik"),
    ],
)
def test_letters_without_a_mark_to_drop_are_written_otherwise(text: str, expected: str) -> None:
    assert normalize(text) == expected


@pytest.mark.parametrize(
    "text", ["plain ASCII-text 123", "đĐðþÞħ", "ΐάΏ", "йёЇ", "שׁ", "が한ﬁ", "1\u0301", "", "\ud800é\udfff"[:1]]
)
def test_what_the_table_does_not_name_stays(text: str) -> None:
    assert normalize(text) == unicodedata.normalize("NFC", text)


def test_marks_of_other_scripts_are_composed() -> None:
    assert normalize("и\u0306 é") == "й e"


def test_marks_without_end_come_to_one() -> None:
    marks = "\u0300\u0316" * 50_000

    assert normalize("a" + marks + "é") == "ae"
    assert normalize("б" + marks + "é") == "б" + marks + "e"


@given(st.text(st.characters(max_codepoint=0x24F)))
def test_nothing_latin_keeps_a_mark(text: str) -> None:
    plain = normalize(text)

    assert normalize(plain) == plain
    assert not [each for each in plain if each.isalpha() and unicodedata.decomposition(each)[:1].isdigit()]


@given(st.text() | st.text(st.characters(categories=["Mn", "Ll", "Cs"]), max_size=12))
def test_no_text_fails(text: str) -> None:
    assert normalize(text).isascii() or not text.isascii()
