"""CSV files as text: encodings, delimiters, lines, and files that cannot be read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.directory import csvfile
from provisioning.directory.csvfile import Unreadable, lines, look
from provisioning.directory.csvfile_cells import as_boolean, as_word, clean, defuse, taken_back
from provisioning.directory.csvfile_writing import table
from tests.directory.csv_files import written

TEXT = "Name;Ort\r\nZoë;Malmö\r\n"
storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def cells(path: Path) -> list[tuple[int, tuple[str, ...]]]:
    return [(line.number, line.cells) for line in lines(path, look(path))]


@pytest.mark.parametrize(
    ("encoding", "is_fallback"),
    [
        ("utf-8", False),
        ("utf-8-sig", False),
        ("utf-16", False),
        ("utf-16-le", False),
        ("utf-16-be", False),
        ("cp1252", True),
    ],
)
def test_every_common_encoding_is_found_out(tmp_path: Path, encoding: str, is_fallback: bool) -> None:
    path = written(tmp_path, TEXT.encode(encoding))

    assert look(path).is_fallback is is_fallback
    assert look(path).header == ("Name", "Ort")
    assert cells(path) == [(2, ("Zoë", "Malmö"))]


def test_utf_16_of_the_other_byte_order_is_told_by_its_mark(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xfe\xff" + TEXT.encode("utf-16-be"))

    assert cells(path) == [(2, ("Zoë", "Malmö"))]


def test_an_accent_at_the_end_of_a_long_file_still_decides(tmp_path: Path) -> None:
    path = written(tmp_path, b"Name\n" + b"a\n" * 700_000 + "Zoë\n".encode("cp1252"))

    assert look(path).is_fallback


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_out_by_the_header(tmp_path: Path, delimiter: str) -> None:
    path = written(tmp_path, f'"a,b;c"{delimiter}d{delimiter}e\n1{delimiter}2{delimiter}3\n')

    assert look(path).delimiter == delimiter
    assert look(path).header == ("a,b;c", "d", "e")


def test_a_line_may_tell_excel_the_delimiter(tmp_path: Path) -> None:
    path = written(tmp_path, "sep=|\na|b\n1|2\n")

    assert cells(path) == [(3, ("1", "2"))]


def test_a_single_column_needs_no_delimiter(tmp_path: Path) -> None:
    assert cells(written(tmp_path, "mail\na@contoso.example\n")) == [(2, ("a@contoso.example",))]


def test_version_and_example_of_azure_templates_are_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, "version:v1.0\nName [displayName] Required,City\nExample: Chris,Rom\nAnn,Bonn\n")

    assert look(path).header == ("Name [displayName] Required", "City")
    assert cells(path) == [(4, ("Ann", "Bonn"))]


def test_lines_are_numbered_as_an_editor_does(tmp_path: Path) -> None:
    path = written(tmp_path, 'a,b\n1,"two\nlines"\n\n , \n3,4\n')

    assert cells(path) == [(2, ("1", "two\nlines")), (6, ("3", "4"))]


def test_what_no_database_takes_is_cleaned(tmp_path: Path) -> None:
    assert cells(written(tmp_path, "a,b\n1\0,x\0y\n")) == [(2, ("1", "xy"))]
    assert clean("a\ud800b") == "ab"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no header line"),
        (b"\n\n", "no header line"),
        (b"sep=;\n", "no header line"),
        (b"PK\x03\x04 rest", "Excel workbook"),
        (b"a," * 300, "301 columns"),
        (b'a,b\n1,2\n"3,4\n5,6\n', "line 3"),
        (b'a,b\n"1"2,3\n', "line 2"),
        (b"a,b\n1," + b"x" * (csvfile.LONGEST_CELL + 1), "line 2"),
        (b"a,b," + b"x" * 200_000, "line 1"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        cells(written(tmp_path, content))


# --- cells ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["=1+1", "+46 8", "-1", "@a", "\t=1", "\r=1", " =1", "'=1", "=1 "])
def test_no_cell_is_a_formula(text: str) -> None:
    assert defuse(text)[0] == "'"


@given(storable)
def test_a_defused_text_is_taken_back_whole(text: str) -> None:
    assert taken_back(defuse(text)) == text


@given(storable)
def test_no_text_begins_a_formula(text: str) -> None:
    assert not defuse(text).lstrip().startswith(("=", "+", "-", "@"))


def test_blanks_around_a_cell_are_taken_off_and_names_keep_their_apostrophe() -> None:
    assert taken_back("  Sales ") == "Sales"
    assert taken_back("'s-Hertogenbosch ") == "'s-Hertogenbosch"
    assert taken_back("'-5") == "-5"
    assert taken_back("'") == "'"


def test_yes_and_no_have_many_spellings() -> None:
    assert [as_boolean(text) for text in ("Yes", " TRUE ", "1", "no", "False", "0", "maybe", "")] == [
        *[True] * 3,
        *[False] * 3,
        *[None] * 2,
    ]
    assert [as_boolean(as_word(value)) for value in (True, False)] == [True, False]


# --- writing -------------------------------------------------------------------------------------
def test_a_file_is_written_in_pieces(tmp_path: Path) -> None:
    pieces = list(table(["a", "=b"], ([number, None] for number in range(450))))

    assert len(pieces) == 3
    path = written(tmp_path, "".join(pieces))
    assert look(path).header == ("a", "'=b")
    assert cells(path)[0] == (2, ("0", ""))
    assert cells(path)[-1] == (451, ("449", ""))
