"""The parts of a test run that need more than Python, and why one is left out."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

SDK_PYTHON = Path(__file__).resolve().parent.parent / ".venv-graph/bin/python"
ON_POSTGRES = bool(os.environ.get("PORTAL_TEST_DATABASE_URL"))  # the run that `make test` makes first


@dataclass(frozen=True)
class Part:
    """Tests with one marker. `missing` says why they cannot run here; empty when they can."""

    marker: str
    label: str
    missing: str


def chromium_path() -> str:
    """Where the system's Chromium is; empty when there is none."""
    asked = os.environ.get("PORTAL_TEST_CHROMIUM", "")
    return asked or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")


def find_parts() -> list[Part]:
    """A part that is asked for by its variable runs whatever is missing, and then fails: it is never left out."""
    return [
        Part("browser", "browser tests", _missing_browser()),
        Part("tour", "the tour", "" if os.environ.get("PORTAL_TEST_TOUR") else "`make tour` runs it"),
        Part("postgres", "PostgreSQL tests", _missing_server("PORTAL_TEST_POSTGRES", "postgres://user@127.0.0.1/test")),
        Part("redis", "Redis tests", _missing_server("PORTAL_TEST_REDIS", "redis://127.0.0.1:6379/9")),
        Part("sdk", "tests with Microsoft's SDK", "" if SDK_PYTHON.exists() else "`make install-graph` was not run"),
        Part("chaos", "chaos tests", _missing_chaos(("1",))),
        Part("chaos_ci", "chaos tests for CI", _missing_chaos(("1", "ci"))),
    ]


def _missing_browser() -> str:
    asked = os.environ.get("PORTAL_TEST_BROWSER", "")
    if asked == "0":
        return "PORTAL_TEST_BROWSER=0"
    if asked or chromium_path():
        return ""
    return "no Chromium found on the PATH (Debian: apt-get install chromium)"


def _missing_chaos(values: tuple[str, ...]) -> str:
    asked = os.environ.get("PORTAL_TEST_CHAOS", "")
    return "" if asked in values else f"PORTAL_TEST_CHAOS is not {' or '.join(values)} (`make chaos` runs them)"


def _missing_server(variable: str, example: str) -> str:
    return "" if os.environ.get(variable) else f"{variable} is not set (for example {example})"
