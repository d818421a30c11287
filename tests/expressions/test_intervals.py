"""Intervals are added and counted by the rules of Visual Basic .NET."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.expressions.intervals import add, difference
from provisioning.expressions.moments import BadDate, parse, shown

INTERVALS = ["yyyy", "m", "ww", "d", "h", "n", "s"]
MOMENTS = st.datetimes(timezones=st.just(UTC))
MIDDLE = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
LATER, EARLIER = "8/25/2021 5:41:18 PM", "2012-03-16-07:00"


@pytest.mark.parametrize(
    ("interval", "number", "text", "expected"),
    [
        pytest.param("yyyy", 2, EARLIER, "3/16/2014 7:00:00 AM", id="years"),
        pytest.param("m", 10, EARLIER, "1/16/2013 7:00:00 AM", id="months"),
        pytest.param("ww", 2, EARLIER, "3/30/2012 7:00:00 AM", id="weeks"),
        pytest.param("d", 7, EARLIER, "3/23/2012 7:00:00 AM", id="days"),
        pytest.param("d", -10, EARLIER, "3/6/2012 7:00:00 AM", id="days back"),
        pytest.param("h", 25, "2021-01-01", "1/2/2021 1:00:00 AM", id="hours"),
        pytest.param("n", -1, "2021-01-01", "12/31/2020 11:59:00 PM", id="minutes"),
        pytest.param("s", 90, "2021-01-01", "1/1/2021 12:01:30 AM", id="seconds"),
        pytest.param("m", -3, "2021-01-15", "10/15/2020 12:00:00 AM", id="months back over a year"),
        pytest.param("m", 1, "2021-01-31", "2/28/2021 12:00:00 AM", id="a shorter month"),
        pytest.param("m", 1, "2024-01-31", "2/29/2024 12:00:00 AM", id="a shorter month of a leap year"),
        pytest.param("yyyy", 1, "2024-02-29", "2/28/2025 12:00:00 AM", id="a year without this day"),
        pytest.param("d", 1.9, "2021-01-01", "1/2/2021 12:00:00 AM", id="a fraction is cut off"),
        pytest.param("d", -1.9, "2021-01-01", "12/31/2020 12:00:00 AM", id="and so it is backwards"),
        pytest.param("yyyy", 0.9, "2021-01-01", "1/1/2021 12:00:00 AM", id="and of a year"),
    ],
)
def test_intervals_are_added(interval: str, number: float, text: str, expected: str) -> None:
    assert shown(add(interval, number, parse(text))) == expected


@pytest.mark.parametrize(
    ("interval", "first", "second", "expected"),
    [
        pytest.param("yyyy", "2020-12-31", "2021-01-01", 1, id="years by their numbers"),
        pytest.param("m", "2021-01-31", "2021-02-01", 1, id="months by their numbers"),
        pytest.param("m", LATER, EARLIER, -113, id="months back"),
        pytest.param("yyyy", LATER, EARLIER, -9, id="years back"),
        pytest.param("ww", LATER, EARLIER, -493, id="weeks that begin on Sunday"),
        pytest.param("ww", "2021-08-28T23:00", "2021-08-29T01:00", 0, id="a Sunday, but not yet the time of day"),
        pytest.param("ww", "2021-08-28T01:00", "2021-08-29T01:00", 1, id="a Sunday at the time of day"),
        pytest.param("ww", "2021-08-22", "2021-08-28", 0, id="Sunday and Saturday of one week"),
        pytest.param("ww", "0001-01-01", "0001-01-07", 1, id="the first week, begun before all dates"),
        pytest.param("d", "2021-08-18+08:00", "2021-08-31+08:00", 13, id="days"),
        pytest.param("d", LATER, EARLIER, -3449, id="days back"),
        pytest.param("d", "2021-08-24T23:00", "2021-08-25T01:00", 0, id="a midnight is no day"),
        pytest.param("h", LATER, EARLIER, -82786, id="hours are cut off, not rounded down"),
        pytest.param("n", "2021-08-24T10:00:30", "2021-08-24T10:02:00", 1, id="minutes"),
        pytest.param("s", "2021-08-24", "2021-08-25", 86400, id="seconds"),
        pytest.param("s", "2021-08-24T00:00:00.9", "2021-08-24T00:00:00", 0, id="less than a second back"),
    ],
)
def test_intervals_are_counted(interval: str, first: str, second: str, expected: int) -> None:
    assert difference(interval, parse(first), parse(second)) == expected


@pytest.mark.parametrize("interval", ["century", "D", "YYYY", "q", "w", "y", "", " d"])
def test_an_interval_of_another_name_is_refused(interval: str) -> None:
    with pytest.raises(BadDate, match="no interval of this name"):
        add(interval, 1, parse("2021-01-01"))
    with pytest.raises(BadDate, match="no interval of this name"):
        difference(interval, parse("2021-01-01"), parse("2021-01-01"))


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("number", [1e12, -1e12, 1e300])
def test_a_date_beyond_all_years_is_refused(interval: str, number: float) -> None:
    with pytest.raises(BadDate, match="not within the years 1 to 9999"):
        add(interval, number, parse("2021-01-01"))


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_a_number_that_counts_nothing_is_refused(number: float) -> None:
    with pytest.raises(BadDate, match="not a number of intervals"):
        add("d", number, parse("2021-01-01"))


@given(st.sampled_from(INTERVALS), st.integers(-1000, 1000), MIDDLE)
def test_what_was_added_is_the_difference(interval: str, number: int, moment: datetime) -> None:
    assert difference(interval, moment, add(interval, number, moment)) == number


@given(st.sampled_from(INTERVALS), MOMENTS, MOMENTS)
def test_the_difference_back_is_the_same_the_other_way(interval: str, first: datetime, second: datetime) -> None:
    assert difference(interval, first, second) == -difference(interval, second, first)


@given(st.sampled_from(["d", "h", "n", "s"]), MOMENTS, MOMENTS)
def test_the_difference_added_comes_as_near_as_an_interval(interval: str, first: datetime, second: datetime) -> None:
    reached = add(interval, difference(interval, first, second), first)

    assert abs(second - reached) < {"d": timedelta(days=1), "h": timedelta(hours=1)}.get(interval, timedelta(minutes=1))


@given(st.sampled_from(INTERVALS) | st.text(max_size=3), st.floats(), MOMENTS)
def test_no_number_fails_but_as_a_bad_date(interval: str, number: float, moment: datetime) -> None:
    with suppress(BadDate):
        assert add(interval, number, moment).tzinfo is UTC
