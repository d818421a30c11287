"""What is assumed rather than documented: each mark in the source has its row in the docs, and the other way round."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = (ROOT / "docs/goto.md").read_text().partition("## Assumptions of the stand-in")[2]
SOURCES = sorted((ROOT / "provisioning/sandbox").rglob("*.py"))


def test_every_mark_is_listed_and_every_row_has_its_mark() -> None:
    marks = {mark for path in SOURCES for mark in re.findall(r"assumed\(([a-z0-9-]+)\)", path.read_text())}
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", DOCS, re.MULTILINE)

    assert sorted(listed) == sorted(marks)


def test_every_row_says_how_to_confirm_it() -> None:
    rows = [line.strip("| ").split(" | ") for line in DOCS.splitlines() if line.startswith("| `")]

    assert [row[0] for row in rows if len(row) != 4 or not row[1] or len(row[3]) < 8] == []


def test_nothing_is_assumed_without_an_id() -> None:
    words = {path.name: re.findall(r"\bassumed\b(?!\([a-z0-9-]+\): )", path.read_text()) for path in SOURCES}

    assert {name: found for name, found in words.items() if found} == {}
