"""Who is in scope, and the sentence that says why."""

from dataclasses import replace
from typing import Any

import pytest

from provisioning.choices import Operator, Status
from provisioning.connectors.memory import Memory
from provisioning.engine.scope import FILTERED, GONE, INACTIVE, NOT_ENTITLED, judge
from provisioning.records import Clause, JobRules, ScopingFilter
from tests.engine.values import make_group, make_group_rules, make_rules, make_source, make_state
from tests.engine.walking import UNASSIGNED, known, sent, walk

EQUALS = Operator.EQUALS

DEFAULT_ACCESS: dict[str, Any] = {"roles": ()}
IDLE: dict[str, Any] = {"roles": (), "idle_roles": ("Super Admin", "Manage users")}
NO_ROW = "It has no role that is provisioned: no row of the attribute mapping sends Super Admin, Manage users."


@pytest.mark.parametrize(
    ("source", "rules", "in_scope", "active"),
    [
        pytest.param({}, {}, True, True, id="assigned with a role"),
        pytest.param(UNASSIGNED, {}, False, True, id="not assigned"),
        pytest.param(DEFAULT_ACCESS, {}, False, True, id="only Default Access where a role is required"),
        pytest.param(DEFAULT_ACCESS, {"role_required": False}, True, True, id="only Default Access elsewhere"),
        pytest.param(UNASSIGNED, {"role_required": False}, False, True, id="not assigned where no role is required"),
        pytest.param(IDLE, {}, False, True, id="only a role that no mapping sends"),
        pytest.param(UNASSIGNED, {"everyone": True}, True, True, id="not assigned in sync all"),
        pytest.param({"active": False}, {}, True, False, id="disabled in the directory"),
        pytest.param({"soft_deleted": True}, {}, True, False, id="in the recycle bin"),
        pytest.param({"soft_deleted": True, "purged": True}, {}, True, False, id="deleted for good"),
        pytest.param({**UNASSIGNED, "active": False}, {}, False, False, id="neither assigned nor active"),
    ],
)
def test_scope_is_assignment_with_a_role_that_counts(
    source: dict[str, Any], rules: dict[str, Any], in_scope: bool, active: bool
) -> None:
    verdict = judge(make_source(**source), make_rules(**rules))

    assert (verdict.in_scope, verdict.active, verdict.wanted) == (in_scope, active, in_scope and active)


@pytest.mark.parametrize(
    ("source", "reason", "code"),
    [
        ({}, "It is active and assigned directly.", ""),
        ({"direct": False, "via": ("Sales", "EMEA")}, "It is active and assigned through Sales, EMEA.", ""),
        ({"via": ("Sales",)}, "It is active and assigned, directly and through Sales.", ""),
        (UNASSIGNED, "It is not assigned to the application.", NOT_ENTITLED),
        (DEFAULT_ACCESS, "It has no role that is provisioned; Default Access is not.", NOT_ENTITLED),
        (IDLE, NO_ROW, NOT_ENTITLED),
        ({"active": False}, "Its account is disabled in the directory.", INACTIVE),
        ({"soft_deleted": True, **UNASSIGNED}, "It was deleted in the directory.", GONE),
        ({"soft_deleted": True, "purged": True}, "It was deleted for good in the directory.", GONE),
    ],
)
def test_the_reason_is_one_sentence_with_a_code(source: dict[str, Any], reason: str, code: str) -> None:
    verdict = judge(make_source(**source), make_rules())

    assert (str(verdict.reason), verdict.code) == (reason, code)


def test_in_sync_all_the_directory_is_named_instead_of_an_assignment() -> None:
    verdict = judge(make_source(**UNASSIGNED), make_rules(everyone=True))

    assert str(verdict.reason) == "It is active, and everybody in Azure Active Directory is provisioned."


def test_the_details_answer_the_three_questions_of_the_provisioning_logs() -> None:
    verdict = judge(make_source(**DEFAULT_ACCESS, active=False), make_rules())

    assert verdict.details == {
        "Active in the source system": "False",
        "Assigned to the application": "True",
        "User has the required role": "False",
        "Scoping filter evaluation passed": "True",
    }


def test_deleted_people_are_told_apart_from_disabled_ones() -> None:
    found = [judge(make_source(**values), make_rules()) for values in ({"active": False}, {"soft_deleted": True})]

    assert [verdict.present for verdict in found] == [True, False]


# --- scoping filters


def scoped(*values: str) -> JobRules:
    """Passes who is in one of these departments."""
    filters = tuple(
        ScopingFilter(title=f"In {value}", clauses=(Clause(attribute="department", operator=EQUALS, value=value),))
        for value in values
    )
    return make_rules(filters=filters)


@pytest.mark.parametrize(
    ("department", "passes"), [("Sales", True), ("IT", True), ("Legal", False), ("", False), (None, False)]
)
def test_in_scope_is_who_passes_any_filter(department: str | None, passes: bool) -> None:
    verdict = judge(make_source(attributes={"department": department}), scoped("Sales", "IT"))

    assert (verdict.in_scope, verdict.wanted) == (passes, passes)


def test_who_passes_no_filter_is_told_so_with_every_clause() -> None:
    verdict = judge(make_source(attributes={"department": "Legal"}), scoped("Sales", "IT"))

    assert (str(verdict.reason), verdict.code) == ("It passes none of the scoping filters.", FILTERED)
    assert verdict.details["Scoping filter evaluation passed"] == "False"
    assert verdict.details["In Sales department EQUALS Sales"] == "False"
    assert verdict.details["In IT department EQUALS IT"] == "False"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (UNASSIGNED, NOT_ENTITLED),
        (DEFAULT_ACCESS, NOT_ENTITLED),
        ({"active": False}, FILTERED),
        ({"soft_deleted": True}, GONE),
    ],
)
def test_of_several_reasons_the_first_that_an_administrator_can_change_is_told(
    source: dict[str, Any], code: str
) -> None:
    assert judge(make_source(**source), scoped("Sales")).code == code


def test_everybody_still_has_to_pass_the_filters() -> None:
    rules = replace(scoped("Sales"), everyone=True)

    assert judge(make_source(**UNASSIGNED), rules).code == FILTERED


def test_r18_groups_have_filters_of_their_own() -> None:
    clause = Clause(attribute="displayName", operator=EQUALS, value="Group 1")
    rules = make_group_rules(filters=(ScopingFilter(title="Ours", clauses=(clause,)),))

    assert [judge(make_group(key), rules).in_scope for key in (1, 2)] == [True, False]


def test_a_group_is_asked_for_its_role_by_name() -> None:
    assert judge(make_group(), make_group_rules()).details["Group has the required role"] == "True"


def test_a_filter_that_can_not_be_decided_fails_and_takes_nobodys_account(linked: Memory) -> None:
    broken = Clause(attribute="surname", operator=Operator.REGEX_MATCH, value="(")
    rules = make_rules(filters=(ScopingFilter(title="Broken", clauses=(broken,)),))

    outcome = walk(linked, make_state(), rules)

    assert (outcome.status, outcome.code, sent(linked)) == (Status.FAILURE, "ScopingFilterInvalid", {})
    assert (known(outcome).managed, known(outcome).sent) == (True, make_state().sent)
