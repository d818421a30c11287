"""docs/goto.md names every switch for strictness with its default, and every kind of fault."""

import re
from dataclasses import asdict
from pathlib import Path

from provisioning.sandbox.strictness import CHOICES, Strictness

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = (ROOT / "docs/goto.md").read_text()


def names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_the_switches_are_listed_with_their_defaults() -> None:
    table = DOCS.partition("| Switch | By default |")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| `")]
    listed = {}
    for cells in rows:
        defaults = [word.strip("` ") for word in cells[1].split(", ")]
        switches = names(cells[0])
        listed |= dict(zip(switches, defaults * (len(switches) // len(defaults)), strict=True))

    assert listed == {name: str(value).lower() for name, value in asdict(Strictness()).items()}


def test_the_choices_of_a_switch_are_named() -> None:
    assert [word for words in CHOICES.values() for word in words if f"`{word}`" not in DOCS] == []


def test_the_kinds_of_faults_are_listed() -> None:
    source = (ROOT / "provisioning/sandbox/strikes.py").read_text().partition("KINDS: ")[2]
    table = DOCS.partition("| Kind | What happens |")[2].partition("\n\n")[0]
    listed = [name for line in table.splitlines()[2:] for name in names(line.split("|")[1])]

    assert sorted(listed) == sorted(re.findall(r'^    "(\w+)":', source, re.MULTILINE))
