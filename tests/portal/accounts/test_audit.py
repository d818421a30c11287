"""The audit trail: who changed what, and never a secret."""

import uuid
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from portal.accounts.audit import HIDDEN, record, without_secrets
from portal.accounts.models import Account, AuditEntry
from tests.factories import make_administrator

pytestmark = pytest.mark.django_db


def test_an_entry_holds_who_did_what_to_whom_with_both_values() -> None:
    rosa = make_administrator(display_name="Rosa Lindqvist")

    record(rosa, "Update provisioning", "Citrix GoToMeeting", {"interval": 20}, {"interval": 40})

    entry = AuditEntry.objects.get()
    assert (entry.who, entry.who_name, entry.activity) == (rosa, "Rosa Lindqvist", "Update provisioning")
    assert (entry.target, entry.old, entry.new) == ("Citrix GoToMeeting", {"interval": 20}, {"interval": 40})


def test_a_program_is_told_by_its_name() -> None:
    record("Nightly script", "Update provisioning")

    entry = AuditEntry.objects.get()
    assert (entry.who, entry.who_name) == (None, "Nightly script")


def test_the_name_outlives_the_account() -> None:
    rosa = make_administrator(display_name="Rosa Lindqvist")
    record(rosa, "Update provisioning")
    Account.objects.all().delete()

    assert AuditEntry.objects.get().who_name == "Rosa Lindqvist"


@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_the_portal_itself_may_act(nobody: AnonymousUser | None) -> None:
    assert record(nobody, "Create account").who is None


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "admin_password",
        "Client secret",
        "secret_token",
        "access_tokens",
        "Authorization",
        "api-key",
        "APIKey",
    ],
)
def test_what_is_named_like_a_secret_is_struck_out(name: str) -> None:
    assert without_secrets({"a": [{name: "hunter2"}]}) == {"a": [{name: HIDDEN}]}


@pytest.mark.parametrize("name", ["token_url", "licenseKeys", "user_name", "key", "passwordless_until"])
def test_what_only_sounds_like_a_secret_stays(name: str) -> None:
    assert without_secrets({name: "x"}) == {name: "x"}


def test_a_secret_that_was_not_set_is_told_from_one_that_was() -> None:
    assert without_secrets({"password": ""}) == {"password": ""}


def test_values_become_what_json_can_hold() -> None:
    number = uuid.UUID(int=7)
    at = datetime(2026, 3, 12, 10, 52, tzinfo=UTC)

    assert without_secrets({"id": number, "at": at, "kinds": {"one"}}) == {
        "id": str(number),
        "at": "2026-03-12T10:52:00Z",
        "kinds": ["one"],
    }


def test_over_long_words_are_cut_and_not_refused() -> None:
    entry = record(None, "a" * 500, "t" * 500)

    assert (len(entry.activity), len(entry.target)) == (200, 300)
