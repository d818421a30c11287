"""The order of a cycle's parts, and its bookkeeping."""

from dataclasses import replace
from typing import Any

import pytest

from provisioning.choices import Action, Kind, ObjectType, Operator, Phase, Staging, Status
from provisioning.engine.export import LINKED
from provisioning.engine.intents import in_doubt, may_touch
from provisioning.engine.pace import Pace
from provisioning.engine.phases import (
    WORKS,
    Move,
    Standing,
    counter_of,
    following,
    keeps_staged,
    move,
    restaged,
    settles_references,
)
from provisioning.records import Candidate, Clause, ObjectRules, ObjectState, Outcome, ScopingFilter, Staged
from provisioning.texts import say
from tests.engine.values import RULES, make_rules, make_source, make_state
from tests.engine.walking import UNASSIGNED

STAGED = Staged(kind=Kind.ACCOUNT, action=Action.DISABLE, code="NotActiveInSource", reason=say("Left."))


def told(action: Action = Action.UPDATE, status: Status = Status.SUCCESS, **values: Any) -> Outcome:
    plain: dict[str, Any] = {"source": make_source(), "action": action, "status": status, "reason": say("Because.")}
    return Outcome(**plain, **values)


def test_every_phase_has_its_works_and_its_successor() -> None:
    assert set(WORKS) == set(Phase)
    assert [following(each, preview=False) for each in list(Phase)[:-1]] == list(Phase)[1:]


def test_a_preview_has_no_references_and_no_removals_of_its_own() -> None:
    assert following(Phase.GROUPS, preview=True) is Phase.FINISH


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(phase=Phase.USERS, is_open=True, waiting=True), Move.STAY),
        (Standing(phase=Phase.USERS, is_open=False, waiting=True), Move.AGAIN),
        (Standing(phase=Phase.USERS, is_open=False, waiting=False, seats=True), Move.NEXT),
        (Standing(phase=Phase.REMOVALS, is_open=False, waiting=True, seats=True), Move.AGAIN),
        (Standing(phase=Phase.REMOVALS, is_open=False, waiting=False, seats=True), Move.SEATS),
        (Standing(phase=Phase.REMOVALS, is_open=False, waiting=False), Move.NEXT),
    ],
)
def test_a_phase_ends_when_nothing_is_open_and_nobody_waits(standing: Standing, expected: Move) -> None:
    assert move(standing) is expected


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (None, {}, Staging.STAGED),
        (Staging.STAGED, {}, Staging.STAGED),
        (Staging.PASSED, {}, Staging.STAGED),
        (Staging.HELD, {}, Staging.HELD),
        (Staging.HELD, {"code": "NotEffectivelyEntitled"}, Staging.STAGED),
        (Staging.APPROVED, {}, Staging.APPROVED),
        (Staging.APPROVED, {"action": Action.DELETE}, Staging.STAGED),
        (Staging.APPROVED, {"number": 2}, Staging.STAGED),
        (Staging.REJECTED, {}, Staging.HELD),
        (Staging.PASSED, {"status": Staging.PASSED}, Staging.PASSED),
        (Staging.APPROVED, {"status": Staging.HELD}, Staging.HELD),
    ],
)
def test_what_was_decided_on_a_removal_holds_for_the_same_removal(
    before: Staging | None, now: dict[str, Any], expected: Staging
) -> None:
    known = replace(STAGED, status=before) if before else None

    assert restaged(known, replace(STAGED, **now)).status is expected


def test_an_approval_keeps_the_number_that_was_approved() -> None:
    approved = replace(STAGED, kind=Kind.MEMBERS, number=5, status=Staging.APPROVED)

    assert restaged(approved, replace(approved, number=3, status=Staging.STAGED)).number == 5


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (told(Action.DISABLE, Status.FAILURE), True),
        (told(Action.OTHER, Status.FAILURE), True),
        (told(Action.DELETE, Status.WARNING, deferred=True), True),
        (told(Action.UPDATE, Status.FAILURE), False),
        (told(Action.CREATE, Status.WARNING, deferred=True), False),
        (told(Action.DISABLE), False),
        (told(Action.OTHER, Status.SKIPPED), False),
    ],
)
def test_a_removal_stays_staged_while_nothing_better_is_known(outcome: Outcome, expected: bool) -> None:
    assert keeps_staged(outcome) is expected


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (told(Action.CREATE), "created"),
        (told(Action.UPDATE), "updated"),
        (told(Action.DISABLE), "disabled"),
        (told(Action.DELETE), "deleted"),
        (told(Action.OTHER, code=LINKED), "linked"),
        (told(Action.OTHER), "unchanged"),
        (told(Action.OTHER, Status.SKIPPED), "skipped"),
        (told(Action.OTHER, Status.SKIPPED, logged=False), "unchanged"),
        (told(Action.OTHER, Status.WARNING), "skipped"),
        (told(Action.UPDATE, Status.FAILURE), "failed"),
        (told(Action.UPDATE, Status.FAILURE, staged=STAGED), "failed"),
        (told(Action.UPDATE, Status.WARNING, deferred=True), ""),
        (told(Action.STAGED_DELETE, Status.SKIPPED, staged=STAGED), ""),
        (told(Action.STAGED_DELETE, Status.SKIPPED, staged=replace(STAGED, status=Staging.HELD)), "held"),
    ],
)
def test_an_outcome_moves_one_counter_once_it_is_final(outcome: Outcome, expected: str) -> None:
    assert counter_of(outcome) == expected


def test_references_are_what_the_target_has_after_a_success_only() -> None:
    assert settles_references(told())
    assert settles_references(told(Action.OTHER, Status.SKIPPED))
    assert not settles_references(told(status=Status.FAILURE))
    assert not settles_references(told(status=Status.WARNING))
    assert not settles_references(told(deferred=True))


# --- what is noted before anything is sent


def test_who_has_an_account_or_may_get_one_is_noted() -> None:
    rules = make_rules()

    assert may_touch(Candidate(make_source()), rules)
    assert may_touch(Candidate(make_source(**UNASSIGNED), make_state()), rules)
    assert not may_touch(Candidate(make_source(**UNASSIGNED)), rules)
    assert not may_touch(Candidate(make_source()), make_rules(create=False))


def test_who_can_not_be_judged_gets_no_account() -> None:
    clause = Clause(attribute="displayName", operator=Operator.REGEX_MATCH, value="(")
    filters = (ScopingFilter(title="Broken", clauses=(clause,)),)
    broken = ObjectRules(type=ObjectType.USER, rules=RULES, filters=filters)
    rules = make_rules()

    assert not may_touch(Candidate(make_source()), replace(rules, objects={broken.type: broken}))


def test_a_known_account_is_read_again_and_an_unknown_one_searched_for() -> None:
    assert in_doubt(make_state()) == replace(make_state(), uncertain=True)
    assert in_doubt(None) == ObjectState(uncertain=True, was_in_scope=True, managed=True)


# --- pace


def test_pace_is_halved_when_the_target_groans_and_grows_one_by_one() -> None:
    pace = Pace(8, share=1)
    sizes = [pace.size]
    for code in ("TooManyRequests", "InternalServerError", "", ""):
        pace.heed([told(code=code)])
        sizes.append(pace.size)
    pace.heed([])

    assert [*sizes, pace.size] == [8, 4, 2, 3, 4, 4]


def test_there_is_always_one_in_hand() -> None:
    assert Pace(2, share=5).size == 1
