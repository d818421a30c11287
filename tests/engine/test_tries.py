"""What becomes of an object whose request failed: another try in this cycle, the escrow, and what is remembered."""

from datetime import datetime, timedelta

import pytest

from provisioning.choices import Action, ObjectType, Status
from provisioning.connectors.memory import Memory
from provisioning.errors import (
    Conflict,
    LicenseLimitExceeded,
    ProvisioningError,
    RefusedOnce,
    Rejected,
    RequestTimeout,
    RetryLater,
    ServerError,
    TooManyRequests,
    UnexpectedAnswer,
    Unreachable,
)
from provisioning.records import Candidate, Exchange, ObjectState, Outcome
from provisioning.texts import say
from tests.engine.values import NOW, make_source, make_state
from tests.engine.walking import account, known, sent, walk, walked

LATER: list[type[RetryLater]] = [
    Unreachable,
    RequestTimeout,
    TooManyRequests,
    ServerError,
    UnexpectedAnswer,
    RefusedOnce,
]


def failure(kind: type[RetryLater], seconds: float | None = None) -> RetryLater:
    error = kind(say("not now"))
    error.retry_after = seconds
    return error


def tried(target: Memory, state: ObjectState | None = None, now: datetime = NOW) -> Outcome:
    """A try of the cycle, which may try again."""
    target.service.requests.clear()
    return walked(Candidate(make_source(attributes={"surname": "New"}), state), target, defer=True, now=now)


@pytest.mark.parametrize("kind", LATER)
def test_what_may_pass_later_waits_within_the_cycle(linked: Memory, kind: type[RetryLater]) -> None:
    linked.service.fail("update", failure(kind))

    outcome = tried(linked, make_state())

    assert (outcome.deferred, outcome.status, outcome.code) == (True, Status.WARNING, kind.code)
    state = known(outcome)
    assert (state.tries, state.deferred_until, state.failures) == (1, NOW + timedelta(seconds=5), 0)
    assert (state.status, state.code, state.sent) == (Status.WARNING, kind.code, make_state().sent)


def test_three_tries_and_then_the_escrow(linked: Memory) -> None:
    linked.service.fail("update", *(failure(ServerError) for _ in range(3)))
    state, now, waits = make_state(), NOW, []
    for _ in range(2):
        outcome = tried(linked, state, now)
        state = known(outcome)
        assert state.deferred_until is not None
        waits.append((state.deferred_until - now).total_seconds())
        now = state.deferred_until

    last = tried(linked, state, now)

    assert waits == [5, 20]
    assert (last.deferred, last.status) == (False, Status.FAILURE)
    assert (known(last).failures, known(last).tries, known(last).next_try_at) == (1, 0, now)


def test_a_try_that_passes_forgets_the_others_and_tells_them(linked: Memory) -> None:
    linked.service.fail("update", failure(ServerError))
    state = known(tried(linked, make_state()))

    outcome = tried(linked, state)

    assert (outcome.status, known(outcome).tries, known(outcome).deferred_until) == (Status.SUCCESS, 0, None)
    retry = outcome.steps[1]
    assert (retry.name, str(retry.text)) == (
        "EntryEscrowRetry",
        "We are retrying an operation that previously failed.",
    )
    assert (retry.details["Identifier"], retry.details["CountProcessed"]) == ("id-1", "1")


def test_the_time_that_the_target_names_is_heeded_and_told_to_the_job(linked: Memory) -> None:
    linked.service.fail("update", failure(TooManyRequests, 120))

    outcome = tried(linked, make_state())

    assert (known(outcome).deferred_until, outcome.retry_after) == (NOW + timedelta(seconds=120), 120)


def test_more_than_fifteen_minutes_are_left_to_the_next_cycle(linked: Memory) -> None:
    linked.service.fail("update", failure(TooManyRequests, 3_600))

    outcome = tried(linked, make_state())

    assert (outcome.deferred, outcome.status, outcome.retry_after) == (False, Status.FAILURE, 3_600)
    assert known(outcome).next_try_at == NOW


@pytest.mark.parametrize(
    ("error", "slows", "transient"),
    [
        (failure(TooManyRequests), 2, False),
        (failure(TooManyRequests, 7), 7, False),
        (failure(ServerError, 7), 7, True),
        (failure(ServerError), None, True),
        (failure(Unreachable), None, True),
        (Rejected(say("no")), None, False),
    ],
)
def test_only_a_target_that_asks_for_it_slows_the_whole_job(
    linked: Memory, error: ProvisioningError, slows: float | None, transient: bool
) -> None:
    linked.service.fail("update", error)

    outcome = tried(linked, make_state())

    assert (outcome.retry_after, outcome.transient) == (slows, transient)


@pytest.mark.parametrize("error", [Rejected(say("no")), LicenseLimitExceeded(say("full")), Conflict(say("taken"))])
def test_what_is_wrong_with_the_object_is_not_tried_again_in_this_cycle(
    linked: Memory, error: ProvisioningError
) -> None:
    linked.service.fail("update", error)

    outcome = tried(linked, make_state())

    assert (outcome.deferred, outcome.status, known(outcome).failures) == (False, Status.FAILURE, 1)


def test_outside_a_cycle_every_failure_is_final_for_now(linked: Memory) -> None:
    linked.service.fail("update", failure(ServerError))

    assert walk(linked, make_state(), attributes={"surname": "New"}).deferred is False


@pytest.mark.parametrize(
    ("kind", "uncertain"),
    [
        (RequestTimeout, True),
        (ServerError, True),
        (Unreachable, True),
        (UnexpectedAnswer, True),
        (TooManyRequests, False),
    ],
)
def test_after_a_lost_answer_nobody_knows_whether_there_is_an_account(
    target: Memory, kind: type[RetryLater], uncertain: bool
) -> None:
    target.service.fail("create", failure(kind))

    assert known(tried(target)).uncertain is uncertain


def test_after_a_lost_answer_the_account_is_looked_up_and_not_created_twice(target: Memory) -> None:
    target.service.fail("create", failure(RequestTimeout), done=True)
    state = known(tried(target))

    outcome = walked(Candidate(make_source(attributes={"surname": "New"}), state, surveyed=()), target)

    assert (outcome.status, list(target.service.users)) == (Status.SUCCESS, ["1"])
    assert target.service.requests["create"] == 1
    assert (known(outcome).target_id, known(outcome).uncertain) == ("1", False)


def test_after_a_lost_update_the_account_is_in_doubt_and_keeps_what_is_known(linked: Memory) -> None:
    linked.service.fail("update", failure(RequestTimeout), done=True)

    state = known(tried(linked, make_state()))

    assert (state.uncertain, state.target_id, state.sent) == (True, make_state().target_id, make_state().sent)


def test_r40_what_the_target_did_not_confirm_is_read_and_sent_again_where_it_was_not_done(linked: Memory) -> None:
    linked.service.fail("update", failure(RequestTimeout))
    state = known(tried(linked, make_state()))

    assert tried(linked, state).action is Action.UPDATE
    assert sent(linked) == {"get": 1, "update": 1}


def test_r40_what_was_done_without_an_answer_is_not_sent_twice(linked: Memory) -> None:
    linked.service.fail("update", failure(RequestTimeout), done=True)
    state = known(tried(linked, make_state()))

    after = tried(linked, state)

    assert (after.action, known(after).uncertain, sent(linked)) == (Action.OTHER, False, {"get": 1})


def test_an_account_in_doubt_that_is_gone_is_looked_up_anew(linked: Memory) -> None:
    linked.service.fail("update", failure(RequestTimeout))
    state = known(tried(linked, make_state()))
    linked.service.remove(ObjectType.USER, "1")

    after = tried(linked, state)

    assert (after.action, known(after).target_id) == (Action.CREATE, "2")


def test_r29_one_object_that_is_refused_is_a_failure_of_its_own(target: Memory) -> None:
    target.service.fail("create", Rejected(say("no")))

    outcomes = [walked(Candidate(make_source(key)), target) for key in (1, 2)]

    assert [each.status for each in outcomes] == [Status.FAILURE, Status.SUCCESS]
    assert account(target).attributes["userName"] == "user2@contoso.example"


def test_r10_a_failure_names_object_values_exchange_and_what_to_do(linked: Memory) -> None:
    said = (Exchange(method="PUT", url="https://target.example/users/1", status=422),)
    linked.service.fail("update", Rejected(say("familyName: too long"), said))

    outcome = tried(linked, make_state())

    assert (outcome.source.id, outcome.target_id, outcome.target_label) == ("id-1", "1", "user1@contoso.example")
    assert (str(outcome.reason), outcome.exchanges) == ("familyName: too long", said)
    assert [each.name for each in outcome.modified] == ["familyName"]
    assert outcome.remedy == Rejected.remedy != ""
