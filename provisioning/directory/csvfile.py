"""CSV files as they come: their encoding and delimiter are found out, and their lines are read as a stream."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from provisioning.directory.csvfile_cells import clean
from provisioning.texts import Message, gettext_noop, say

DELIMITERS = (",", ";", "\t")
MOST_COLUMNS = 250
LONGEST_CELL = 100_000
FALLBACK = "cp1252"
"""What Excel writes without being asked for Unicode."""
EXAMPLE = "Example:"
"""How the example lines of Azure AD's templates begin."""

BLOCK = 1 << 20
HEAD = 4096
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

WORKBOOK = gettext_noop(
    "This is an Excel workbook or another packed file. Save it as “CSV UTF-8” and upload that file."
)
EMPTY = gettext_noop("The file has no header line. Its first line has to name the columns.")
TOO_WIDE = gettext_noop("The header has %(n)d columns; at most %(most)d can be read. Is it a CSV file?")
BROKEN = gettext_noop(
    "From line %(line)d on the file can't be read: a quotation mark is not closed, or a cell is too long. "
    "A quotation mark inside a cell is written twice."
)


class Unreadable(Exception):
    """Nothing of the file may be used: it could be another one than was meant, or end too early."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a file is to be read. `header_at`: the line of the header; `is_fallback`: the encoding was only assumed."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    header_at: int = 1
    is_fallback: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is where it begins in the file; with line breaks inside of cells it ends further down."""

    number: int
    cells: tuple[str, ...]


def look(path: Path) -> Shape:
    """Find out how the file is to be read. Raises Unreadable."""
    encoding = _encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        top = list(islice(stream, 3))
    # Excel is told the delimiter by a line of its own; Azure AD's templates begin with their version.
    told = top[0].strip().lower() if top else ""
    skipped = 1 if told.startswith(("sep=", "version:")) else 0
    delimiter = told[4] if told.startswith("sep=") and len(told) == 5 else _delimiter("".join(top[skipped:]))
    shape = Shape(encoding=encoding, delimiter=delimiter, header=(), header_at=1 + skipped)
    first = next((line for line in _all_lines(path, shape) if line.number > skipped), None)
    if first is None:
        raise Unreadable(say(EMPTY))
    if len(first.cells) > MOST_COLUMNS:
        raise Unreadable(say(TOO_WIDE, n=len(first.cells), most=MOST_COLUMNS))
    return Shape(
        encoding=encoding,
        delimiter=delimiter,
        header=tuple(cell.strip() for cell in first.cells),
        header_at=first.number,
        is_fallback=encoding == FALLBACK,
    )


def lines(path: Path, shape: Shape) -> Iterator[Line]:
    """The lines below the header, without blank ones and examples. Raises Unreadable when the file breaks off."""
    for line in _all_lines(path, shape):
        if line.number > shape.header_at and not line.cells[0].startswith(EXAMPLE):
            yield line


def _all_lines(path: Path, shape: Shape) -> Iterator[Line]:
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=shape.encoding, errors="replace", newline="") as stream:
        reader = csv.reader(stream, delimiter=shape.delimiter, strict=True)
        number = 0
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise Unreadable(say(BROKEN, line=number)) from error
            if any(cell.strip() for cell in cells):
                yield Line(number, tuple(clean(cell) for cell in cells))


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if head.startswith(WORKBOOKS):
        raise Unreadable(say(WORKBOOK))
    for bom, encoding in BOMS:
        if head.startswith(bom):
            return encoding
    if b"\0" in head[1::2] and b"\0" not in head[::2]:
        return "utf-16-le"
    if b"\0" in head[::2] and b"\0" not in head[1::2]:
        return "utf-16-be"
    return "utf-8" if _is_utf8(path) else FALLBACK


def _is_utf8(path: Path) -> bool:
    """The whole file decides: the first letter with an accent may stand at its end."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        try:
            while block := stream.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _delimiter(text: str) -> str:
    """The one that parts the header into the most cells."""
    return max(DELIMITERS, key=lambda each: _cells(text, each))


def _cells(text: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), []))
    except csv.Error:
        return 0
