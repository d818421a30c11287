"""Directory rows to the text of a CSV file, a piece at a time; `csvfile_lines` reads it back without a difference."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from provisioning.directory.csvfile_cells import as_word, defuse
from provisioning.directory.csvfile_columns import WRITTEN, What

BOM = "\ufeff"
"""Without it Excel takes the file for one of its own old code page."""
PIECE = 200
"""So many lines are handed on at once."""


def text_of(what: What, rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file in pieces: a header, and a line for each row, whose values are in the order of `WRITTEN`."""
    return table([each.header for each in WRITTEN[what]], rows)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    buffer = StringIO(BOM, newline="")
    buffer.seek(0, 2)
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([defuse(each) for each in header])
    for number, row in enumerate(rows, start=1):
        writer.writerow([_cell(value) for value in row])
        if number % PIECE == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return as_word(value) if isinstance(value, bool) else defuse(str(value))


def _emptied(buffer: StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
