"""Open points about random and unique values and app roles, by the readings that were chosen (R26 to R28, R33)."""

from dataclasses import replace
from typing import Any

import pytest

from provisioning.expressions.language import NoUniqueValue, RoleValue, compile_expression
from tests.expressions.running import CONTEXT, failure, result, value


def test_r26_the_rest_of_a_random_text_is_of_the_classes_asked_for() -> None:
    assert set(value("RandomString(200, 1, 0, 1, 0)")) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    everything = value("RandomString(256, 0, 0, 0, 0)")
    assert all(any(test(each) for each in everything) for test in (str.isdigit, str.isupper, str.islower))


def test_r26_a_class_that_is_needed_must_not_be_avoided_wholly() -> None:
    assert "no character left" in str(failure('RandomString(4, 1, 0, 0, 0, "0123456789")'))
    assert value('RandomString(4, 0, 0, 1, 0, "0123456789")').isupper()


@pytest.mark.parametrize("arguments", ["257, 0, 0, 0, 0", "3, 1, 1, 1, 1", "3, -1, 0, 0, 0", "-1, 0, 0, 0, 0"])
def test_random_texts_have_bounds(arguments: str) -> None:
    assert failure(f"RandomString({arguments})").column == 1


def asked(expression: str, taken: set[str], *, case_exact: bool = False, **attributes: Any) -> tuple[Any, list[str]]:
    """What SelectUniqueValue chooses, and what it asked about."""
    questions: list[str] = []

    def is_taken(text: str) -> bool:
        questions.append(text)
        return text in taken

    context = replace(CONTEXT, taken=is_taken, case_exact=case_exact, attributes=attributes)
    return compile_expression(expression).run(context).value, questions


def test_r27_empty_and_repeated_candidates_are_not_looked_up() -> None:
    rules = 'SelectUniqueValue([n], "", "a", "A", "b", Error("never reached"))'

    assert asked(rules, {"a"}) == ("b", ["a", "b"])


def test_r27_case_makes_another_candidate_where_it_counts() -> None:
    assert asked('SelectUniqueValue("a", "A")', {"a"}, case_exact=True) == ("A", ["a", "A"])


def test_r27_when_all_are_in_use_the_object_waits() -> None:
    with pytest.raises(NoUniqueValue, match="None of the values is free: a, b"):
        asked('SelectUniqueValue("a", "b")', {"a", "b"})
    with pytest.raises(NoUniqueValue, match="None of the rules of SelectUniqueValue gives a value"):
        asked('SelectUniqueValue([n], "")', set())


def test_a_candidate_that_is_a_list_of_one_is_its_value() -> None:
    assert asked('SelectUniqueValue([m], "b")', set(), m=["a"]) == ("a", ["a"])


def test_without_anybody_to_ask_the_first_value_is_taken() -> None:
    assert value('SelectUniqueValue("a", "b")') == "a"


def test_what_goes_wrong_while_asking_is_not_an_error_of_the_expression() -> None:
    def ask(text: str) -> bool:
        raise ConnectionError(text)

    with pytest.raises(ConnectionError):
        result('SelectUniqueValue("a", "b")', replace(CONTEXT, taken=ask))


ROLES = [{"id": "2", "value": "U", "displayName": "User"}, {"id": "1", "value": None, "displayName": "Admin"}]


@pytest.mark.parametrize(
    ("roles", "single", "all_roles"),
    [
        (ROLES, "Admin", ("U", "Admin")),
        (["User", "Admin"], "User", ("User", "Admin")),
        (["User"], "User", ("User",)),
        ([], None, ()),
        (None, None, ()),
    ],
)
def test_r28_names_of_roles(roles: Any, single: str | None, all_roles: tuple[str, ...]) -> None:
    assert value("SingleAppRoleAssignment([appRoleAssignments])", appRoleAssignments=roles) == single
    assert value("AppRoleAssignments([appRoleAssignments])", appRoleAssignments=roles) == all_roles


def test_r28_roles_of_the_context_stand_for_the_attribute() -> None:
    roles = (RoleValue(id="2", value="U", display_name="User"), RoleValue(id="1", display_name="Admin"))
    context = replace(CONTEXT, roles=roles)

    assert result("SingleAppRoleAssignment([appRoleAssignments])", context).value == "Admin"
    assert result('Join("+", [appRoleAssignments])', context).value == "U+Admin"
    assert result("Coalesce([appRoleAssignments])", context).value == ("U", "Admin")


@pytest.mark.parametrize(
    ("name", "key"),
    [("AppRoleAssignmentsComplex", "displayName"), ("AssertiveAppRoleAssignmentsComplex", "display")],
)
def test_r33_role_objects_have_the_key_of_their_function(name: str, key: str) -> None:
    fixed = {"primary": False, "type": "WindowsAzureActiveDirectoryRole"}

    assert value(f"{name}([appRoleAssignments])", appRoleAssignments=ROLES) == (
        fixed | {key: "User", "value": "U"},
        fixed | {key: "Admin", "value": "Admin"},
    )
    assert value(f"{name}([appRoleAssignments])") == ()


def test_what_is_no_role_is_refused() -> None:
    assert "needs roles" in str(failure("AppRoleAssignments([x])", x=[1]))
