"""The command that makes the first administrator."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portal.accounts.models import Account, AuditEntry, Role
from tests.factories import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_password_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTAL_ADMIN_PASSWORD", raising=False)


def create(*arguments: str) -> str:
    out = StringIO()
    call_command("create_administrator", *arguments, stdout=out)
    return out.getvalue()


def test_it_makes_an_administrator_with_a_password_that_it_shows_once() -> None:
    said = create("--user", "Admin")

    account = Account.objects.get()
    password = said.rpartition("Password: ")[2].strip()
    assert (account.username, account.role) == ("admin", Role.APPLICATION_ADMINISTRATOR)
    assert account.check_password(password)
    assert len(password) >= 16
    assert create() == ""


def test_it_takes_the_password_of_the_environment_and_does_not_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_ADMIN_PASSWORD", "a-much-better-one")

    said = create()

    assert Account.objects.get().check_password("a-much-better-one")
    assert "a-much-better-one" not in said


def test_a_weak_password_of_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_ADMIN_PASSWORD", "short")

    with pytest.raises(CommandError, match="at least 10 characters"):
        create()
    assert not Account.objects.exists()


def test_it_can_insist_on_the_environment() -> None:
    with pytest.raises(CommandError, match="PORTAL_ADMIN_PASSWORD is not set"):
        create("--password-from-env")


def test_it_does_nothing_when_there_is_an_account() -> None:
    make_reader()

    assert create() == ""
    assert Account.objects.count() == 1


def test_it_is_in_the_audit_trail_without_the_password() -> None:
    create()

    entry = AuditEntry.objects.get()
    assert (entry.activity, entry.target, entry.new) == (
        "Create account",
        "admin",
        {"Role": "application_administrator"},
    )
