"""`manage.py goto_doctor` against the stand-in: what held, what did not, and what it leaves behind."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from provisioning.connectors.goto_assumptions import BY_HAND
from provisioning.connectors.goto_doctor import TRIED
from provisioning.connectors.memory import Memory
from provisioning.management.commands import goto_doctor
from tests.factories import make_application, make_credentials, make_job
from tests.goto_service import GotoService
from tests.sandbox.api import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
DOCS = "## Holding" + (Path(settings.BASE_DIR) / "docs/goto.md").read_text().partition("## Holding")[2]
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

    told = {id_ for _, id_ in found}
    assert [id_ for mark, id_ in found if mark == "DID NOT HOLD"] == []
    assert {id_ for mark, id_ in found if mark == "not told"} == {
        "page-size",
        "group-tree",
        "pat-answer",
        "meeting-parent",
    }
    assert told >= {"keys", "me-roles", "to-index", "filter-grammar", "filter-case", "suspended-rule", "admin-401"}
    assert told.isdisjoint(TRIED)
    assert service.accounts() == before


@pytest.mark.parametrize(
    ("switch", "value", "assumption"),
    [
        ("keys_as_numbers", True, "keys"),
        ("filter_grammar", "brackets", "filter-grammar"),
        ("emails_exact", True, "filter-case"),
        ("scim_bad_token_status", 401, "scim-bad-token"),
        ("scim_users_paging", False, "scim-users-paging"),
        ("scim_enterprise", True, "scim-enterprise"),
        ("largest_page", 3, "page-size"),
    ],
)
def test_what_does_not_hold_is_told(
    name: str, service: GotoService, switch: str, value: object, assumption: str
) -> None:
    service.strict(**{switch: value})

    assert ("DID NOT HOLD", assumption) in doctor(name)


def test_a_throw_away_user_is_created_suspended_and_deleted(name: str, service: GotoService) -> None:
    found = doctor(name, "--throw-away-user", THROWN)

    assert [(mark, id_) for mark, id_ in found if id_ in TRIED and mark != "held"] == [("not told", "seats-exceeded")]
    assert {id_ for _, id_ in found} >= {*TRIED}
    assert service.deeds() == {deed: {THROWN: 1} for deed in ("created", "suspended", "deleted")}
    assert service.account(THROWN) is None


def test_lists_that_take_nothing_away_are_found_out(name: str, service: GotoService) -> None:
    service.strict(empty_lists_ignored=True)

    assert ("DID NOT HOLD", "lists-replace") in doctor(name, "--throw-away-user", THROWN)
    assert service.account(THROWN) is None


def test_without_a_free_seat_the_lists_are_not_tried(name: str, service: GotoService) -> None:
    for number in range(1, 5):
        service.set_seats(f"135553441687120000{number}", 0)

    found = doctor(name, "--throw-away-user", THROWN)

    assert ("not told", "lists-replace") in found
    assert ("held", "seats-exceeded") in found


def test_an_address_in_use_is_left_alone(name: str, service: GotoService) -> None:
    with pytest.raises(CommandError, match="is in use"):
        doctor(name, "--throw-away-user", "cy.cole@contoso.example")

    assert service.account("cy.cole@contoso.example") is not None


def test_a_failed_sign_in_is_told_with_step_and_remedy(credentials: dict[str, str]) -> None:
    make_job(make_application("Wrong"), credentials={**credentials, "password": "wrong"})

    with pytest.raises(CommandError, match=r"signing in.*user name or the password.*Enter the credentials again"):
        doctor("Wrong")


@pytest.mark.parametrize(
    ("switch", "value", "assumption"),
    [
        ("update_answers_user", True, "update-answer"),
        ("unknown_attributes_refused", True, "unknown-attributes"),
    ],
)
def test_what_the_throw_away_user_shows_not_to_hold_is_told(
    name: str, service: GotoService, switch: str, value: object, assumption: str
) -> None:
    service.strict(**{switch: value})

    assert ("DID NOT HOLD", assumption) in doctor(name, "--throw-away-user", THROWN)


def test_a_check_that_fails_tells_nothing_and_the_others_go_on(name: str, service: GotoService) -> None:
    service.fault("licenses.*", "html", times=0, after=1)

    found = doctor(name)

    assert ("not told", "license-people") in found
    assert ("held", "filter-grammar") in found


def test_the_throw_away_user_goes_whatever_fails(name: str, service: GotoService) -> None:
    service.fault("users.update", "html", times=0)

    doctor(name, "--throw-away-user", THROWN)

    assert service.account(THROWN) is None


def test_groups_and_a_personal_access_token_tell_more(credentials: dict[str, str], service: GotoService) -> None:
    by_token = {**credentials, "sign_in": "personal_access_token", "pat": service.admin_pat}
    make_job(make_application("GoTo"), credentials=by_token)
    with signed_in(service, service.admin, service.admin_password) as admin:
        admin.post("groups", json={"name": "Sales"})

    found = doctor("GoTo")

    assert [("held", each) in found for each in ("group-tree", "meeting-parent", "pat-answer")] == [True] * 3
    service.strict(pat_brings_refresh_token=False)
    assert ("DID NOT HOLD", "pat-answer") in doctor("GoTo")


def test_who_is_in_no_organization_is_not_told_about_it(credentials: dict[str, str], service: GotoService) -> None:
    make_job(make_application("GoTo"), credentials=credentials)
    service.strict(scim_scope_required=True)

    assert ("not told", "scim-filter-case") in doctor("GoTo")


def test_an_application_of_an_organization_is_looked_at_too(credentials: dict[str, str]) -> None:
    make_job(make_application("People", "goto_organization"), credentials=credentials)

    assert {("held", "scim-filter-case"), ("held", "filter-case")} <= {*doctor("People")}


def test_an_application_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    job = make_job(make_application("Other"))
    make_credentials(job, {})
    monkeypatch.setattr(goto_doctor, "connector", lambda *args: Memory())

    with pytest.raises(CommandError, match="is no GoTo application"):
        doctor("Other")


def test_every_assumption_is_told_or_named_with_how_to_look_by_hand(name: str) -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|", DOCS, re.MULTILINE)
    found = doctor(name, "--throw-away-user", THROWN)

    by_hand = [id_ for mark, id_ in found if mark == "by hand"]
    by_itself = {id_ for mark, id_ in found if mark != "by hand"}
    assert by_hand == list(BY_HAND)
    assert by_itself.isdisjoint(by_hand)
    assert sorted({*by_hand, *by_itself}) == sorted(rows)


def test_how_to_look_by_hand_is_said_as_in_the_docs() -> None:
    lines = (line.strip("| ").replace("`", "").split(" | ") for line in DOCS.splitlines() if line.startswith("| `"))
    hows = {cells[0]: cells[-1] for cells in lines}

    assert dict(BY_HAND) == {id_: hows[id_] for id_ in BY_HAND}
