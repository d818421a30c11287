"""A run of the SCIM validator against the stand-in: what it finds, and that nothing is left there, whatever happens."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from portal.accounts.models import Account, AuditEntry
from provisioning.choices import ValidatorStatus
from provisioning.connectors.scim_advice import ADVICE, PARAGRAPHS
from provisioning.connectors.scim_findings import Finding
from provisioning.jobs import validating, validator
from provisioning.models import ValidatorRun
from tests.factories import make_administrator
from tests.goto_service import GotoService
from tests.jobs.validations import asked, failing, ran

pytestmark = pytest.mark.django_db(transaction=True)
FROM_TRIAL = {"create user", "find user", "change user", "disable user", "add member", "delete group", "delete user"}


class Killed(BaseException):
    """Ends a worker as a kill does: nothing of it goes on."""


@pytest.fixture
def admin(transactional_db: None) -> Account:
    return make_administrator()


def left_behind(row: ValidatorRun) -> ValidatorRun:
    """As its lease is over, another worker may take it."""
    assert not validator.due(timezone.now() + timedelta(hours=1)).exists()
    ValidatorRun.objects.filter(pk=row.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert list(validator.due(timezone.now())) == [row]
    return row


def killed_at(monkeypatch: pytest.MonkeyPatch, row: ValidatorRun, name: str, *, noted: bool) -> None:
    """Its worker dies when this finding is made; `noted`: just after it was written down."""
    add = validating.Hold.add

    def dies(hold: validating.Hold, finding: Finding, *made: Any) -> None:
        if finding.name != name or noted:
            add(hold, finding, *made)
        if finding.name == name:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(validating.Hold, "add", dies)
        with pytest.raises(Killed):
            validating.run(row.pk)


def test_with_good_manners_everything_works_and_nothing_is_left(service: GotoService, admin: Account) -> None:
    row = ran(asked(service, admin))

    assert (row.status, row.message, row.left) == (ValidatorStatus.DONE, {}, [])
    assert failing(row) == set()
    assert {each["name"] for each in row.findings} >= FROM_TRIAL
    assert service.scim2_held() == []
    assert all(each["exchanges"] for each in row.findings if each["name"] in FROM_TRIAL)


@pytest.mark.parametrize("style", ["rfc", "microsoft"])
def test_the_chosen_style_is_spoken(service: GotoService, admin: Account, style: str) -> None:
    row = ran(asked(service, admin, style=style))

    sent = "".join(each["request"] for one in row.findings for each in one["exchanges"] if each["method"] == "PATCH")
    assert ('"Replace"' in sent, '"replace"' in sent) == (style == "microsoft", style == "rfc")
    assert failing(row) == set()


def test_reading_alone_writes_nothing(service: GotoService, admin: Account) -> None:
    row = ran(asked(service, admin, writes=False))

    methods = {each["method"] for one in row.findings for each in one["exchanges"]}
    assert (row.status, methods) == (ValidatorStatus.DONE, {"GET"})


@pytest.mark.parametrize(
    ("manners", "names"),
    [
        ({"filters": "ignored"}, ["find user"]),
        ({"filters": "refused"}, ["filter", "find user"]),
        ({"conflict_body": False}, ["create twice"]),
        ({"members_told": False}, ["tell members"]),
        ({"ids_as_numbers": True}, ["id type"]),
        ({"active_as_text": True}, ["active type"]),
        ({"content_type": "text/plain"}, ["content type"]),
        ({"create_body": False}, []),
        ({"patch_body": False}, []),
        ({"patch": False}, ["patch"]),
        ({"capital_names": True}, []),
    ],
    ids=str,
)
def test_bad_manners_are_told_with_their_paragraph_and_advice(
    service: GotoService, admin: Account, manners: dict[str, Any], names: list[str]
) -> None:
    service.manners(**manners)

    row = ran(asked(service, admin))

    assert sorted(failing(row)) == names
    assert all(PARAGRAPHS[each] and ADVICE[each] for each in names)
    assert (row.status, row.left, service.scim2_held()) == (ValidatorStatus.DONE, [], [])


def test_who_is_only_switched_off_is_named_as_left(service: GotoService, admin: Account) -> None:
    service.manners(soft_delete=True)

    row = ran(asked(service, admin))

    [held] = service.scim2_held()
    assert failing(row) == set()
    assert row.left == [{"type": "User", "name": f"{row.name}@contoso.example", "id": held["id"], "off": True}]


def test_what_can_not_be_deleted_is_named(service: GotoService, admin: Account) -> None:
    service.fault("scim2.users.delete", "status", status=500, times=0)

    row = ran(asked(service, admin))

    [held] = service.scim2_held()
    assert [each["name"] for each in row.findings].count("delete user") == 1
    assert row.left == [{"type": "User", "name": f"{row.name}@contoso.example", "id": held["id"], "off": False}]


def test_a_deletion_that_fails_once_is_tried_again(service: GotoService, admin: Account) -> None:
    service.fault("scim2.users.delete", "status", status=503)

    row = ran(asked(service, admin))

    assert (row.left, service.scim2_held()) == ([], [])


def test_a_user_whose_creation_got_no_answer_is_found_by_name_and_deleted(service: GotoService, admin: Account) -> None:
    service.fault("scim2.users.create", "applied_then_reset")

    row = ran(asked(service, admin))

    assert failing(row) == {"create user"}
    assert (row.left, service.scim2_held()) == ([], [])


def test_where_even_that_fails_nobody_knows_and_it_is_told(service: GotoService, admin: Account) -> None:
    service.fault("scim2.users.create", "applied_then_reset")
    service.fault("scim2.users.list", "status", status=500, times=0, contains="throw-away")

    row = ran(asked(service, admin))

    assert failing(row) == {"create user", "clean up"}
    assert row.left == [{"type": "User", "name": f"{row.name}@contoso.example", "id": "", "off": False}]


@pytest.mark.parametrize(
    ("name", "noted"),
    [("create user", True), ("create user", False), ("create group", False), ("add member", True), ("users", True)],
)
def test_a_killed_worker_s_run_is_broken_off_and_cleaned_up_by_the_next(
    service: GotoService, admin: Account, monkeypatch: pytest.MonkeyPatch, name: str, noted: bool
) -> None:
    row = asked(service, admin)
    killed_at(monkeypatch, row, name, noted=noted)
    assert bool(service.scim2_held()) == (name != "users")

    row = ran(left_behind(row))

    assert row.status == ValidatorStatus.BROKEN
    assert row.message["text"] == validating.BROKEN_OFF
    assert (row.left, row.locked, service.scim2_held()) == ([], "", [])


def test_where_no_worker_can_clean_up_what_may_be_there_is_named(
    service: GotoService, admin: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked(service, admin)
    killed_at(monkeypatch, row, "create user", noted=True)
    ValidatorRun.objects.filter(pk=row.pk).update(token=validating.MOST_HANDS)

    row = ran(left_behind(row))

    [held] = service.scim2_held()
    assert [(each["type"], each["id"]) for each in row.left] == [("User", held["id"]), ("Group", "")]
    assert (row.status, row.locked) == (ValidatorStatus.BROKEN, "")


def test_a_worker_that_lost_its_lease_writes_nothing_more(
    service: GotoService, admin: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, add = asked(service, admin), validating.Hold.add

    def slow(hold: validating.Hold, finding: Finding, *made: Any) -> None:
        if finding.name == "create user":
            ValidatorRun.objects.update(token=99)
        add(hold, finding, *made)

    monkeypatch.setattr(validating.Hold, "add", slow)
    row = ran(row)

    assert row.status == ValidatorStatus.RUNNING
    assert "create user" not in {each["name"] for each in row.findings}


def test_time_that_is_up_ends_the_trial_and_leaves_nothing(
    service: GotoService, admin: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = validating.Hold.add

    def late(hold: validating.Hold, finding: Finding, *made: Any) -> None:
        add(hold, finding, *made)
        if finding.name == "create group":
            hold.until = 0.0

    monkeypatch.setattr(validating.Hold, "add", late)
    row = ran(asked(service, admin))

    assert (row.status, row.message["text"]) == (ValidatorStatus.DONE, validating.TOO_SLOW)
    assert (row.left, service.scim2_held()) == ([], [])


def test_a_fault_of_our_own_is_told_and_leaves_nothing(
    service: GotoService, admin: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provisioning.connectors.scim_trial.looked_at", lambda answer: 1 / 0)

    row = ran(asked(service, admin))

    assert (row.status, row.message["text"]) == (ValidatorStatus.DONE, validating.OUR_FAULT)
    assert (row.left, service.scim2_held()) == ([], [])


def test_refused_credentials_are_the_last_finding(service: GotoService, admin: Account) -> None:
    row = ran(asked(service, admin, credentials={"token": "wrong-token-1"}))

    assert [(each["name"], each["verdict"]) for each in row.findings] == [("sign in", "fails")]
    assert row.findings[0]["exchanges"][0]["status"] == 401


def test_addresses_that_connectors_may_not_reach_are_not_reached(
    service: GotoService, admin: Account, settings: Settings
) -> None:
    settings.PORTAL_ALLOW_PRIVATE = False

    row = ran(asked(service, admin))

    assert failing(row) == {"sign in"}
    assert {each["status"] for one in row.findings for each in one["exchanges"]} <= {0}


def test_the_secret_is_locked_while_it_runs_deleted_afterwards_and_nowhere_else(
    service: GotoService, admin: Account
) -> None:
    row = asked(service, admin)
    assert service.scim2_token not in row.locked
    assert row.unlock()["token"] == service.scim2_token

    row = ran(row)

    stored = json.dumps(list(ValidatorRun.objects.values()), default=str)
    assert row.locked == ""
    assert service.scim2_token not in stored + json.dumps(list(AuditEntry.objects.values()), default=str)


def test_credentials_without_their_key_end_it_with_the_reason(
    service: GotoService, admin: Account, settings: Settings
) -> None:
    row = asked(service, admin)
    settings.PORTAL_ENCRYPTION_KEYS = ["bm90IHRoZSBrZXkgdGhhdCB3YXMgdXNlZCBhdCBmaXI="]

    row = ran(row)

    assert (row.status, row.findings) == (ValidatorStatus.DONE, [])
    assert "PORTAL_ENCRYPTION_KEYS" in row.message["text"]


def test_a_message_that_comes_twice_does_nothing(service: GotoService, admin: Account) -> None:
    row = ran(asked(service, admin))

    assert ran(row).token == 1
