"""Dates are read by formats of .NET, specifier by specifier, or refused with a reason."""

import pytest

from provisioning.expressions.date_formats import reformat
from provisioning.expressions.moments import BadDate


def read(text: str, form: str, styles: str = "") -> str:
    return reformat(text, styles, form, "yyyy-MM-dd HH:mm:ss.FFFFFFF")


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        pytest.param("24.8.2021", "d.M.yyyy", "2021-08-24", id="one digit or two"),
        pytest.param("4.08.2021", "d.MM.yyyy", "2021-08-04", id="two digits of the month"),
        pytest.param("24 aUG 2021", "d MMM yyyy", "2021-08-24", id="a short name in any case"),
        pytest.param("24 AUGUST 2021", "d MMMM yyyy", "2021-08-24", id="a name in any case"),
        pytest.param("24 August 2021", "d MMMMMM yyyy", "2021-08-24", id="four letters or more"),
        pytest.param("Tue 24.08.2021", "ddd dd.MM.yyyy", "2021-08-24", id="a short name of the day"),
        pytest.param("tuesday24.08.2021", "dddd''dd.MM.yyyy", "2021-08-24", id="a name of the day"),
        pytest.param("49-01-02", "yy-MM-dd", "2049-01-02", id="a year up to 49 is of this century"),
        pytest.param("50-01-02", "yy-MM-dd", "1950-01-02", id="a year from 50 on is of the last"),
        pytest.param("7-01-02", "y-MM-dd", "2007-01-02", id="a year of one digit"),
        pytest.param("021-01-02", "yyy-MM-dd", "0021-01-02", id="a year of three digits"),
        pytest.param("02021-01-02", "yyyyy-MM-dd", "2021-01-02", id="a year of five digits"),
        pytest.param("2021", "yyyy", "2021-01-01", id="a year begins with January"),
        pytest.param("2021-08", "yyyy-MM", "2021-08-01", id="a month begins with its first day"),
        pytest.param("2021 24", "yyyy dd", "2021-01-24", id="a day without a month is in January"),
        pytest.param("20210824", "yyyyMMdd", "2021-08-24", id="digits in a row"),
        pytest.param("2021-08-24 2021", "yyyy-MM-dd yyyy", "2021-08-24", id="the same thing twice"),
        pytest.param("A.D. 2021", "g yyyy", "2021-01-01", id="an era"),
        pytest.param("ad 2021", "gg yyyy", "2021-01-01", id="an era in short"),
        pytest.param("day 24.08.2021", "'day' dd.MM.yyyy", "2021-08-24", id="a quoted text"),
        pytest.param("d24.08.2021", "\\ddd.MM.yyyy", "2021-08-24", id="an escaped character"),
        pytest.param("T2021", "T%yyyy", "2021-01-01", id="a percent sign means nothing"),
    ],
)
def test_each_part_of_a_date_is_read(text: str, form: str, expected: str) -> None:
    assert read(text, form) == f"{expected} 00:00:00"


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        pytest.param("7:8:9", "H:m:s", "07:08:09", id="one digit"),
        pytest.param("17:18:19", "H:m:s", "17:18:19", id="or two"),
        pytest.param("07:08:09", "HH:mm:ss", "07:08:09", id="exactly two"),
        pytest.param("07:08:09", "HHH:mmm:sss", "07:08:09", id="three letters are two"),
        pytest.param("3:04 PM", "h:mm tt", "15:04:00", id="an afternoon"),
        pytest.param("3:04 pm", "h:mm tt", "15:04:00", id="in any case"),
        pytest.param("3:04 P", "h:mm t", "15:04:00", id="by one letter"),
        pytest.param("3:04 a", "h:mm t", "03:04:00", id="by one letter in any case"),
        pytest.param("12:04 AM", "hh:mm tt", "00:04:00", id="midnight"),
        pytest.param("12:04 PM", "hh:mm tt", "12:04:00", id="noon"),
        pytest.param("12:04", "hh:mm", "00:04:00", id="without a mark it is morning"),
        pytest.param("15:04 PM", "HH:mm tt", "15:04:00", id="a mark that fits the long clock"),
        pytest.param("01.5", "ss.f", "00:00:01.5", id="a digit of a fraction"),
        pytest.param("01.1234567", "ss.fffffff", "00:00:01.1234567", id="seven digits of a fraction"),
        pytest.param("01.12", "ss.FFFF", "00:00:01.12", id="up to as many"),
        pytest.param("01.", "ss.FFFF", "00:00:01", id="even none"),
        pytest.param("01", "ss.FFFF", "00:00:01", id="and no point"),
    ],
)
def test_each_part_of_a_time_is_read(text: str, form: str, expected: str) -> None:
    assert read(f"2021-08-24 {text}", f"yyyy-MM-dd {form}") == f"2021-08-24 {expected}"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        pytest.param("2021-08-24", "dd.MM.yyyy", id="another order"),
        pytest.param("2021-08-24x", "yyyy-MM-dd", id="more than the format"),
        pytest.param("2021-08", "yyyy-MM-dd", id="less than the format"),
        pytest.param("", "yyyy-MM-dd", id="nothing"),
        pytest.param("21-08-24", "yyyy-MM-dd", id="two digits for four"),
        pytest.param("2021-8-24", "yyyy-MM-dd", id="one digit for two"),
        pytest.param("2021 7", "yyyy hh", id="one digit of an hour for two"),
        pytest.param("2021 August", "yyyy MMM", id="a name for a short name"),
        pytest.param("2021 Aug", "yyyy MMMM", id="a short name for a name"),
        pytest.param("2021 Augt", "yyyy MMM't'", id="a name within a word"),
        pytest.param("2021 7:00 XM", "yyyy h:mm tt", id="no half of the day"),
        pytest.param("2021 7:00 X", "yyyy h:mm t", id="no letter of one"),
        pytest.param("2021 1.12", "yyyy s.f", id="two digits of a fraction for one"),
        pytest.param("2021 1.1", "yyyy s.ff", id="one digit of a fraction for two"),
        pytest.param("2021 07", "yyyy 'h'HH", id="no such text"),
        pytest.param("2021 07", "yyyy \\hHH", id="no such character"),
        pytest.param("2021.08", "yyyy/MM", id="another character"),
        pytest.param("2021-08-24", "yyyy-MM-ddzzz", id="no offset"),
        pytest.param("2021 +1", "yyyy zz", id="one digit of an offset for two"),
        pytest.param("2021 +01:60", "yyyy zzz", id="an offset of 60 minutes"),
        pytest.param("2021 +01", "yyyy zzz", id="an offset without minutes"),
        pytest.param("2021 GMTx", "yyyy Z'x'", id="UTC within a word"),
        pytest.param("2021 UTC", "yyyy Z", id="UTC by another name"),
        pytest.param("2021 gmt", "yyyy GMT", id="GMT in small letters"),
        pytest.param("2021 B.C.", "yyyy g", id="another era"),
        pytest.param("٢٠٢١", "yyyy", id="other digits"),
        pytest.param("2021  24", "yyyy dd", id="one blank too many"),
    ],
)
def test_a_date_that_does_not_follow_its_format_is_refused(text: str, form: str) -> None:
    with pytest.raises(BadDate, match=r"does not follow its input format from character \d+ on"):
        read(text, form)


def test_the_place_of_the_fault_is_told() -> None:
    with pytest.raises(BadDate, match="from character 5 on"):
        read("2021.08.24", "yyyy-MM-dd")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        pytest.param("2020-13-01", "yyyy-MM-dd", id="month 13"),
        pytest.param("2021-02-29", "yyyy-MM-dd", id="a day that February lacks"),
        pytest.param("0000-01-01", "yyyy-MM-dd", id="year 0"),
        pytest.param("2021 24", "yyyy HH", id="hour 24"),
        pytest.param("2021 13", "yyyy hh", id="hour 13 by the short clock"),
        pytest.param("2021 13 AM", "yyyy HH tt", id="a morning in the afternoon"),
        pytest.param("2021 03 PM", "yyyy HH tt", id="an afternoon in the morning"),
        pytest.param("2021 60", "yyyy mm", id="minute 60"),
        pytest.param("Mon 2021-08-24", "ddd yyyy-MM-dd", id="another day of the week"),
        pytest.param("2021 +14:01", "yyyy zzz", id="too far an offset"),
        pytest.param("1" * 5000, "y" * 5000, id="a year without end"),
    ],
)
def test_a_date_that_does_not_exist_is_refused(text: str, form: str) -> None:
    with pytest.raises(BadDate, match="no such day or time"):
        read(text, form)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2021 2022", "yyyy yyyy"),
        ("2021 07 08", "yyyy HH hh"),
        ("2021 AM P", "yyyy tt t"),
        ("2021 .12 .1", "yyyy .ff .FF"),
        ("2021 +01:00 Z", "yyyy zzz K"),
        ("Mon Tuesday", "ddd dddd"),
    ],
)
def test_a_date_that_contradicts_itself_is_refused(text: str, form: str) -> None:
    with pytest.raises(BadDate, match="twice, and differently"):
        read(text, form)


@pytest.mark.parametrize(("text", "form"), [("08-24", "MM-dd"), ("15:04", "HH:mm"), ("June 05", "m")])
def test_a_date_without_a_year_is_not_taken_for_this_years(text: str, form: str) -> None:
    with pytest.raises(BadDate, match="has no year"):
        read(text, form)


def test_a_time_alone_is_of_the_first_day_by_a_style() -> None:
    assert reformat("3:04 PM", "NoCurrentDateDefault", "h:mm tt", "HH:mm") == "15:04"
    assert read("3:04 PM", "h:mm tt", "NoCurrentDateDefault") == "0001-01-01 15:04:00"
    with pytest.raises(BadDate, match="has no year"):
        read("08-24", "MM-dd", "NoCurrentDateDefault")


def test_an_input_format_is_needed() -> None:
    with pytest.raises(BadDate, match="input format of the date is empty"):
        read("06/05/2009 08:04:03", "")


@pytest.mark.parametrize("text", ["9999-12-31 23:59-00:01", "0001-01-01 00:00+00:01"])
def test_a_date_beyond_all_years_is_refused(text: str) -> None:
    with pytest.raises(BadDate, match="not within the years 1 to 9999"):
        read(text, "yyyy-MM-dd HH:mmzzz")


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        pytest.param("2020-12-31-08:00", "yyyy-MM-ddzzz", "2020-12-31 08:00", id="west"),
        pytest.param("2021-06-30+08:00", "yyyy-MM-ddzzz", "2021-06-29 16:00", id="east"),
        pytest.param("2021-06-30 +0230", "yyyy-MM-dd zzz", "2021-06-29 21:30", id="without a colon"),
        pytest.param("2021-06-30 +2:30", "yyyy-MM-dd zzzz", "2021-06-29 21:30", id="one digit of hours"),
        pytest.param("2021-06-30 +2", "yyyy-MM-dd z", "2021-06-29 22:00", id="hours"),
        pytest.param("2021-06-30 -02", "yyyy-MM-dd zz", "2021-06-30 02:00", id="two digits of hours"),
        pytest.param("2021-06-30 +02:00", "yyyy-MM-dd K", "2021-06-29 22:00", id="K is an offset"),
        pytest.param("2021-06-30Z", "yyyy-MM-ddK", "2021-06-30 00:00", id="or Z"),
        pytest.param("2021-06-30", "yyyy-MM-ddK", "2021-06-30 00:00", id="or nothing"),
        pytest.param("2021-06-30GMT", "yyyy-MM-ddZ", "2021-06-30 00:00", id="Z is GMT"),
        pytest.param("2021-06-30z", "yyyy-MM-ddZ", "2021-06-30 00:00", id="or Z in any case"),
        pytest.param("2021-06-30 GMT", "yyyy-MM-dd GMT", "2021-06-30 00:00", id="GMT is itself"),
    ],
)
def test_an_offset_leads_to_the_hosts_zone(text: str, form: str, expected: str) -> None:
    assert reformat(text, "", form, "yyyy-MM-dd HH:mm") == expected
