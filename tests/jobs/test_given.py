"""Admin credentials that a program gives are completed and judged by the rules of the page."""

import pytest
from pytest_django import Settings

from provisioning.connectors.goto_settings import SETTINGS
from provisioning.jobs.given import Completed, completed
from provisioning.jobs.known import LONGEST, Known

SAVED = {"sign_in": "password", "username": "admin@contoso.example", "password": "Old-secret-1"}


def done(known: dict[str, str], **given: str) -> Completed:
    return completed(SETTINGS, Known(known), given)


def test_what_is_not_given_stays_as_it_is_known() -> None:
    found = done(SAVED, username=" ann@contoso.example ")

    assert (found.values["username"], found.values["password"]) == ("ann@contoso.example", "Old-secret-1")
    assert found.faults == {}


def test_an_empty_text_clears() -> None:
    assert done({**SAVED, "account_key": "7"}, account_key="").values["account_key"] == ""


def test_another_method_drops_what_belongs_to_the_one_before() -> None:
    found = done(SAVED, sign_in="personal_access_token", pat="New-token-1")

    assert (found.values["pat"], found.values["username"], found.values["password"]) == ("New-token-1", "", "")


def test_where_no_method_is_known_it_follows_from_what_is_given() -> None:
    assert done({}, pat="A-token").values["sign_in"] == "personal_access_token"
    assert done({}, username="a", password="b").values["sign_in"] == "password"
    assert done(SAVED, pat="A-token").values["sign_in"] == "password"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"username": ""}, "username"),
        ({"password": ""}, "password"),
        ({"api_url": "nowhere"}, "api_url"),
        ({"api_url": "http://goto.example"}, "api_url"),
        ({"username": "x" * (LONGEST + 1)}, "username"),
        ({"sign_in": "kerberos"}, "sign_in"),
    ],
)
def test_a_value_that_cannot_be_is_told(given: dict[str, str], name: str, settings: Settings) -> None:
    settings.PORTAL_ALLOW_PRIVATE = False

    assert name in done(SAVED, **given).faults


def test_a_known_secret_is_not_sent_to_another_address() -> None:
    assert set(done(SAVED, token_url="https://elsewhere.example").faults) == {"password"}
    assert done(SAVED, token_url="https://elsewhere.example", password="New-1").faults == {}
    assert done(SAVED, token_url="https://authentication.logmeininc.com/other").faults == {}
