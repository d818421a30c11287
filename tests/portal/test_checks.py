"""Each mistake in the settings is told by its number, and right settings have none."""

import io
import sqlite3
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from pytest_django import Settings

SECRET = "q7Zt1Xw9Lr4Nf6Kc2Vb8Hs3Jd5Gm0Pa-Yu_Eo7Ti9Wx1Rz4Qn6Bk8"


def told() -> list[str]:
    """The numbers of our own checks that speak up."""
    return [str(message.id) for message in run_checks() if str(message.id).startswith("portal.")]


@pytest.fixture
def production(settings: Settings) -> Settings:
    """The settings of a production site that is set up right."""
    settings.PORTAL_PRODUCTION = True
    settings.SECRET_KEY = SECRET
    settings.PORTAL_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    settings.DEBUG = settings.PORTAL_SANDBOX = False
    settings.PORTAL_ADDRESS = "https://portal.contoso.example"
    settings.ALLOWED_HOSTS = ["portal.contoso.example"]
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    return settings


def test_right_settings_have_no_mistake(production: Settings) -> None:
    assert told() == []


def test_a_deployment_check_of_right_settings_is_clean(production: Settings) -> None:
    output = io.StringIO()

    call_command("check", deploy=True, fail_level="WARNING", stdout=output)

    assert "no issues" in output.getvalue()


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("SECRET_KEY", "short", "portal.E001"),
        ("SECRET_KEY", "a" * 60, "portal.E001"),
        ("SECRET_KEY", "django-insecure-" + SECRET, "portal.E001"),
        ("SECRET_KEY", "only-for-tests-" + SECRET, "portal.E001"),
        ("DEBUG", True, "portal.E002"),
        ("PORTAL_SANDBOX", True, "portal.E003"),
        ("PORTAL_ENCRYPTION_KEYS", [], "portal.E004"),
        ("PORTAL_ADDRESS", "http://portal.contoso.example", "portal.E006"),
        ("PORTAL_ADDRESS", "https://", "portal.E006"),
        ("ALLOWED_HOSTS", ["localhost"], "portal.E007"),
    ],
)
def test_production_refuses(production: Settings, name: str, value: object, number: str) -> None:
    setattr(production, name, value)

    assert told() == [number]


def test_the_demo_may_have_what_production_refuses(settings: Settings) -> None:
    settings.SECRET_KEY, settings.DEBUG, settings.PORTAL_SANDBOX = "short", True, True

    assert told() == []


def test_a_value_that_is_no_fernet_key_is_named_by_its_place(settings: Settings) -> None:
    settings.PORTAL_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), "not-a-key"]

    (message,) = [message for message in run_checks() if message.id == "portal.E005"]

    assert "(number 2)" in message.msg
    assert "not-a-key" not in message.msg


def test_the_demo_without_an_encryption_key_is_warned(settings: Settings) -> None:
    settings.PORTAL_ENCRYPTION_KEYS = []

    assert told() == ["portal.W001"]


def test_an_old_sqlite_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")

    assert told() == ["portal.E008"]


def test_an_old_sqlite_is_nothing_to_postgresql(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.postgresql")

    assert told() == []


def test_a_data_folder_that_cannot_be_made_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.VAR_DIR = tmp_path / "file" / "var"

    assert told() == ["portal.E009"]


def test_a_data_folder_that_is_not_there_yet_is_right(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "a" / "b"

    assert told() == []


def test_a_command_does_not_run_while_a_mistake_holds(production: Settings) -> None:
    production.PORTAL_SANDBOX = True

    with pytest.raises(CommandError, match=r"portal\.E003"):
        call_command("check")
