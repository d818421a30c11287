"""Dates are read by one format of .NET and written by another, and styles say how strictly."""

from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.expressions.date_formats import reformat
from provisioning.expressions.moments import BadDate

MOMENT = "2009-06-05T08:04:03.0123400Z"
LETTERS = "yMdhHmsfFtzZKg:/'\"\\%. -TGM,"
FORMS = st.text(LETTERS, max_size=12) | st.text(max_size=12)
STYLES = st.sampled_from(["", "None", "AllowWhiteSpaces", "AdjustToUniversal", "AssumeLocal,NoCurrentDateDefault"])


def written(form: str, text: str = MOMENT) -> str:
    return reformat(text, "", "o", form)


def read(text: str, form: str, styles: str = "") -> str:
    return reformat(text, styles, form, "yyyy-MM-dd HH:mm:ss.FFFFFFF")


@pytest.mark.parametrize("letter", ["G", "F", "s", "u", "U", "R", "o"])
def test_what_a_standard_format_writes_it_reads(letter: str) -> None:
    assert read(written(letter), letter).startswith("2009-06-05 08:04:03")


@pytest.mark.parametrize(
    ("text", "styles", "kind"),
    [
        ("2021", "", ""),
        ("2021", "None", ""),
        ("2021", "AssumeLocal", "+00:00"),
        ("2021", "AssumeUniversal", "+00:00"),
        ("2021", "AdjustToUniversal", ""),
        ("2021", "AssumeUniversal, AdjustToUniversal", "Z"),
        ("2021", "AssumeLocal, AdjustToUniversal", "Z"),
        ("2021Z", "", "Z"),
        ("2021Z", "RoundtripKind", "Z"),
        ("2021Z", "None", "+00:00"),
        ("2021Z", "AdjustToUniversal", "Z"),
        ("2021-01:00", "", "+00:00"),
        ("2021-01:00", "AssumeLocal", "+00:00"),
        ("2021-01:00", "AdjustToUniversal", "Z"),
    ],
)
def test_the_styles_say_what_is_known_of_the_zone(text: str, styles: str, kind: str) -> None:
    assert reformat(text, styles, "yyyyK", "%K") == kind


def test_the_universal_format_is_in_utc() -> None:
    assert reformat("Friday, 05 June 2009 08:04:03", "", "U", "%K") == "Z"


@pytest.mark.parametrize(
    ("text", "styles", "form", "fits"),
    [
        ("  2021", "None", "yyyy", False),
        ("  2021", "AllowLeadingWhite", "yyyy", True),
        ("  2021", "AllowTrailingWhite", "yyyy", False),
        ("2021\t\u00a0", "AllowTrailingWhite", "yyyy", True),
        ("2021 ", "AllowLeadingWhite", "yyyy", False),
        ("20 21", "AllowLeadingWhite", "yyyy", False),
        ("2021 \n -  08", "AllowInnerWhite", "yyyy-MM", True),
        ("2021-08", "AllowInnerWhite", "yyyy - MM", True),
        ("2021 ", "AllowInnerWhite", "yyyy", False),
        (" 2021 - 08 ", "AllowWhiteSpaces", "yyyy-MM", True),
        (" 2021 ", "", "yyyy", True),
        ("2021 - 08", "", "yyyy-MM", False),
        ("2021", "", " yyyy ", True),
        ("2021", "None", " yyyy", False),
        ("2021x", "AllowTrailingWhite", "yyyy'x '", True),
        ("x2021", "AllowLeadingWhite", "' x'yyyy", True),
        ("2021  the 8", "AllowInnerWhite", "yyyy' the 'M", True),
        ("2021the 8", "AllowInnerWhite", "yyyy' the 'M", True),
        ("2021Z", "AllowTrailingWhite", "yyyy K", True),
        ("2021Z", "None", "yyyy K", False),
        ("2021.", "None", "yyyy. ", False),
    ],
)
def test_the_styles_say_where_blanks_are_free(text: str, styles: str, form: str, fits: bool) -> None:
    read_well = False
    with suppress(BadDate):
        read_well = read(text, form, styles).startswith("2021-")

    assert read_well is fits


@pytest.mark.parametrize("styles", ["DateTimeStyles.None", " None , DateTimeStyles.AllowLeadingWhite ", "  "])
def test_styles_are_named_in_a_list(styles: str) -> None:
    assert read("2021", "yyyy", styles) == "2021-01-01 00:00:00"


@pytest.mark.parametrize("styles", ["none", "None,", ",", "None None", "128", "Styles.None", "DateTimeStyles."])
def test_a_style_of_another_name_is_refused(styles: str) -> None:
    with pytest.raises(BadDate, match=r"no date style of this name; .*NoCurrentDateDefault"):
        read("2021", "yyyy", styles)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RoundtripKind", "AssumeLocal"),
        ("RoundtripKind", "AssumeUniversal"),
        ("RoundtripKind", "AdjustToUniversal"),
        ("AssumeLocal", "AssumeUniversal"),
    ],
)
def test_styles_that_contradict_each_other_are_refused(one: str, other: str) -> None:
    with pytest.raises(BadDate, match=f"{one} and {other} can't be given together"):
        read("2021", "yyyy", f"{other},{one}")


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("yyyy'", "a quote has no end"),
        ('yyyy"x\\"', "a quote has no end"),
        ("yyyy\\", "a backslash"),
        ("yyyy%", "a percent sign"),
        ("yyyy%%", "a percent sign"),
        ("ffffffff", "seven digits at most"),
        ("x", "of one character"),
        ("'", "of one character"),
        ("/", "of one character"),
    ],
)
def test_a_format_that_can_not_be_followed_is_refused(form: str, reason: str) -> None:
    with pytest.raises(BadDate, match=reason):
        written(form)
    with pytest.raises(BadDate, match=reason):
        read("2021", form)


@pytest.mark.parametrize("form", ["'" * 10_001, "y" * 10_000, "%d" * 5000, " " * 10_000, ".F" * 5000, "'a'" * 3000])
def test_formats_without_end_come_to_one(form: str) -> None:
    for styles in ("", "AllowWhiteSpaces"):
        with suppress(BadDate):
            reformat("2021 " * 20_000, styles, form, form)
        with suppress(BadDate):
            reformat("2021", styles, "yyyy", form)


@given(st.datetimes(), st.integers(0, 9))
def test_what_was_written_in_full_is_read_in_full(moment: datetime, tick: int) -> None:
    text = f"{moment:%H:%M:%S}.{moment.microsecond:06}{tick} {moment.day} {moment.month} {moment.year:04}"
    form = "HH:mm:ss.fffffff d M yyyy"

    assert reformat(reformat(text, "", form, "o"), "", "o", form) == text


@given(st.datetimes(), st.sampled_from(["dddd, d MMMM yyyy h:mm:ss tt", "M/d/yyyy h:mm:ss tt", "yyyyMMddHHmmss"]))
def test_a_date_survives_another_format(moment: datetime, form: str) -> None:
    text = f"{moment.year:04}-{moment:%m-%dT%H:%M:%S}"

    assert reformat(reformat(text, "", "s", form), "", form, "s") == text


@given(st.text(LETTERS + "0123456789", max_size=20) | st.text(max_size=20), FORMS, FORMS, STYLES | st.text(max_size=5))
def test_nothing_fails_but_as_a_bad_date(source: str, first: str, second: str, styles: str) -> None:
    with suppress(BadDate):
        reformat(source, styles, first, second)
    with suppress(BadDate):
        reformat(reformat(MOMENT, "", "o", first), styles, first, second)
