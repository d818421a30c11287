"""Forms that notice what others saved meanwhile."""

from typing import Any

import pytest
from django import forms

from provisioning.forms.versions import Difference, VersionedForm
from tests.html_forms import fields_of

COLOURS = [("r", "Red"), ("b", "Blue")]


class Car(VersionedForm):
    owner = forms.CharField(label="Owner", show_hidden_initial=True)
    colour = forms.ChoiceField(label="Colour", choices=COLOURS, show_hidden_initial=True)
    insured = forms.BooleanField(label="Insured", required=False, show_hidden_initial=True)
    code = forms.CharField(label="Code", required=False, widget=forms.PasswordInput)


STORED = {"version": 3, "owner": "Ann", "colour": "r", "insured": True}


def sent(stored: dict[str, Any], **edits: Any) -> dict[str, str]:
    """What a browser sends for a form that was drawn with these values."""
    form = Car(initial=stored)
    html = "".join(map(str, form.hidden_parts)) + "".join(str(bound) for bound in form.visible_fields())
    return fields_of(f'<form id="car">{html}</form>', "car", **edits)


def form(now: dict[str, Any] | None = None, **edits: Any) -> Car:
    """A form drawn with STORED, edited, and read when `now` was stored meanwhile."""
    found = Car(sent(STORED, **edits), initial={**STORED, **({"version": 4, **now} if now else {})})
    assert found.is_valid()
    return found


def test_what_was_edited_is_known_whatever_was_stored_meanwhile() -> None:
    assert form({"owner": "Bo"}, colour="b").edited == ["colour"]


def test_a_box_that_was_cleared_is_an_edit() -> None:
    assert form(insured=None).edited == ["insured"]


def test_nobody_saved_meanwhile() -> None:
    assert not form(colour="b").is_outdated


def test_a_save_of_something_else_is_no_difference() -> None:
    found = form({}, colour="b")
    newer = form({"owner": "Ann"}, colour="b")

    assert (found.is_outdated, newer.is_outdated, newer.differences) == (False, True, [])


def test_both_values_are_told_as_people_read_them() -> None:
    found = form({"colour": "b", "insured": False, "owner": "Bo"}, owner="Cy")

    assert found.differences == [
        Difference("Owner", "Bo", "Cy"),
        Difference("Colour", "Blue", "Not edited by you"),
        Difference("Insured", "No", "Not edited by you"),
    ]


def test_the_same_edit_by_both_is_no_difference() -> None:
    assert form({"colour": "b"}, colour="b").differences == []


def test_keeping_mine_keeps_what_only_others_changed() -> None:
    found = form({"colour": "b", "owner": "Bo"}, owner="Cy").rebase()

    assert (found["owner"].value(), found["colour"].value()) == ("Cy", "b")


def test_a_form_that_was_drawn_again_is_up_to_date() -> None:
    now = {"colour": "b", "owner": "Bo"}
    drawn = form(now, owner="Cy", code="secret-1").rebase()
    html = "".join(map(str, drawn.hidden_parts)) + "".join(str(bound) for bound in drawn.visible_fields())

    again = Car(fields_of(f'<form id="car">{html}</form>', "car"), initial={**STORED, "version": 4, **now})
    assert again.is_valid()
    assert (again.is_outdated, again.edited) == (False, ["owner"])
    assert "secret-1" not in html


@pytest.mark.parametrize("version", ["", "x" * 5000, "\x00", "-1"])
def test_a_version_that_is_none_counts_as_old(version: str) -> None:
    assert form(version=version).is_outdated


def test_without_the_hidden_values_every_field_counts_as_edited() -> None:
    data = {"owner": "Bo", "colour": "b", "version": "3"}

    found = Car(data, initial=STORED)

    assert found.is_valid()
    assert found.edited == ["owner", "colour"]
