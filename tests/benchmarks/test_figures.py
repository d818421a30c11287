"""A figure of the bench tells whether its aim is met, and a run is written down as JSON and Markdown."""

import json
from pathlib import Path

import pytest

from benchmarks import figures
from benchmarks.figures import Figure


@pytest.mark.parametrize(
    ("value", "aim", "more_is_better", "verdict"),
    [
        (1.5, 1.5, False, "yes"),
        (1.6, 1.5, False, "NO"),
        (0.85, 0.85, True, "yes"),
        (0.84, 0.85, True, "NO"),
        (7.0, None, False, ""),
    ],
)
def test_a_figure_says_whether_its_aim_is_met(
    value: float, aim: float | None, more_is_better: bool, verdict: str
) -> None:
    figure = Figure(name="Rate", database="SQLite", value=value, unit="", aim=aim, more_is_better=more_is_better)

    assert figure.verdict == verdict


def test_a_run_is_written_as_json_and_as_a_markdown_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "RESULTS", tmp_path / "results")
    figure = Figure(name="Rate", database="SQLite", value=0.9, unit="", aim=0.85, more_is_better=True, details={"n": 5})

    path = figures.write([figure], {"cores": 2}, "run")

    assert "| SQLite | Rate | 0.9 | at least 0.85 | yes | n 5 |" in path.read_text()
    assert "* cores: 2" in path.read_text()
    told = json.loads(path.with_suffix(".json").read_text())
    assert told["about"] == {"cores": 2}
    assert (told["figures"][0]["value"], told["figures"][0]["met"]) == (0.9, "yes")
