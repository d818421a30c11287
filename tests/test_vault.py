"""Secrets are locked with the newest key and unlocked with any that is still there."""

import logging

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from provisioning import vault
from provisioning.errors import StopJob

VALUES = {"username": "ada@contoso.example", "password": "gehéim\U0001f642"}
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> Settings:
    settings.PORTAL_ENCRYPTION_KEYS = [OLD]
    return settings


def test_what_was_locked_is_unlocked() -> None:
    text = vault.lock(VALUES)

    assert "geh" not in text
    assert "ada" not in text
    assert vault.unlock(text) == VALUES
    assert vault.unlock(vault.lock({})) == {}


def test_the_same_values_are_locked_differently_each_time() -> None:
    assert vault.lock(VALUES) != vault.lock(VALUES)


def test_a_new_key_before_the_old_one_locks_and_the_old_one_still_unlocks(keys: Settings) -> None:
    before = vault.lock(VALUES)

    keys.PORTAL_ENCRYPTION_KEYS = [NEW, OLD]

    assert vault.unlock(before) == VALUES
    assert before.startswith(vault.fingerprint(OLD) + ":")
    assert vault.lock(VALUES).startswith(vault.fingerprint(NEW) + ":")


def test_a_key_that_is_gone_is_named(keys: Settings) -> None:
    text = vault.lock(VALUES)
    keys.PORTAL_ENCRYPTION_KEYS = [NEW]

    with pytest.raises(vault.KeyMissing, match=f"{vault.fingerprint(OLD)}.*PORTAL_ENCRYPTION_KEYS"):
        vault.unlock(text)


@pytest.mark.parametrize("none", [[], [""]])
def test_without_keys_nothing_is_locked_or_unlocked(keys: Settings, none: list[str]) -> None:
    text = vault.lock(VALUES)
    keys.PORTAL_ENCRYPTION_KEYS = none

    for attempt in (lambda: vault.lock(VALUES), lambda: vault.unlock(text)):
        with pytest.raises(vault.KeyMissing, match="PORTAL_ENCRYPTION_KEYS is not set"):
            attempt()


def test_a_key_with_a_slip_is_told_by_its_place_and_not_shown(keys: Settings) -> None:
    keys.PORTAL_ENCRYPTION_KEYS = [OLD, NEW[:-3]]

    with pytest.raises(vault.KeyMissing, match="at place 2") as raised:
        vault.lock(VALUES)
    assert NEW[:-3] not in str(raised.value)


@pytest.mark.parametrize(
    "damage", [lambda text: text[:-5], lambda text: text.replace(":", ":x"), lambda _: "", lambda _: "å:å"]
)
def test_a_damaged_text_is_told_from_a_missing_key(damage: object) -> None:
    assert callable(damage)
    text = damage(vault.lock(VALUES))

    with pytest.raises(vault.Unreadable) as raised:
        vault.unlock(text)
    assert isinstance(raised.value, vault.KeyMissing) == text.startswith("å")


def test_credentials_that_can_not_be_unlocked_stop_the_job() -> None:
    with pytest.raises(StopJob):
        vault.unlock("damaged")


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        vault.unlock(vault.lock(VALUES))

    assert caplog.records == []


def test_a_fingerprint_is_short_and_steady() -> None:
    assert vault.fingerprint("a") == "ca978112"
