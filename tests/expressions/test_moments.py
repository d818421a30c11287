"""Dates are read as .NET reads them in its invariant culture, and refused where they could be guessed only."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.expressions.moments import BadDate, from_file_time, parse, shown, to_file_time

MOMENTS = st.datetimes(timezones=st.just(UTC))
LAST_FILE_TIME = 2650467743999999990


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2021-06-30", "6/30/2021 12:00:00 AM", id="a day begins at midnight"),
        pytest.param("2021-6-3", "6/3/2021 12:00:00 AM", id="without zeros"),
        pytest.param("2020-03-16-07:00", "3/16/2020 7:00:00 AM", id="an offset glued on"),
        pytest.param("2021-06-30+08:00", "6/29/2021 4:00:00 PM", id="an offset may lead to the day before"),
        pytest.param("2021-06-30Z", "6/30/2021 12:00:00 AM", id="a day in UTC"),
        pytest.param("2009-06-15T08:45:30Z", "6/15/2009 8:45:30 AM", id="ISO 8601"),
        pytest.param("2009-06-15 08:45", "6/15/2009 8:45:00 AM", id="a blank for the T, and no seconds"),
        pytest.param("2009-06-15T8:45:30.75", "6/15/2009 8:45:30 AM", id="a fraction is not shown"),
        pytest.param("2009-06-15T08:45:30+02:30", "6/15/2009 6:15:30 AM", id="an offset with a colon"),
        pytest.param("2009-06-15T08:45:30-0230", "6/15/2009 11:15:30 AM", id="an offset without a colon"),
        pytest.param("2009-06-15T08:45:30+02", "6/15/2009 6:45:30 AM", id="an offset of hours"),
        pytest.param("2009-06-15 08:45:30 -7", "6/15/2009 3:45:30 PM", id="an offset after a blank"),
        pytest.param("2013-01-10 4:00 PM -8", "1/11/2013 12:00:00 AM", id="an offset after an afternoon"),
        pytest.param("8/25/2021 5:41:18 PM", "8/25/2021 5:41:18 PM", id="as it is shown"),
        pytest.param("8/5/2021", "8/5/2021 12:00:00 AM", id="month before day"),
        pytest.param("08/05/2021 17:41", "8/5/2021 5:41:00 PM", id="by the long clock"),
        pytest.param("8/5/2021 12:00 am", "8/5/2021 12:00:00 AM", id="midnight by the short clock"),
        pytest.param("8/5/2021 12:30PM", "8/5/2021 12:30:00 PM", id="noon by the short clock"),
        pytest.param("8/5/2021 17:30 PM", "8/5/2021 5:30:00 PM", id="an afternoon that says so twice"),
        pytest.param("2021/08/05", "8/5/2021 12:00:00 AM", id="year before month with slashes"),
        pytest.param("2021/08/05 01:02:03", "8/5/2021 1:02:03 AM", id="and with a time"),
        pytest.param("5 August 2021", "8/5/2021 12:00:00 AM", id="a name of a month"),
        pytest.param("05 aug 2021 3:04 PM", "8/5/2021 3:04:00 PM", id="a short name in any case"),
        pytest.param("August 5, 2021", "8/5/2021 12:00:00 AM", id="a month before a day"),
        pytest.param("Thursday, August 5, 2021", "8/5/2021 12:00:00 AM", id="a name of a day"),
        pytest.param("Sun, 31 Oct 1999 10:00:00 GMT", "10/31/1999 10:00:00 AM", id="RFC 1123"),
        pytest.param(" \t2021-06-30 \u00a0\n", "6/30/2021 12:00:00 AM", id="blanks outside"),
        pytest.param("8/5/2021   5:30  PM", "8/5/2021 5:30:00 PM", id="blanks inside"),
        pytest.param("2024-02-29", "2/29/2024 12:00:00 AM", id="a leap day"),
        pytest.param("0001-01-01", "1/1/0001 12:00:00 AM", id="the first day of all"),
        pytest.param("9999-12-31T23:59:59", "12/31/9999 11:59:59 PM", id="the last second of all"),
        pytest.param("2021-06-30T00:00+14:00", "6/29/2021 10:00:00 AM", id="the farthest offset"),
    ],
)
def test_a_date_is_read_and_shown(text: str, expected: str) -> None:
    assert shown(parse(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(" \t", id="blanks"),
        pytest.param("not a date", id="words"),
        pytest.param("25/12/2021", id="day before month"),
        pytest.param("20210824", id="compact"),
        pytest.param("8/24/21", id="a year of two digits"),
        pytest.param("2021-08", id="no day"),
        pytest.param("2021-02-30", id="no such day"),
        pytest.param("2023-02-29", id="no leap year"),
        pytest.param("2021-13-01", id="no such month"),
        pytest.param("0000-01-01", id="no such year"),
        pytest.param("5 Augustus 2021", id="no month of this name"),
        pytest.param("Friday, August 5, 2021", id="another day of the week"),
        pytest.param("2021-06-30T24:00", id="hour 24"),
        pytest.param("2021-06-30T12:60", id="minute 60"),
        pytest.param("2021-06-30T12:00:60", id="second 60"),
        pytest.param("2021-06-30 13:00 AM", id="a morning in the afternoon"),
        pytest.param("2021-06-30T12", id="an hour alone"),
        pytest.param("12:00", id="a time alone"),
        pytest.param("4:00 PM", id="a time alone by the short clock"),
        pytest.param("2021-06-30T12:00+14:01", id="too far an offset"),
        pytest.param("2021-06-30T12:00+02:60", id="no such offset"),
        pytest.param("8/24/2021T12:00", id="a T outside of ISO 8601"),
        pytest.param("2021-06-30T12:00Z.", id="more after the end"),
        pytest.param("2021-06-30\x1c", id="a control character that is no blank"),
        pytest.param("٢٠٢١-٠٦-٣٠", id="other digits"),
        pytest.param("5 ſep 2021", id="other letters"),
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadDate, match="This is not a date; write it like"):
        parse(text)


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-04:00", "0001-01-01T00:00:00+08:00"])
def test_a_moment_beyond_all_years_is_refused(text: str) -> None:
    with pytest.raises(BadDate, match="not within the years 1 to 9999"):
        parse(text)


def test_an_error_says_its_message() -> None:
    with pytest.raises(BadDate) as caught:
        parse("soon")

    assert str(caught.value) == str(caught.value.message)


def test_a_moment_is_in_utc_to_the_microsecond() -> None:
    assert parse("2021-06-30T12:00:00.1234567+01:00") == datetime(2021, 6, 30, 11, 0, 0, 123456, UTC)
    assert parse("2021-06-30").tzinfo is UTC


def test_a_fraction_of_many_digits_is_rounded_to_ticks() -> None:
    assert parse("2021-06-30T12:00:00." + "9" * 40) == datetime(2021, 6, 30, 12, 0, 1, tzinfo=UTC)


def test_a_text_without_end_is_given_up() -> None:
    with pytest.raises(BadDate):
        parse("2021-06-30T12:00:00." + "1" * 100_000)


@pytest.mark.parametrize(
    ("text", "ticks"),
    [
        ("1601-01-01", 0),
        ("1970-01-01", 116444736000000000),
        ("2012-01-01T23:00:00", 129699324000000000),
        ("2020-12-31 23:59:59-08:00", 132539615990000000),
        ("2012-01-01T23:00:00.1234560", 129699324001234560),
        ("9999-12-31T23:59:59.999999", LAST_FILE_TIME),
    ],
)
def test_a_file_time_counts_from_1601(text: str, ticks: int) -> None:
    assert to_file_time(parse(text)) == ticks
    assert from_file_time(ticks) == parse(text)


def test_a_file_time_is_cut_to_microseconds() -> None:
    assert from_file_time(129699324000000019) == datetime(2012, 1, 1, 23, 0, 0, 1, UTC)


@pytest.mark.parametrize("ticks", [-1, LAST_FILE_TIME + 10, 9223372036854775807, 10**40])
def test_a_file_time_out_of_reach_is_refused(ticks: int) -> None:
    with pytest.raises(BadDate, match="counts from the year 1601"):
        from_file_time(ticks)


def test_a_moment_before_file_times_is_refused() -> None:
    with pytest.raises(BadDate, match="counts from the year 1601"):
        to_file_time(parse("1600-12-31"))


@given(MOMENTS)
def test_what_is_shown_is_read_again(moment: datetime) -> None:
    assert parse(shown(moment)) == moment.replace(microsecond=0)


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)), st.integers(-14 * 60, 14 * 60))
def test_iso_8601_means_the_same_moment_as_in_python(local: datetime, minutes: int) -> None:
    moment = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))

    assert parse(moment.isoformat()) == moment


@given(st.integers(0, LAST_FILE_TIME // 10))
def test_a_file_time_comes_back(microseconds: int) -> None:
    assert to_file_time(from_file_time(microseconds * 10)) == microseconds * 10


@given(st.text(max_size=30) | st.text("0123456789-/:+ TZAPM.", max_size=30) | st.text(st.characters(categories=["Cs"])))
def test_no_text_fails_but_as_a_bad_date(text: str) -> None:
    with suppress(BadDate):
        assert 1 <= parse(text).year <= 9999


@given(st.integers())
def test_no_number_fails_but_as_a_bad_date(ticks: int) -> None:
    with suppress(BadDate):
        assert from_file_time(ticks).year >= 1601
