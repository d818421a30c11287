"""Dates are written by formats of .NET, specifier by specifier."""

import pytest

from provisioning.expressions.date_formats import reformat

MOMENT = "2009-06-05T08:04:03.0123400Z"


def written(form: str, text: str = MOMENT) -> str:
    return reformat(text, "", "o", form)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("%d", "5"),
        ("dd", "05"),
        ("ddd", "Fri"),
        ("dddd", "Friday"),
        ("ddddd", "Friday"),
        ("%M", "6"),
        ("MM", "06"),
        ("MMM", "Jun"),
        ("MMMM", "June"),
        ("%y", "9"),
        ("yy", "09"),
        ("yyy", "2009"),
        ("yyyy", "2009"),
        ("yyyyy", "02009"),
        ("%h", "8"),
        ("hh", "08"),
        ("hhh", "08"),
        ("%H", "8"),
        ("HH", "08"),
        ("%m", "4"),
        ("mm", "04"),
        ("%s", "3"),
        ("ss", "03"),
        ("%f", "0"),
        ("ff", "01"),
        ("fff", "012"),
        ("fffffff", "0123400"),
        ("%F", ""),
        ("FF", "01"),
        ("FFFFFFF", "01234"),
        ("s.F", "3"),
        ("s.FFFF", "3.0123"),
        ("%t", "A"),
        ("tt", "AM"),
        ("ttt", "AM"),
        ("%z", "+0"),
        ("zz", "+00"),
        ("zzz", "+00:00"),
        ("zzzz", "+00:00"),
        ("%K", "Z"),
        ("%g", "A.D."),
        ("gg", "A.D."),
        ("H:m/d", "8:4/5"),
        ("'d' d", "d 5"),
        ('"d" d', "d 5"),
        ("'d\\'y' d", "d'y 5"),
        ("\\d d", "d 5"),
        ("yyyyTHH", "2009T08"),
        ("HHZ", "08Z"),
        ("%dd", "55"),
        ("d%M", "56"),
        ("😀 d", "😀 5"),
        ("", "06/05/2009 08:04:03"),
    ],
)
def test_each_specifier_is_written(form: str, expected: str) -> None:
    assert written(form) == expected


@pytest.mark.parametrize(
    ("hour", "expected"), [(0, "12:00 AM A 00"), (12, "12:00 PM P 12"), (13, "01:00 PM P 13"), (23, "11:00 PM P 23")]
)
def test_the_short_clock_has_twelve_hours(hour: int, expected: str) -> None:
    assert written("hh:mm tt t HH", f"2021-08-24T{hour:02}:00:00.0000000") == expected


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        ("d", "06/05/2009"),
        ("D", "Friday, 05 June 2009"),
        ("f", "Friday, 05 June 2009 08:04"),
        ("F", "Friday, 05 June 2009 08:04:03"),
        ("g", "06/05/2009 08:04"),
        ("G", "06/05/2009 08:04:03"),
        ("m", "June 05"),
        ("M", "June 05"),
        ("o", "2009-06-05T08:04:03.0123400Z"),
        ("O", "2009-06-05T08:04:03.0123400Z"),
        ("r", "Fri, 05 Jun 2009 08:04:03 GMT"),
        ("R", "Fri, 05 Jun 2009 08:04:03 GMT"),
        ("s", "2009-06-05T08:04:03"),
        ("t", "08:04"),
        ("T", "08:04:03"),
        ("u", "2009-06-05 08:04:03Z"),
        ("U", "Friday, 05 June 2009 08:04:03"),
        ("y", "2009 June"),
        ("Y", "2009 June"),
    ],
)
def test_one_character_is_a_standard_format(letter: str, expected: str) -> None:
    assert written(letter) == expected
