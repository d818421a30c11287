"""Members of groups: only the differences, a request's worth at a time; taking out waits for the guard."""

from typing import Any

import pytest

from provisioning.choices import Action, Kind, ObjectType, Staging, Status
from provisioning.connectors.memory import Memory
from provisioning.engine.members import NAMED, add_members, remove_members
from provisioning.errors import Rejected, ServerError, TooManyRequests
from provisioning.records import Candidate, MemberWork, ModifiedProperty, Reference, Staged
from provisioning.texts import say
from tests.engine.values import NOW, make_group, make_group_rules, make_state
from tests.engine.walking import known, make_walk, sent, walked

USER, GROUP = ObjectType.USER, ObjectType.GROUP
STATE = make_state(sent={"displayName": "Group 1"})


@pytest.fixture
def group(target: Memory) -> Memory:
    """Group 1 has an account, and so have five people; the first two are in it."""
    target.create(GROUP, {"displayName": "Group 1"})
    for key in range(2, 7):
        target.create(USER, {"userName": f"user{key}@contoso.example"})
    target.add_members("1", ["2", "3"])
    target.service.requests.clear()
    return target


def people(*keys: int) -> tuple[Reference, ...]:
    return tuple(Reference(type=USER, key=key, label=f"User {key}", target_id=str(key)) for key in keys)


def work(staged: Staged | None = None, **values: Any) -> MemberWork:
    return MemberWork(candidate=Candidate(make_group(), STATE, staged=staged), **values)


def waiting(number: int, status: Staging = Staging.PASSED) -> Staged:
    return Staged(
        kind=Kind.MEMBERS,
        action=Action.UPDATE,
        code="MembersToRemove",
        reason=say("They left."),
        number=number,
        status=status,
    )


# --- adding


def test_r13_r36_only_who_is_missing_is_sent(group: Memory) -> None:
    outcome = add_members(work(add=people(4, 5)), make_walk(group, make_group_rules()))

    assert (outcome.action, outcome.status, outcome.code) == (Action.UPDATE, Status.SUCCESS, "MembersAdded")
    assert str(outcome.reason) == "2 members were added to 'Group 1' in Memory"
    assert outcome.modified == (ModifiedProperty("members", None, ("User 4", "User 5")),)
    assert sent(group) == {"add_members": 1}


def test_r39_who_is_in_the_group_for_other_reasons_stays(group: Memory) -> None:
    add_members(work(add=people(4)), make_walk(group, make_group_rules()))

    assert group.service.members("1") == {"2", "3", "4"}


def test_r38_a_requests_worth_of_members_is_one_request(group: Memory) -> None:
    add_members(work(add=people(*range(2, 7))), make_walk(group, make_group_rules()))

    assert sent(group) == {"add_members": 1}


def test_r15_what_the_target_accepted_is_told_whatever_it_echoes(group: Memory) -> None:
    chunk = work(add=people(4))

    assert add_members(chunk, make_walk(group, make_group_rules())).members is chunk


def test_the_first_hundred_members_are_named_and_all_are_counted(group: Memory) -> None:
    outcome = add_members(work(add=people(*range(2, NAMED + 52))), make_walk(group, make_group_rules()))

    assert len(outcome.modified[0].new) == NAMED == 100
    assert outcome.modified[0].new[-1] == "User 101"
    assert str(outcome.reason).startswith("150 members were added")


# --- taking out


def test_who_is_to_be_taken_out_is_staged_and_stays_for_now(group: Memory) -> None:
    outcome = add_members(work(remove=people(3), removals=7), make_walk(group, make_group_rules()))

    assert outcome.staged == Staged(
        kind=Kind.MEMBERS,
        action=Action.UPDATE,
        code="MembersToRemove",
        reason=say("%(number)s are no longer members in the directory.", number=7),
        number=7,
    )
    assert (sent(group), outcome.code, group.service.members("1")) == ({}, "MembersAdded", {"2", "3"})


def test_nothing_is_staged_while_others_are_still_to_be_added(group: Memory) -> None:
    outcome = add_members(work(add=people(4), removals=7, more=True), make_walk(group, make_group_rules()))

    assert outcome.staged is None


def test_a_group_with_nothing_to_add_is_not_logged(group: Memory) -> None:
    assert add_members(work(removals=1), make_walk(group, make_group_rules())).logged is False


@pytest.mark.parametrize("status", [Staging.PASSED, Staging.APPROVED])
def test_removals_that_were_let_pass_are_done(group: Memory, status: Staging) -> None:
    decided = waiting(1, status)

    outcome = remove_members(work(decided, remove=people(3), removals=1), make_walk(group, make_group_rules()))

    assert (outcome.status, outcome.code, outcome.staged) == (Status.SUCCESS, "MembersRemoved", None)
    assert str(outcome.reason) == "1 members were removed from 'Group 1' in Memory"
    assert outcome.modified == (ModifiedProperty("members", ("User 3",), None),)
    assert group.service.members("1") == {"2"}


def test_what_does_not_fit_into_one_request_stays_decided(group: Memory) -> None:
    chunk = work(waiting(5, Staging.APPROVED), remove=people(2, 3), removals=5, more=True)

    outcome = remove_members(chunk, make_walk(group, make_group_rules()))

    assert outcome.staged == waiting(3, Staging.APPROVED)
    assert outcome.members is chunk


def test_more_than_a_person_approved_wait_anew(group: Memory) -> None:
    chunk = work(waiting(1, Staging.APPROVED), remove=people(2, 3), removals=2)

    outcome = remove_members(chunk, make_walk(group, make_group_rules()))

    assert outcome.staged is not None
    assert (outcome.staged.number, outcome.staged.status) == (2, Staging.HELD)
    assert str(outcome.staged.reason) == "2 are no longer members in the directory."
    assert (outcome.members, sent(group), group.service.members("1")) == (None, {}, {"2", "3"})


def test_fewer_than_a_person_approved_are_done(group: Memory) -> None:
    chunk = work(waiting(4, Staging.APPROVED), remove=people(3), removals=1)

    assert remove_members(chunk, make_walk(group, make_group_rules())).code == "MembersRemoved"


def test_the_first_hundred_taken_out_are_named(group: Memory) -> None:
    chunk = work(remove=people(*range(2, NAMED + 52)), removals=150)

    outcome = remove_members(chunk, make_walk(group, make_group_rules()))

    assert (len(outcome.modified[0].old), outcome.staged) == (NAMED, None)


# --- failing


@pytest.mark.parametrize(("do", "operation"), [(add_members, "add_members"), (remove_members, "remove_members")])
def test_members_that_fail_go_into_escrow_and_say_that_it_was_them(group: Memory, do: Any, operation: str) -> None:
    group.service.fail(operation, Rejected(say("no")))

    outcome = do(work(add=people(4), remove=people(3), removals=1), make_walk(group, make_group_rules()))

    assert (outcome.action, outcome.status, outcome.members) == (Action.UPDATE, Status.FAILURE, None)
    assert str(outcome.steps[-1].text) == "Failed to update Group 'Group 1' in Memory"
    state = known(outcome)
    assert (state.members_failed, state.next_try_at, state.target_id) == (True, NOW, "1")


def test_members_that_may_pass_later_wait_within_the_cycle(group: Memory) -> None:
    error = TooManyRequests(say("wait"))
    error.retry_after = 60
    group.service.fail("add_members", error)

    outcome = add_members(work(add=people(4)), make_walk(group, make_group_rules(), defer=True))

    assert (outcome.deferred, outcome.retry_after, known(outcome).members_failed) == (True, 60, True)


def test_members_that_failed_keep_their_times_while_the_group_itself_is_as_it_should_be(group: Memory) -> None:
    group.service.fail("add_members", ServerError(say("down")))
    failed = known(add_members(work(add=people(4)), make_walk(group, make_group_rules())))

    outcome = walked(Candidate(make_group(), failed), group, make_group_rules())

    assert (outcome.status, outcome.logged, known(outcome)) == (Status.SUCCESS, False, failed)


def test_members_that_pass_forget_that_they_failed(group: Memory) -> None:
    failed = make_state(sent=STATE.sent, members_failed=True, failures=2, first_failed_at=NOW)
    chunk = MemberWork(candidate=Candidate(make_group(), failed), add=people(4))

    outcome = add_members(chunk, make_walk(group, make_group_rules()))

    assert known(outcome) == STATE
    assert outcome.steps[1].name == "EntryEscrowRetry"


@pytest.mark.parametrize("do", [add_members, remove_members])
def test_a_group_that_is_gone_is_made_anew_by_its_next_walk(group: Memory, do: Any) -> None:
    group.delete(GROUP, "1")

    failed = do(work(add=people(4), remove=people(3), removals=1), make_walk(group, make_group_rules()))
    again = walked(Candidate(make_group(), known(failed)), group, make_group_rules())

    assert (failed.code, failed.target_id, known(failed).target_id) == ("InvalidAnchor", "1", "")
    assert (again.action, again.status) == (Action.CREATE, Status.SUCCESS)
    assert known(again).target_id in group.service.groups
