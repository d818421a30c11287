"""`manage.py goto_doctor` against the stand-in: what held, what did not, and what it leaves behind."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.factories import make_application, make_job
from tests.goto_service import GotoService

pytestmark = pytest.mark.django_db(transaction=True)
THROWN = "throw.away@contoso.example"


@pytest.fixture
def credentials(service: GotoService) -> dict[str, str]:
    return {
        "username": service.admin,
        "password": service.admin_password,
        "client_id": service.client_id,
        "client_secret": service.client_secret,
        "token_url": service.token_url,
        "api_url": service.url,
    }


@pytest.fixture
def name(credentials: dict[str, str]) -> str:
    make_job(make_application("GoTo"), credentials=credentials)
    return "GoTo"


def doctor(name: str, *options: str) -> list[tuple[str, str]]:
    """Each finding: its mark, and its id."""
    out = StringIO()
    call_command("goto_doctor", name, *options, stdout=out)
    lines = [line.strip().split("  ", 1) for line in out.getvalue().splitlines() if ":" in line and "  " in line]
    return [(mark, text.partition(":")[0]) for mark, text in lines]


def test_what_holds_is_told_and_nothing_is_changed(name: str, service: GotoService) -> None:
    before = service.accounts()

    found = doctor(name)

    assert {id_ for mark, id_ in found if mark == "held"} == {
        *("keys", "me-roles", "to-index", "filter-grammar", "filter-case", "suspended-rule"),
    }
    assert [id_ for mark, id_ in found if mark == "not told"] == ["page-size"]
    assert service.accounts() == before


@pytest.mark.parametrize(
    ("switch", "value", "assumption"),
    [
        ("keys_as_numbers", True, "keys"),
        ("filter_grammar", "brackets", "filter-grammar"),
        ("emails_exact", True, "filter-case"),
    ],
)
def test_what_does_not_hold_is_told(
    name: str, service: GotoService, switch: str, value: object, assumption: str
) -> None:
    service.strict(**{switch: value})

    assert ("DID NOT HOLD", assumption) in doctor(name)


def test_a_throw_away_user_is_created_suspended_and_deleted(name: str, service: GotoService) -> None:
    found = doctor(name, "--throw-away-user", THROWN)

    for assumption in ("read-after-create", "create-bare", "update-answer", "lists-replace", "delete-answer"):
        assert ("held", assumption) in found
    assert service.deeds() == {deed: {THROWN: 1} for deed in ("created", "suspended", "deleted")}


def test_lists_that_take_nothing_away_are_found_out(name: str, service: GotoService) -> None:
    service.strict(empty_lists_ignored=True)

    assert ("DID NOT HOLD", "lists-replace") in doctor(name, "--throw-away-user", THROWN)
    assert service.account(THROWN) is None


def test_without_a_free_seat_the_lists_are_not_tried(name: str, service: GotoService) -> None:
    for number in range(1, 5):
        service.set_seats(f"135553441687120000{number}", 0)

    assert ("not told", "lists-replace") in doctor(name, "--throw-away-user", THROWN)


def test_an_address_in_use_is_left_alone(name: str, service: GotoService) -> None:
    with pytest.raises(CommandError, match="is in use"):
        doctor(name, "--throw-away-user", "cy.cole@contoso.example")

    assert service.account("cy.cole@contoso.example") is not None


def test_a_failed_sign_in_is_told_with_step_and_remedy(credentials: dict[str, str]) -> None:
    make_job(make_application("Wrong"), credentials={**credentials, "password": "wrong"})

    with pytest.raises(CommandError, match=r"signing in.*user name or the password.*Enter the credentials again"):
        doctor("Wrong")


def test_every_assumption_it_names_stands_in_the_docs(name: str) -> None:
    text = (Path(settings.BASE_DIR) / "docs/goto.md").read_text()

    assert [id_ for _, id_ in doctor(name, "--throw-away-user", THROWN) if f"| `{id_}` |" not in text] == []
