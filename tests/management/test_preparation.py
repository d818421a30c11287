"""What a start still has to do, and that a second start does none of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from portal.accounts.models import Account
from provisioning.management.preparation import prepare

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


@pytest.fixture
def site(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty site with one static file, which is returned."""
    monkeypatch.delenv("PORTAL_ADMIN_PASSWORD", raising=False)
    file = tmp_path / "source/site.css"
    file.parent.mkdir()
    file.write_text("a {}")
    settings.STATICFILES_DIRS = [file.parent]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.VAR_DIR = tmp_path / "var"
    settings.PORTAL_SANDBOX = False
    return file


def test_the_first_start_makes_everything_and_gives_the_password(site: Path, tmp_path: Path) -> None:
    told: list[str] = []

    administrator = prepare(told.append)

    password = administrator.partition("Password: ")[2].strip()
    assert Account.objects.get(username="admin").check_password(password)
    assert (tmp_path / "collected/site.css").read_text() == "a {}"
    assert (tmp_path / "var").is_dir()
    assert told == ["Static files: collecting."]


def test_a_second_start_does_and_says_nothing(site: Path) -> None:
    prepare([].append)
    told: list[str] = []

    assert prepare(told.append) == ""
    assert told == []


def test_a_changed_static_file_is_collected_again(site: Path, tmp_path: Path) -> None:
    prepare([].append)

    site.write_text("a { color: red }")
    prepare([].append)

    assert (tmp_path / "collected/site.css").read_text() == "a { color: red }"


def test_a_database_that_cannot_be_opened_is_a_sentence_and_not_a_traceback(tmp_path: Path) -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", "PORTAL_VAR": str(tmp_path)}
    env["PORTAL_DATABASE_URL"] = f"sqlite:///{tmp_path}/missing/portal.sqlite3"

    argv = [sys.executable, str(ROOT / "manage.py"), "prepare"]
    result = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)

    assert result.returncode == 1
    assert result.stderr == "CommandError: The database cannot be opened: unable to open database file\n"
