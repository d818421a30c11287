"""When a failed object is tried again: Microsoft's times, walked with a clock that tests move."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from provisioning.engine.escrow import DAY, GIVE_UP, next_try
from tests.engine.values import NOW

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
