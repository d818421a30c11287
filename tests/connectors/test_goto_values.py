"""GoTo's JSON and ours."""

from typing import Any

import pytest

from provisioning.connectors.goto_values import as_admin, as_target, error_codes, error_text, locale_of
from tests.connectors.goto_samples import ACCOUNT, ME, USER, problem


@pytest.mark.parametrize(
    ("language", "locale"),
    [
        ("en-US", "en_US"),
        ("en_us", "en_US"),
        ("EN-gb", "en_GB"),
        ("en", "en_US"),
        ("sv", "sv_SE"),
        ("pt", "pt_BR"),
        ("zh", "zh_CN"),
        ("zh-Hant", "zh_TW"),
        ("zh-Hans-SG", "zh_SG"),
        ("sr-Latn-RS", "sr_RS"),
        (" fr-FR ", "fr_FR"),
        ("xx", None),
        ("sr-Latn", None),
        ("en-US,de;q=0.5", None),
        ("English", None),
        ("es-419", None),
        ("", None),
        ("-", None),
    ],
)
def test_a_language_becomes_a_locale_in_two_parts_or_nothing(language: str, locale: str | None) -> None:
    assert locale_of(language) == locale


@pytest.mark.parametrize("locale", ["en_US", "sv_SE", "zh_TW"])
def test_a_locale_stays_as_it_is(locale: str) -> None:
    assert locale_of(locale) == locale


@pytest.mark.parametrize(
    ("more", "active"),
    [
        ({"status": "ACTIVE"}, True),
        ({"status": "INACTIVE"}, True),
        ({"status": "INVITED"}, True),
        ({"status": "SUSPENDED"}, False),
        ({"status": None}, True),
        ({"status": None, "licenseKeys": []}, False),
        ({"status": None, "licenseKeys": [], "adminRoles": ["SUPER_USER"]}, True),
    ],
)
def test_only_suspended_is_not_active(more: dict[str, Any], active: bool) -> None:
    assert as_target({**USER, **more}).active is active


def test_licences_come_in_one_order() -> None:
    assert as_target({**USER, "licenseKeys": [3, "1", 2]}).attributes["licenseKeys"] == ("1", "2", "3")


def test_the_rights_are_those_in_the_account_that_is_used() -> None:
    me = {
        "key": 1,
        "email": "ada@contoso.example",
        "adminRoles": ["SUPER_USER"],
        "accounts": [
            {"key": 7, "name": "Mine", "adminRoles": ["SUPER_USER"]},
            {"key": 8, "adminRoles": ["RUN_REPORTS"]},
        ],
    }

    assert as_admin(me, "7").roles == {"SUPER_USER"}
    assert as_admin(me, "8").roles == {"RUN_REPORTS"}


def test_an_administrator_in_an_account_without_roles_has_none_there() -> None:
    me = {**ME, "accounts": [{"key": ACCOUNT, "name": "Contoso", "adminRoles": []}]}

    assert as_admin(me, "").roles == frozenset()


def test_roles_that_are_left_out_are_the_other_accounts_only_where_they_belong() -> None:
    me = {**ME, "accounts": [{"key": ACCOUNT}, {"key": "9"}]}

    assert "SUPER_USER" in as_admin(me, "").roles
    assert as_admin(me, "9").roles == frozenset()


def test_the_first_account_is_the_one_named_by_account_key() -> None:
    me = {**ME, "accounts": [{"key": "9", "name": "Other"}, *ME["accounts"]]}

    assert (as_admin(me, "").account_key, as_admin(me, "").account_name) == (ACCOUNT, "Contoso")


@pytest.mark.parametrize(
    ("data", "codes", "text"),
    [
        (problem("user.not.found", value="77"), ("user.not.found",), "user.not.found (77); incident incident-7"),
        ({"errors": [{"code": "a"}, {"code": "b"}]}, ("a", "b"), "a; b"),
        ({"code": "not.authorized", "uri": "/v1/Users"}, ("not.authorized",), "not.authorized"),
        ({"errorCode": "NOT_FOUND", "message": "gone"}, ("NOT_FOUND",), "NOT_FOUND; gone"),
        ({"int_err_code": "InvalidToken", "msg": "bad"}, ("InvalidToken",), "InvalidToken; bad"),
        ({"error": "invalid_grant", "error_description": "no"}, ("invalid_grant",), "invalid_grant; no"),
        ({"err": "x", "message": "y"}, ("x",), "x; y"),
        ({"errors": ["text", None]}, (), ""),
        ({"errors": "text", "code": 7}, (), ""),
        (["x"], (), ""),
        (None, (), ""),
    ],
)
def test_errors_are_read_in_each_of_their_forms(data: Any, codes: tuple[str, ...], text: str) -> None:
    assert error_codes(data) == codes
    assert error_text(data) == text
