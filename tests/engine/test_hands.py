"""What a worker has in hand: when it leaves, when it doubts the target, and whom it blames."""

from collections.abc import Sequence

import pytest

from provisioning.choices import Action, ObjectType, Status, Work
from provisioning.connectors.memory import Memory
from provisioning.engine.hands import IN_A_ROW, Hands, Result
from provisioning.engine.ports import Lease, Signal
from provisioning.errors import (
    CredentialsRejected,
    OutOfTime,
    PermissionMissing,
    RequestTimeout,
    ServerError,
    TargetUnavailable,
    TooManyRequests,
)
from provisioning.records import Candidate, Exchange, ObjectState, Outcome
from provisioning.texts import say
from tests.engine.clocks import Inline, OneByOne
from tests.engine.store_world import outcome
from tests.engine.values import make_source
from tests.engine.world import World

LEASE = Lease(slice_id=0, token=1, work=Work.OBJECTS, type=ObjectType.USER, low=0, high=None)


class Sized(Inline):
    """Remembers the sizes that it was given."""

    def __init__(self, size: int = 4) -> None:
        super().__init__(size)
        self.sizes: list[float] = []

    def resize(self, size: float) -> None:
        self.sizes.append(size)


class Hand(Hands):
    """Of a worker with one lease, over people who are made here."""

    def __init__(self, pool: Inline | OneByOne | None = None) -> None:
        self.world = World(1)
        store = self.world.store()
        store.share = 2
        super().__init__(store, Memory(), pool or Inline(), self.world.clock, LEASE)

    def does(self, *results: Result | BaseException) -> "list[Result]":
        """So many people are worked on, with these results."""
        left = list(results)

        def do(candidate: Candidate) -> Result:
            result = left.pop(0)
            if isinstance(result, BaseException):
                raise result
            return result

        return self.ended(self.start(people(len(results)), do))


def people(number: int) -> list[Candidate]:
    return [Candidate(make_source(key)) for key in range(1, number + 1)]


def failed(number: int = 1, *, lost: bool = False) -> list[Outcome]:
    """Failures that say nothing of their objects."""
    states = ObjectState(uncertain=lost, tries=1)
    return [
        Outcome(
            source=each.source,
            action=Action.CREATE,
            status=Status.WARNING,
            reason=say("503"),
            code="InternalServerError",
            state=states,
            transient=True,
            deferred=True,
        )
        for each in people(number)
    ]


def done(*exchanges: Exchange) -> Outcome:
    (person,) = people(1)
    return Outcome(
        source=person.source,
        action=Action.UPDATE,
        status=Status.SUCCESS,
        reason=say("Done."),
        state=ObjectState(),
        exchanges=exchanges,
    )


# --- leaving


def test_the_pool_has_the_workers_part_of_the_jobs_connections() -> None:
    pool = Sized(4)

    Hand(pool)

    assert pool.sizes == [2]


def test_after_a_pause_that_the_target_asked_for_nothing_more_is_begun_and_nobody_claims() -> None:
    hand = Hand()
    (slower,) = failed()
    waits = Outcome(
        source=slower.source,
        action=Action.UPDATE,
        status=Status.WARNING,
        reason=say("429"),
        code=TooManyRequests.code,
        deferred=True,
        retry_after=30.0,
        state=ObjectState(),
    )

    results = hand.does(waits, done())
    hand.recorded([waits], Signal.GO_ON)

    assert results == [waits, None]
    assert (hand.signal, hand.store.signal(), hand.store.claim()) == (Signal.STOP, Signal.STOP, None)


@pytest.mark.parametrize("signal", [Signal.STOP, Signal.SUPERSEDED])
def test_what_the_database_says_is_heeded_at_the_next_object(signal: Signal) -> None:
    hand = Hand()

    hand.recorded([], signal)

    assert (hand.does(done()), hand.signal) == ([None], signal)


def test_the_database_is_asked_while_waiting() -> None:
    pool = OneByOne(size=3)
    hand = Hand(pool)
    hand.world.job.switch_off()

    results = hand.does(done(), done(), done())

    assert ([each is None for each in results], hand.signal) == ([False, True, True], Signal.STOP)


def test_without_time_nothing_more_is_begun() -> None:
    assert Hand().does(OutOfTime(), done()) == [None, None]


def test_what_was_begun_ends_before_the_slice_is_left() -> None:
    pool = OneByOne(size=3)
    hand = Hand(pool)
    futures = hand.start(people(3), lambda each: done())

    hand.drop()

    assert hand.ended(futures) == [None, None, None]


def test_the_first_reason_to_stop_is_told() -> None:
    hand = Hand()
    first = PermissionMissing(say("No right."))

    hand.does(first)
    hand.leaving.clear()
    hand.does(PermissionMissing(say("Neither that one.")))

    assert hand.stopped_by is first


# --- doubt


def test_after_many_failures_in_a_row_nothing_is_begun_until_the_target_was_asked() -> None:
    hand = Hand()

    results = hand.does(*failed(IN_A_ROW), done())

    assert (results[-1], hand.doubt.is_set()) == (None, True)
    hand.judged(people(len(results)), results)
    assert (hand.doubt.is_set(), hand.target.service.requests) == (False, {"test_connection": 1})


def test_an_answer_between_them_begins_the_row_anew() -> None:
    hand = Hand()
    answer = done(Exchange(method="PUT", url="https://app.example/users/1", status=200))
    half = failed(IN_A_ROW // 2)

    hand.does(*half, answer, *half)

    assert hand.doubt.is_set() is False


def test_who_needed_no_request_is_no_answer() -> None:
    hand = Hand()
    half = failed(IN_A_ROW // 2)

    hand.does(*half, done(), *half)

    assert hand.doubt.is_set() is True


def test_a_refused_sign_in_is_doubt_and_no_failure_of_the_job() -> None:
    hand = Hand()

    (result, after) = hand.does(CredentialsRejected(say("401")), done())

    assert isinstance(result, Outcome)
    assert (result.code, result.deferred, after) == ("InvalidCredentials", True, None)
    assert (hand.stopped_by, hand.doubt.is_set()) == (None, True)


def judged(hand: Hand, results: Sequence[Outcome]) -> list[Outcome]:
    return [each for each in hand.judged(people(len(results)), results) if each is not None]


def test_when_the_target_is_gone_nobody_is_blamed_and_the_job_stops() -> None:
    hand = Hand()
    hand.target.service.fail("test_connection", RequestTimeout(say("slow")))

    (waits,) = judged(hand, failed())

    assert isinstance(hand.stopped_by, TargetUnavailable)
    assert (waits.deferred, waits.retry_after, waits.status) == (True, None, Status.WARNING)
    assert waits.state is not None
    assert (waits.state.tries, waits.state.uncertain) == (0, False)
    assert waits.state.deferred_until == hand.clock.now()


def test_who_may_have_got_an_account_stays_in_doubt_when_the_target_is_gone() -> None:
    hand = Hand()
    hand.target.service.fail("test_connection", RequestTimeout(say("slow")))

    (waits,) = judged(hand, failed(lost=True))

    assert waits.state is not None
    assert (waits.state.uncertain, waits.state.was_in_scope, waits.state.managed) == (True, True, True)


def test_who_was_done_or_not_begun_stays_so_when_the_target_is_gone() -> None:
    hand = Hand()
    hand.target.service.fail("test_connection", RequestTimeout(say("slow")))
    hand.doubt.set()
    success = done()

    results = hand.judged(people(3), [success, None, *failed()])

    assert results[:2] == [success, None]


def test_what_the_connection_test_says_is_the_reason() -> None:
    hand = Hand()
    error = CredentialsRejected(say("The password is wrong."))
    hand.target.service.fail("test_connection", error)

    judged(hand, failed())

    assert hand.stopped_by is error


def test_without_time_for_the_connection_test_the_job_is_not_stopped() -> None:
    hand = Hand()
    hand.target.service.fail("test_connection", OutOfTime())

    judged(hand, failed())

    assert (hand.stopped_by, hand.leaving.is_set()) == (None, True)


def test_one_that_succeeded_is_proof_of_the_target() -> None:
    hand = Hand()

    judged(hand, [*failed(), outcome(people(2)[1])])

    assert hand.target.service.requests == {}


# --- faults of our own


def test_a_fault_of_our_own_is_that_objects_failure(caplog: pytest.LogCaptureFixture) -> None:
    (result, other) = Hand().does(ZeroDivisionError("a slip"), done())

    assert isinstance(result, Outcome)
    assert (result.code, result.status) == ("InternalError", Status.FAILURE)
    assert isinstance(other, Outcome)
    assert "a slip" in caplog.text


def test_pace_is_kept_after_each_recording() -> None:
    pool = Sized(4)
    hand = Hand(pool)
    (groan,) = failed()

    hand.recorded([groan], Signal.GO_ON)
    hand.recorded([groan], Signal.GO_ON)

    assert (groan.code, pool.sizes) == (ServerError.code, [2, 2, 1])
