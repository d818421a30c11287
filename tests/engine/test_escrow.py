"""When a failed object is tried again: Microsoft's times, walked with a clock that tests move."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.choices import Status
from provisioning.engine.escrow import DAY, GIVE_UP, deferred_until, escrowed, next_try, seconds_to_wait, settled
from provisioning.errors import ServerError
from provisioning.texts import say
from tests.engine.values import NOW, make_state

HOUR = timedelta(hours=1)
INTERVAL = timedelta(minutes=20)
WITHIN = st.timedeltas(min_value=timedelta(0), max_value=GIVE_UP * 2)


def tries_of_a_failing_object(cycle: timedelta) -> list[timedelta]:
    """Times after the first failure at which an object that always fails is tried, with a cycle every `cycle`."""
    tried: list[timedelta] = []
    now, failures = NOW, 0
    due: datetime | None = NOW
    for _ in range(int(GIVE_UP * 1.5 / cycle)):
        if due is not None and due <= now:
            tried.append(now - NOW)
            failures += 1
            due = next_try(NOW, now, failures)
        now += cycle
    return tried


def test_a_failing_object_is_tried_in_the_next_cycle_then_after_6_12_and_24_hours_then_daily_for_28_days() -> None:
    tried = tries_of_a_failing_object(INTERVAL)

    assert tried[:5] == [timedelta(0), INTERVAL, 6 * HOUR, 12 * HOUR, 24 * HOUR]
    assert tried[5:] == [day * DAY for day in range(2, 29)]


def test_a_job_with_rare_cycles_skips_the_times_it_missed() -> None:
    assert tries_of_a_failing_object(10 * HOUR)[:5] == [0 * HOUR, 10 * HOUR, 20 * HOUR, 30 * HOUR, 50 * HOUR]


def test_after_28_days_it_is_given_up() -> None:
    assert next_try(NOW, NOW + GIVE_UP, 40) is None
    assert next_try(NOW, NOW + GIVE_UP - timedelta(seconds=1), 40) == NOW + GIVE_UP


def test_the_first_failure_is_tried_again_in_the_next_cycle_whenever_it_happens() -> None:
    later = NOW + GIVE_UP * 2

    assert next_try(later, later, 1) == later


@given(WITHIN, st.integers(2, 100))
def test_a_later_try_is_always_ahead_and_never_beyond_28_days(since: timedelta, failures: int) -> None:
    found = next_try(NOW, NOW + since, failures)

    assert (found is None) == (since >= GIVE_UP)
    if found:
        assert NOW + since < found <= NOW + GIVE_UP
        assert found - NOW in (6 * HOUR, 12 * HOUR) or (found - NOW) % DAY == timedelta(0)


# --- within the cycle


def later(seconds: float | None = None) -> ServerError:
    error = ServerError(say("down"))
    error.retry_after = seconds
    return error


@pytest.mark.parametrize(
    ("seconds", "tries", "again"),
    [
        pytest.param(None, 1, 5, id="a little"),
        pytest.param(None, 2, 20, id="then longer"),
        pytest.param(None, 3, None, id="three tries and no more"),
        pytest.param(60, 1, 60, id="what the target named"),
        pytest.param(60, 2, 60, id="what the target named again"),
        pytest.param(60, 3, None, id="three tries whatever the target named"),
        pytest.param(0, 1, 0, id="at once"),
        pytest.param(900, 1, 900, id="fifteen minutes"),
        pytest.param(901, 1, None, id="more than fifteen minutes"),
    ],
)
def test_r54_an_object_is_tried_three_times_within_a_cycle_and_heeds_the_targets_time(
    seconds: float | None, tries: int, again: int | None
) -> None:
    expected = None if again is None else NOW + timedelta(seconds=again)

    assert deferred_until(later(seconds), NOW, tries) == expected


@pytest.mark.parametrize(("seconds", "tries", "wait"), [(None, 1, 5), (None, 2, 20), (7.5, 2, 7.5), (3_600, 1, 3_600)])
def test_the_wait_of_the_whole_job_is_what_the_target_named_or_a_little(
    seconds: float | None, tries: int, wait: float
) -> None:
    assert seconds_to_wait(later(seconds), tries) == wait


# --- what is remembered


def test_a_failure_counts_from_the_first_one_and_ends_the_tries_of_the_cycle() -> None:
    state = make_state(tries=2, deferred_until=NOW, failures=1, first_failed_at=NOW - HOUR)

    after = escrowed(state, "Timeout", NOW)

    assert (after.status, after.code, after.failures) == (Status.FAILURE, "Timeout", 2)
    assert (after.first_failed_at, after.next_try_at) == (NOW - HOUR, NOW + 5 * HOUR)
    assert (after.tries, after.deferred_until) == (0, None)


def test_after_28_days_a_failure_names_no_next_try() -> None:
    assert escrowed(make_state(failures=40, first_failed_at=NOW - GIVE_UP), "Timeout", NOW).next_try_at is None


def test_what_ended_well_forgets_every_failure() -> None:
    failed = escrowed(make_state(members_failed=True), "Timeout", NOW)

    assert settled(failed, Status.SUCCESS, "") == make_state()
