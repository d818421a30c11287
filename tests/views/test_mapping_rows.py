"""The pane of one attribute mapping: adding, editing and deleting rows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from portal.accounts.models import AuditEntry
from provisioning.choices import FlowType, MappingType
from provisioning.models import ObjectMapping
from tests.html_forms import fields_of
from tests.views.mapping_pages import address, job_of, make_mapping, mia_saves, row_of, send

pytestmark = pytest.mark.django_db
Post = Callable[..., HttpResponse]


@pytest.fixture
def mapping() -> ObjectMapping:
    return make_mapping()


@pytest.fixture
def save(signed_in: Client) -> Post:
    """Open the pane, edit it and press Ok."""

    def post(mapping: ObjectMapping, page: str, **edits: Any) -> HttpResponse:
        return send(signed_in, address(mapping, page), "row", **edits)

    return post


def test_a_row_is_edited(save: Post, mapping: ObjectMapping) -> None:
    row = row_of(mapping, "locale")

    answer = save(mapping, f"{row.pk}/", source="country", default="en_US", flow=FlowType.ON_CREATE)

    row.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (303, address(mapping))
    assert (row.source, row.default, row.flow) == ("country", "en_US", FlowType.ON_CREATE)
    assert job_of(mapping).config_version == 2


def test_a_row_becomes_a_constant(save: Post, mapping: ObjectMapping) -> None:
    row = row_of(mapping, "locale")

    save(mapping, f"{row.pk}/", type=MappingType.CONSTANT, constant="sv_SE")

    row.refresh_from_db()
    assert (row.type, row.source, row.default) == (MappingType.CONSTANT, "sv_SE", "")


def test_what_the_page_hides_for_the_chosen_type_does_not_matter(save: Post, mapping: ObjectMapping) -> None:
    row = row_of(mapping, "locale")

    answer = save(mapping, f"{row.pk}/", constant="x" * 5000, matching="")

    assert answer.status_code == 303


def test_a_row_is_added_for_an_attribute_that_is_free(save: Post, mapping: ObjectMapping) -> None:
    row_of(mapping, "locale").delete()

    answer = save(mapping, "new/", source="country", target="locale")

    row = row_of(mapping, "locale")
    assert answer.status_code == 303
    assert (row.source, row.matching, list(mapping.rows.all())[-1]) == ("country", 0, row)


def test_the_audit_entry_of_an_edit_has_both_values(save: Post, mapping: ObjectMapping) -> None:
    save(mapping, f"{row_of(mapping, 'locale').pk}/", source="country")

    entry = AuditEntry.objects.get()
    assert (entry.old["source"], entry.new["source"], entry.new["target"]) == ("preferredLanguage", "country", "locale")


def test_an_attribute_is_mapped_once_only(save: Post, mapping: ObjectMapping) -> None:
    row_of(mapping, "locale").delete()

    answer = save(mapping, "new/", source="country", target="email")

    assert answer.status_code == 422
    assert "email is mapped already" in answer.content.decode()


def test_a_required_attribute_stays_mapped(save: Post, signed_in: Client, mapping: ObjectMapping) -> None:
    row = row_of(mapping, "lastName")
    row_of(mapping, "locale").delete()

    save(mapping, f"{row.pk}/", target="locale", source="displayName")

    row.refresh_from_db()
    assert (row.target, row.source) == ("lastName", "displayName")


def test_the_last_matching_row_keeps_matching(save: Post, mapping: ObjectMapping) -> None:
    answer = save(mapping, f"{row_of(mapping, 'email').pk}/", is_matching="no")

    assert answer.status_code == 422
    assert "At least one attribute must match objects" in answer.content.decode()


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ({"is_matching": "yes"}, "be searched by locale"),
        ({"is_matching": "yes", "matching": "1"}, "email has this precedence already."),
        ({"is_matching": "yes", "matching": ""}, "Enter a number."),
        ({"is_matching": "yes", "matching": "0"}, "greater than or equal to 1"),
        ({"source": ""}, "Choose an attribute."),
        ({"source": "shoeSize"}, "The source has no attribute shoeSize."),
        ({"source": "Displayname"}, "The source has no attribute Displayname; did you mean displayName?"),
        ({"type": MappingType.CONSTANT}, "Enter the value."),
        ({"type": MappingType.CONSTANT, "constant": "x", "is_matching": "yes"}, "A constant is the same for everybody"),
        ({"type": "Expression"}, "not one of the available choices"),
        ({"default": "x" * 5000}, "at most 1024 characters"),
        ({"default": "\x00"}, "Null characters"),
        ({"flow": "Sometimes"}, "not one of the available choices"),
    ],
)
def test_what_cannot_work_is_refused(save: Post, mapping: ObjectMapping, edits: dict[str, str], words: str) -> None:
    before = list(mapping.rows.values())

    answer = save(mapping, f"{row_of(mapping, 'locale').pk}/", **edits)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert list(mapping.rows.values()) == before


# --- deleting
def test_deleting_asks_first(signed_in: Client, mapping: ObjectMapping) -> None:
    row = row_of(mapping, "locale")

    html = signed_in.get(address(mapping, f"{row.pk}/delete/")).content.decode()

    assert "Delete the mapping of locale?" in html
    assert mapping.rows.count() == 5


def test_a_row_is_deleted(signed_in: Client, mapping: ObjectMapping) -> None:
    row = row_of(mapping, "locale")

    answer = signed_in.post(address(mapping, f"{row.pk}/delete/"), {"version": "0"})

    assert (answer.status_code, mapping.rows.count()) == (303, 4)
    assert job_of(mapping).config_version == 2
    assert AuditEntry.objects.get().old["target"] == "locale"


def test_deleting_twice_is_told(signed_in: Client, mapping: ObjectMapping) -> None:
    url = address(mapping, f"{row_of(mapping, 'locale').pk}/delete/")
    signed_in.post(url, {"version": "0"})

    answer = signed_in.post(url, {"version": "0"}, follow=True)

    assert "It was deleted already." in answer.content.decode()
    assert job_of(mapping).saves == 1


@pytest.mark.parametrize("target", ["email", "firstName"])
def test_a_row_that_must_stay_is_not_deleted(signed_in: Client, mapping: ObjectMapping, target: str) -> None:
    url = address(mapping, f"{row_of(mapping, target).pk}/delete/")

    answer = signed_in.post(url, {"version": "0"}, follow=True)

    assert "This attribute mapping stays" in answer.content.decode()
    assert mapping.rows.count() == 5


# --- two people
def test_the_second_person_is_told_what_the_first_changed(signed_in: Client, mapping: ObjectMapping) -> None:
    url = address(mapping, f"{row_of(mapping, 'locale').pk}/")
    mine = fields_of(signed_in.get(url).content.decode(), "row", source="city")
    mia_saves(url, source="country")

    answer = signed_in.post(url, mine)

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Mia Chen saved this page at" in html
    assert row_of(mapping, "locale").source == "country"
    assert signed_in.post(url, fields_of(html, "row")).status_code == 303
    assert row_of(mapping, "locale").source == "city"


def test_another_row_that_was_saved_meanwhile_does_not_stand_in_the_way(
    signed_in: Client, mapping: ObjectMapping
) -> None:
    url = address(mapping, f"{row_of(mapping, 'locale').pk}/")
    mine = fields_of(signed_in.get(url).content.decode(), "row", source="city")
    mia_saves(address(mapping, f"{row_of(mapping, 'lastName').pk}/"), source="displayName")

    assert signed_in.post(url, mine).status_code == 303


def test_a_row_that_was_changed_is_asked_for_again_before_it_is_deleted(
    signed_in: Client, mapping: ObjectMapping
) -> None:
    row = row_of(mapping, "locale")
    mia_saves(address(mapping, f"{row.pk}/"), source="country")

    answer = signed_in.post(address(mapping, f"{row.pk}/delete/"), {"version": "0"})

    assert answer.status_code == 409
    assert "Nothing was deleted yet" in answer.content.decode()
    assert mapping.rows.count() == 5
