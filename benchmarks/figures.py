"""A measured figure with its aim, and everything of a run as table, JSON and Markdown."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`aim` is what it should be at most, or at least with `more_is_better`; None where there is none."""

    name: str
    database: str
    value: float
    unit: str
    aim: float | None = None
    more_is_better: bool = False
    details: dict[str, Any] = field(default_factory=dict)
    """What it was worked out from."""

    @property
    def verdict(self) -> str:
        if self.aim is None:
            return ""
        return "yes" if (self.value >= self.aim if self.more_is_better else self.value <= self.aim) else "NO"

    @property
    def as_text(self) -> tuple[str, str, str, str, str, str]:
        sign = "at least" if self.more_is_better else "at most"
        aim = "" if self.aim is None else f"{sign} {_short(self.aim)}"
        told = ", ".join(f"{name} {_short(value)}" for name, value in self.details.items())
        return self.database, self.name, f"{_short(self.value)} {self.unit}".strip(), aim, self.verdict, told


HEADINGS = ("Database", "Figure", "Measured", "Aim", "Met", "From")


def circumstances(**more: Any) -> dict[str, Any]:
    """What a reader has to know to compare two runs."""
    return {
        "taken": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": platform.system(),
        "cores": os.cpu_count(),
        "load at the start": round(os.getloadavg()[0], 1),
        **more,
    }


def print_table(figures: Sequence[Figure], console: Console) -> None:
    table = Table(*HEADINGS, show_lines=False)
    for figure in figures:
        table.add_row(*figure.as_text, style="red" if figure.verdict == "NO" else "")
    console.print(table)


def write(figures: Sequence[Figure], about: dict[str, Any], name: str) -> Path:
    """Both files; gives the Markdown one."""
    RESULTS.mkdir(exist_ok=True)
    data = {"about": about, "figures": [{**asdict(each), "met": each.verdict} for each in figures]}
    (RESULTS / f"{name}.json").write_text(json.dumps(data, indent=2) + "\n")
    facts = [f"* {key}: {value}" for key, value in about.items()]
    rows = [f"| {' | '.join(each.as_text)} |" for each in figures]
    lines = ["# Figures", "", *facts, "", f"| {' | '.join(HEADINGS)} |", "|---" * len(HEADINGS) + "|", *rows]
    path = RESULTS / f"{name}.md"
    path.write_text("\n".join(lines) + "\n")
    return path


def _short(value: Any) -> str:
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
