"""Single cells of a CSV file: made harmless for spreadsheet programs when written, and taken back when read."""

import re

FORMULA = "=+-@'"
"""A cell that begins so is a formula to a spreadsheet program; the last one is how we say that it is none."""

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
YES = frozenset({"yes", "true", "1", "y", "x", "on", "enabled"})
NO = frozenset({"no", "false", "0", "n", "off", "disabled"})


def clean(text: str) -> str:
    """Without what no database takes: NUL, and halves of letters."""
    return UNSTORABLE.sub("", text)


def defuse(text: str) -> str:
    """As a cell that no program runs. `taken_back` gives the text again, blanks at its ends included."""
    if text != text.rstrip():
        return f"''{text}"
    return f"'{text}" if text and _is_marked(text[0]) else text


def taken_back(cell: str) -> str:
    """What a cell says: without the mark of `defuse`, else without blanks around it."""
    if cell.startswith("''") and cell != cell.rstrip():
        return cell[2:]
    if cell[:1] == "'" and len(cell) > 1 and _is_marked(cell[1]):
        return cell[1:]
    return cell.strip()


def as_boolean(text: str) -> bool | None:
    """None: neither yes nor no."""
    word = text.strip().lower()
    return True if word in YES else False if word in NO else None


def as_word(value: bool) -> str:
    """As it stands in a file, in every language: it has to be read again."""
    return "Yes" if value else "No"


def _is_marked(letter: str) -> bool:
    return letter in FORMULA or letter.isspace()
