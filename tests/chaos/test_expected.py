"""The model of the accounts is right on its own: small directories whose accounts are written down by hand."""

import ast
from pathlib import Path
from typing import Any

import pytest

from tests.chaos import expected
from tests.chaos.expected import MEETING, OPEN_VOICE, TRAINING, WEBINAR, Account

ANN = Account("ann@contoso.example", "Ann", "Ek", "en_US", frozenset({MEETING}), "INVITED")


def person(**values: Any) -> dict[str, Any]:
    usual = {"id": 1, "user_principal_name": "ann@contoso.example", "given_name": "Ann", "surname": "Ek"}
    state = {"preferred_language": "", "account_enabled": True, "deleted_at": None, "purged_at": None}
    return {**usual, **state, **values}


def group(**values: Any) -> dict[str, Any]:
    return {"id": 9, "security_enabled": True, "deleted_at": None, "purged_at": None, **values}


def direct(role: str | None = "GoToMeeting", **values: Any) -> dict[str, Any]:
    usual = {"user_id": 1, "group_id": None, "removed": False, "role__value": role, "role__enabled": True}
    return {**usual, **values}


def rows(
    user: dict[str, Any], *assignments: dict[str, Any], groups: Any = (), memberships: Any = ()
) -> dict[str, list[Any]]:
    return {
        "users": [user],
        "groups": list(groups),
        "memberships": list(memberships),
        "assignments": list(assignments),
    }


def test_who_is_assigned_has_an_account_with_the_role_s_licence() -> None:
    assert expected.accounts(rows(person(), direct()), {}) == {1: ANN}


@pytest.mark.parametrize(
    ("roles", "licences"),
    [
        (["GoToWebinar"], {WEBINAR}),
        (["GoToMeeting", "GoToWebinar"], {WEBINAR}),
        (["GoToMeeting", "OpenVoice"], {MEETING, OPEN_VOICE}),
        (["GoToWebinar", "GoToTraining"], {WEBINAR, TRAINING}),
    ],
)
def test_roles_flow_together_without_a_licence_too_many(roles: list[str], licences: set[str]) -> None:
    found = expected.accounts(rows(person(), *map(direct, roles)), {})

    assert found[1].licences == licences


@pytest.mark.parametrize("assignment", [direct(None), direct(removed=True), direct(role__enabled=False)])
def test_what_entitles_nobody_gives_no_account(assignment: dict[str, Any]) -> None:
    assert expected.accounts(rows(person(), assignment), {}) == {}


@pytest.mark.parametrize(
    ("values", "is_there"),
    [({}, True), ({"security_enabled": False}, False), ({"deleted_at": "now"}, False), ({"purged_at": "now"}, False)],
)
def test_a_group_entitles_while_it_is_there_and_security_enabled(values: dict[str, Any], is_there: bool) -> None:
    member = {"group_id": 9, "user_id": 1, "removed": False}
    through = rows(person(), direct(user_id=None, group_id=9), groups=[group(**values)], memberships=[member])

    assert bool(expected.accounts(through, {})) is is_there


@pytest.mark.parametrize("values", [{"account_enabled": False}, {"deleted_at": "now"}, {"purged_at": "now"}])
def test_who_is_no_longer_active_keeps_an_account_without_access(values: dict[str, Any]) -> None:
    left = Account("ann@contoso.example", "Ann", "Ek", "en_US", frozenset(), "SUSPENDED")

    assert expected.accounts(rows(person(**values), direct()), {1: ANN}) == {1: left}
    assert expected.accounts(rows(person(**values), direct()), {}) == {}


def test_values_that_are_gone_or_no_language_stay_as_they_were() -> None:
    found = expected.accounts(rows(person(surname="", preferred_language="klingon"), direct()), {1: ANN})

    assert found == {1: ANN}


def test_who_has_no_name_or_one_that_is_too_long_gets_no_account() -> None:
    assert expected.accounts(rows(person(given_name=""), direct()), {}) == {}
    assert expected.accounts(rows(person(surname="x" * 61), direct()), {}) == {}


def test_the_model_imports_nothing_of_the_product() -> None:
    tree = ast.parse(Path(expected.__file__).read_text())
    imported = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]

    assert imported == ["collections.abc", "dataclasses", "typing"]
    assert not any(isinstance(node, ast.Import) for node in ast.walk(tree))
