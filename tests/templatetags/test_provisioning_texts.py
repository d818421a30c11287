"""Words for what rows hold."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from portal.components.marks import look_of
from provisioning.choices import Action, CycleKind, CycleStatus, JobState, Kind, Phase, RunStatus, Staging, Status, Work
from provisioning.models import Cycle
from provisioning.templatetags import provisioning_texts as texts
from provisioning.texts import Message


def test_a_stored_message_is_said_with_its_values() -> None:
    stored = Message("%(type)s '%(name)s' was created in %(target)s", {"type": "User", "name": "Bo", "target": "GoTo"})

    assert texts.said(stored.as_json()) == texts.said(stored) == "User 'Bo' was created in GoTo"


def test_numbers_of_a_message_are_written_as_the_reader_writes_them() -> None:
    assert texts.said(Message("%(a)s of %(b)s", {"a": 5632, "b": True})) == "5,632 of True"
    assert texts.said(Message("Line %(n)d", {"n": 1204})) == "Line 1204"
    with translation.override("sv"):
        assert texts.said(Message("%(a)s", {"a": 5632})) == "5\xa0632"


def test_a_value_that_is_missing_is_a_dash() -> None:
    assert texts.said({"text": "Failed to create %(name)s", "values": {}}) == "Failed to create –"
    assert texts.said(Message("%(type)s %(name)s", {"type": "Group"})) == "Group –"


@pytest.mark.parametrize("nothing", [None, {}, {"text": ""}, Message("")])
def test_no_message_is_no_text(nothing: Any) -> None:
    assert texts.said(nothing) == ""


def test_a_text_that_does_not_fit_its_values_is_shown_as_it_is() -> None:
    assert texts.said(Message("%(count)d of 100% done", {"count": "many"})) == "%(count)d of 100% done"
    assert texts.said(Message("100% done")) == "100% done"


def test_every_named_value_has_a_word() -> None:
    named = [*Action, *Status, *CycleKind, *CycleStatus, *Phase, *Work, *Staging, *Kind, *RunStatus]

    assert [each for each in named if texts.word(each) == each.value] == []
    assert [each for each in CycleKind if texts.cycle_name(each) == each.value] == []
    assert [each for each in JobState if not look_of(each)["label"]] == []
    assert texts.word("stagedDelete") == "StagedDelete"
    assert texts.word("NotEffectivelyEntitled") == "NotEffectivelyEntitled"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.4, "under 1 s"),
        (4, "4 s"),
        (192, "3 min 12 s"),
        (120, "2 min"),
        (3900, "1 h 5 min"),
        (3661, "1 h 1 min"),
        (90000, "1 d 1 h"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds: float, said: str) -> None:
    assert texts.duration(timedelta(seconds=seconds)) == said


def test_no_duration_is_a_dash() -> None:
    assert texts.duration(None) == "–"


def test_an_estimate_is_in_whole_minutes() -> None:
    assert texts.about(timedelta(seconds=100)) == "2 min"
    assert texts.about(timedelta(seconds=3)) == "1 min"


def test_a_cycle_lasted_until_it_ended_or_stopped() -> None:
    start = timezone.now() - timedelta(hours=5)

    assert texts.lasted(Cycle(started_at=start, ended_at=start + timedelta(seconds=40))) == "40 s"
    assert texts.lasted(Cycle(started_at=start, stopped_at=start + timedelta(minutes=2))) == "2 min"
    assert texts.lasted(Cycle(started_at=start)) == "5 h"


def test_short_times_and_intervals_have_their_unit() -> None:
    assert texts.milliseconds(431) == "431 ms"
    assert texts.milliseconds(1234) == "1.2 s"
    assert [texts.minutes(each) for each in (1, 20, 60, 90, 240)] == [
        "1 minute",
        "20 minutes",
        "1 hour",
        "90 minutes",
        "4 hours",
    ]


def test_a_count_that_reached_its_limit_says_so() -> None:
    assert texts.capped(1204, 10_000) == "1,204"
    assert texts.capped(10_000, 10_000) == "10,000"
    assert texts.capped(10_001, 10_000) == "10,000+"


def test_an_attribute_is_shown_as_text() -> None:
    shown = [texts.plain(each) for each in (None, "", ["a", "b"], True, False, 0, "x")]

    assert shown == ["–", "–", "a, b", "Yes", "No", "0", "x"]
