"""Removals are staged for the guard; one that was let pass is done if it is still the same."""

from dataclasses import replace
from typing import Any

import pytest

from provisioning.choices import Action, Kind, Staging, Status
from provisioning.connectors.memory import Memory
from provisioning.errors import Rejected, ServerError
from provisioning.records import Candidate, ObjectState, Staged
from provisioning.texts import say
from tests.engine.values import NOW, make_group, make_group_rules, make_source, make_state
from tests.engine.walking import DISABLED, PURGED, UNASSIGNED, account, known, sent, staged, walk, walked

OFF, GONE = "NotActiveInSource", "DeletedInSource"
NOTHING: dict[str, int] = {}


def leaver(state: ObjectState | None = None, **source: Any) -> Candidate:
    return Candidate(make_source(**(source or UNASSIGNED)), state or make_state())


@pytest.mark.parametrize(
    ("source", "action", "code", "reason"),
    [
        (UNASSIGNED, Action.DISABLE, "NotEffectivelyEntitled", "It is not assigned to the application."),
        (DISABLED, Action.DISABLE, OFF, "Its account is disabled in the directory."),
        (PURGED, Action.DELETE, GONE, "It was deleted for good in the directory."),
    ],
)
def test_a_removal_is_staged_and_nothing_is_sent(
    linked: Memory, source: dict[str, Any], action: Action, code: str, reason: str
) -> None:
    linked.service.requests.clear()

    outcome = walked(leaver(**source), linked, stage=True)

    assert outcome.staged == Staged(kind=Kind.ACCOUNT, action=action, code=code, reason=outcome.reason)
    assert (outcome.action, outcome.status, str(outcome.reason)) == (Action.STAGED_DELETE, Status.SKIPPED, reason)
    assert str(outcome.steps[-1].text) == f"The removal waits for the guard's decision. {reason}"
    assert (sent(linked), known(outcome)) == (NOTHING, make_state())


def test_a_group_is_staged_too(target: Memory) -> None:
    outcome = staged(target, Candidate(make_group(**UNASSIGNED), make_state()), make_group_rules())

    assert (outcome.kind, outcome.action, outcome.number) == (Kind.ACCOUNT, Action.DELETE, 1)


def test_nothing_is_staged_for_who_has_lost_access_already_or_never_was_ours(linked: Memory) -> None:
    for state in (make_state(disabled=True), make_state(was_in_scope=False), ObjectState()):
        assert walked(leaver(state), linked, stage=True).staged is None


@pytest.mark.parametrize("status", [Staging.PASSED, Staging.APPROVED])
def test_a_removal_that_was_let_pass_is_done_when_it_is_still_the_same(linked: Memory, status: Staging) -> None:
    decided = replace(staged(linked, leaver()), status=status)

    outcome = walked(replace(leaver(), staged=decided), linked)

    assert (outcome.action, outcome.status, outcome.staged) == (Action.DISABLE, Status.SUCCESS, None)
    assert account(linked).active is False


@pytest.mark.parametrize(("now", "code"), [(DISABLED, OFF), (PURGED, GONE)], ids=["another reason", "another action"])
@pytest.mark.parametrize(
    ("before", "after"),
    [(Staging.PASSED, Staging.STAGED), (Staging.APPROVED, Staging.HELD)],
    ids=["passed", "approved"],
)
def test_a_removal_that_became_another_one_waits_anew(
    linked: Memory, before: Staging, after: Staging, now: dict[str, Any], code: str
) -> None:
    decided = replace(staged(linked, leaver()), status=before)
    linked.service.requests.clear()

    outcome = walked(replace(leaver(**now), staged=decided), linked)

    assert outcome.staged is not None
    assert (outcome.staged.status, outcome.staged.code, sent(linked)) == (after, code, NOTHING)
    assert account(linked).active is True


def test_a_deletion_that_became_a_disabling_waits_anew(linked: Memory) -> None:
    decided = replace(staged(linked, leaver(**PURGED)), status=Staging.APPROVED)

    outcome = walked(replace(leaver(soft_deleted=True), staged=decided), linked)

    assert outcome.staged is not None
    assert (outcome.staged.status, outcome.staged.action) == (Staging.HELD, Action.DISABLE)


def test_a_removal_is_staged_again_by_each_first_look_whatever_was_decided(linked: Memory) -> None:
    decided = replace(staged(linked, leaver()), status=Staging.APPROVED)

    assert staged(linked, replace(leaver(), staged=decided)).status is Staging.STAGED


@pytest.mark.parametrize(
    ("source", "state"),
    [
        pytest.param({}, make_state(), id="assigned again"),
        pytest.param(UNASSIGNED, make_state(disabled=True), id="disabled meanwhile"),
    ],
)
@pytest.mark.parametrize("stage", [True, False])
def test_a_removal_that_is_no_longer_due_is_staged_no_more(
    linked: Memory, source: dict[str, Any], state: ObjectState, stage: bool
) -> None:
    decided = replace(staged(linked, leaver()), status=Staging.APPROVED)

    outcome = walked(Candidate(make_source(**source), state, staged=decided), linked, stage=stage)

    assert (outcome.staged, account(linked).active) == (None, True)


def test_a_staged_disabling_lets_other_changes_go_first(linked: Memory) -> None:
    candidate = leaver(**DISABLED | {"attributes": {"surname": "New"}})

    outcome = walked(candidate, linked, stage=True)

    assert outcome.staged is not None
    assert (outcome.action, outcome.staged.action) == (Action.UPDATE, Action.DISABLE)
    assert (account(linked).attributes["familyName"], account(linked).active) == ("New", True)
    assert (known(outcome).managed, known(outcome).disabled) == (True, False)


def test_a_staged_disabling_stays_staged_when_the_other_changes_fail(linked: Memory) -> None:
    linked.service.fail("update", Rejected(say("no")))

    outcome = walked(leaver(**DISABLED | {"attributes": {"surname": "New"}}), linked, stage=True)

    assert outcome.staged is not None
    assert (outcome.status, outcome.staged.action) == (Status.FAILURE, Action.DISABLE)


def test_nothing_is_staged_for_an_account_that_turns_out_to_be_gone(target: Memory) -> None:
    candidate = leaver(make_state(target_id="77"), **DISABLED | {"attributes": {"surname": "New"}})

    outcome = walked(candidate, target, stage=True)

    assert (outcome.staged, known(outcome).target_id) == (None, "")


def test_a_staged_removal_no_longer_waits_for_a_try_within_the_cycle(linked: Memory) -> None:
    state = make_state(tries=1, deferred_until=NOW, failures=2, first_failed_at=NOW)

    after = known(walked(leaver(state), linked, stage=True))

    assert (after.tries, after.deferred_until, after.failures) == (0, None, 2)


def test_a_failed_removal_is_tried_again_by_the_escrows_times(linked: Memory) -> None:
    linked.service.fail("disable", ServerError(say("down")))

    outcome = walk(linked, make_state(), **UNASSIGNED)

    assert (outcome.action, outcome.status, known(outcome).next_try_at) == (Action.DISABLE, Status.FAILURE, NOW)
    assert (known(outcome).disabled, known(outcome).managed) == (False, True)
