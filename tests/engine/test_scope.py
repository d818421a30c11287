"""Who is in scope, and the sentence that says why."""

from typing import Any

import pytest

from provisioning.engine.scope import INACTIVE, NOT_ENTITLED, judge
from tests.engine.values import make_rules, make_source
from tests.engine.walking import UNASSIGNED

DEFAULT_ACCESS: dict[str, Any] = {"roles": ()}


@pytest.mark.parametrize(
    ("source", "rules", "in_scope", "active"),
    [
        pytest.param({}, {}, True, True, id="assigned with a role"),
        pytest.param(UNASSIGNED, {}, False, True, id="not assigned"),
        pytest.param(DEFAULT_ACCESS, {}, False, True, id="only Default Access where a role is required"),
        pytest.param(DEFAULT_ACCESS, {"role_required": False}, True, True, id="only Default Access elsewhere"),
        pytest.param(UNASSIGNED, {"role_required": False}, False, True, id="not assigned where no role is required"),
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
        ({"active": False}, "Its account is disabled in the directory.", INACTIVE),
        ({"soft_deleted": True, **UNASSIGNED}, "It was deleted in the directory.", INACTIVE),
        ({"soft_deleted": True, "purged": True}, "It was deleted for good in the directory.", INACTIVE),
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
    }


def test_deleted_people_are_told_apart_from_disabled_ones() -> None:
    found = [judge(make_source(**values), make_rules()) for values in ({"active": False}, {"soft_deleted": True})]

    assert [verdict.present for verdict in found] == [True, False]
