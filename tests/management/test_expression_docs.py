"""`manage.py expression_docs` writes the page about the language, and the one in the repository is current."""

from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from provisioning.expressions.documentation import as_markdown

PAGE = "docs/expressions.md"


def test_the_page_is_current() -> None:
    root = Path(__file__).resolve().parent.parent.parent

    assert (root / PAGE).read_text(encoding="utf-8") == as_markdown(), "run `manage.py expression_docs`"


def test_the_command_writes_the_page(tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()

    call_command("expression_docs")

    assert (tmp_path / PAGE).read_text(encoding="utf-8") == as_markdown()
    assert capsys.readouterr().out == f"{tmp_path / PAGE}\n"
