"""The form of one scoping filter: clauses come and go, errors stand at their place, nothing is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from portal.accounts.models import AuditEntry
from provisioning.choices import ObjectType
from provisioning.forms.scoping import MOST
from provisioning.models import ObjectMapping
from tests.views.mapping_pages import job_of, make_mapping
from tests.views.reading import words
from tests.views.scoping_pages import (
    HAS_MAIL,
    HTMX,
    SALES,
    SWISS,
    address,
    form_of,
    make_filter,
    mia_saves,
    send,
    typed,
)

pytestmark = pytest.mark.django_db
Post = Callable[..., HttpResponse]


@pytest.fixture
def mapping() -> ObjectMapping:
    return make_mapping()


@pytest.fixture
def save(signed_in: Client) -> Post:
    """Open a page of the mapping, edit the form and press OK."""

    def post(mapping: ObjectMapping, page: str = "new/", **edits: Any) -> HttpResponse:
        return send(signed_in, address(mapping, page), **edits)

    return post


# --- saving
def test_a_filter_is_added_and_everybody_is_looked_at_again(
    save: Post, signed_in: Client, mapping: ObjectMapping
) -> None:
    answer = save(mapping, title="Sales only", **typed(0, SALES))

    row = mapping.filters.get()
    assert (answer.status_code, answer["Location"]) == (303, address(mapping))
    assert (row.title, row.clauses) == ("Sales only", [SALES])
    now = job_of(mapping)
    assert (now.config_version, now.watermark, now.saves) == (2, None, 1)
    assert "looks at everybody again" in signed_in.get(address(mapping)).content.decode()


def test_a_filter_is_edited_and_both_values_are_in_the_audit_trail(save: Post, mapping: ObjectMapping) -> None:
    row = make_filter(mapping, SALES, HAS_MAIL)

    save(mapping, f"{row.pk}/", **{"clause-0-value": "Legal"})

    row.refresh_from_db()
    assert row.clauses == [{**SALES, "value": "Legal"}, HAS_MAIL]
    entry = AuditEntry.objects.get()
    assert (entry.old["clauses"][0], entry.new["clauses"][0]) == (SALES, row.clauses[0])


def test_white_space_of_a_value_is_kept(save: Post, mapping: ObjectMapping) -> None:
    save(mapping, title="Odd", **typed(0, {**SALES, "value": " Sales "}))

    assert mapping.filters.get().clauses[0]["value"] == " Sales "


@pytest.mark.parametrize("value", ["left over", "x" * 5000, "\x00"])
def test_the_value_of_an_operator_that_takes_none_does_not_matter(
    save: Post, mapping: ObjectMapping, value: str
) -> None:
    answer = save(mapping, title="With mail", **typed(0, {**HAS_MAIL, "value": value}))

    assert answer.status_code == 303
    assert mapping.filters.get().clauses == [HAS_MAIL]


def test_groups_are_filtered_by_attributes_of_groups(signed_in: Client, mapping: ObjectMapping) -> None:
    groups = ObjectMapping.objects.create(job=mapping.job, object_type=ObjectType.GROUP, target_object="Group")
    clause = {"attribute": "securityEnabled", "operator": "IS TRUE", "value": ""}

    url = address(mapping, "new/").replace("users/", "groups/")
    answer = send(signed_in, url, title="Secure ones", **typed(0, clause))

    assert answer.status_code == 303
    assert groups.filters.get().clauses == [clause]


def test_saving_nothing_new_does_not_make_a_full_cycle(save: Post, mapping: ObjectMapping) -> None:
    row = make_filter(mapping, SALES, HAS_MAIL)

    assert save(mapping, f"{row.pk}/").status_code == 303
    assert (job_of(mapping).config_version, job_of(mapping).saves) == (1, 0)
    assert not AuditEntry.objects.exists()


# --- clauses come and go
def test_one_clause_more_keeps_what_was_typed(save: Post, mapping: ObjectMapping) -> None:
    row = make_filter(mapping, SALES)

    answer = save(mapping, f"{row.pk}/", add="1", title="Half", **{"clause-0-value": "Leg"})

    fields = form_of(answer)
    assert answer.status_code == 200
    assert (fields["clause-0-value"], fields["title"], fields["clause-1-attribute"]) == ("Leg", "Half", "")
    assert "aria-invalid" not in answer.content.decode()
    assert mapping.filters.get().clauses == [SALES]


def test_the_page_grows_and_is_saved_as_a_whole(signed_in: Client, save: Post, mapping: ObjectMapping) -> None:
    grown = save(mapping, add="1", title="Both", **typed(0, SALES))

    answer = signed_in.post(address(mapping, "new/"), form_of(grown, **typed(1, SWISS)))

    assert answer.status_code == 303
    assert mapping.filters.get().clauses == [SALES, SWISS]


def test_a_clause_is_removed_from_the_middle(signed_in: Client, save: Post, mapping: ObjectMapping) -> None:
    row = make_filter(mapping, SALES, HAS_MAIL, SWISS)

    answer = save(mapping, f"{row.pk}/", drop="1")

    fields = form_of(answer)
    assert [fields[f"clause-{n}-attribute"] for n in (0, 1)] == ["department", "country"]
    assert "clause-2-attribute" not in fields
    assert mapping.filters.get().clauses == [SALES, HAS_MAIL, SWISS]
    signed_in.post(address(mapping, f"{row.pk}/"), fields)
    assert mapping.filters.get().clauses == [SALES, SWISS]


def test_htmx_gets_the_form_alone(signed_in: Client, mapping: ObjectMapping) -> None:
    fields = form_of(signed_in.get(address(mapping, "new/")), add="1")

    html = signed_in.post(address(mapping, "new/"), fields, headers=HTMX).content.decode()

    assert "<html" not in html
    assert "Clause 2" in html


# --- what is refused
@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ({"title": ""}, "Give the scoping filter a title."),
        ({"title": "x" * 300}, "at most 256 characters"),
        ({"title": "\x00"}, "Null characters"),
        ({"clause-0-attribute": ""}, "Clause 1, Attribute Name: Choose an attribute."),
        ({"clause-0-attribute": "shoeSize"}, "The source has no attribute shoeSize"),
        ({"clause-0-attribute": "manager"}, "manager can't be used in a filter"),
        ({"clause-0-attribute": "IsSoftDeleted"}, "IsSoftDeleted can't be used in a filter"),
        ({"clause-0-attribute": "x" * 5000}, "at most 256 characters"),
        ({"clause-0-attribute": "accountEnabled"}, "Clause 1, Operator: EQUALS can't judge accountEnabled"),
        ({"clause-0-operator": "LIKE"}, "No operator is called LIKE"),
        ({"clause-0-operator": ""}, "This field is required."),
        ({"clause-0-operator": "IS TRUE\x00"}, "Null characters"),
        ({"clause-0-value": ""}, "Clause 1, Attribute Value: department EQUALS: Enter a value."),
        ({"clause-0-value": "x" * 5000}, "at most 2000 characters"),
        ({"clause-0-value": "\x00"}, "Null characters"),
        ({"clause-0-operator": "REGEX MATCH", "clause-0-value": "a(b"}, "Correct the pattern: This ( has no end"),
        ({"clause-0-operator": "GREATER_THAN", "clause-0-value": "ten"}, "Enter a whole number"),
        ({"clause-0-attribute": None, "clause-0-operator": None, "clause-0-value": None}, "Add a clause"),
        ({f"clause-{n}-attribute": "city" for n in range(1, MOST + 1)}, "at most 50 clauses"),
    ],
)
def test_what_cannot_work_is_refused(save: Post, mapping: ObjectMapping, edits: dict[str, Any], message: str) -> None:
    row = make_filter(mapping, SALES)

    answer = save(mapping, f"{row.pk}/", **edits)

    assert answer.status_code == 422
    assert message in words(answer)
    row.refresh_from_db()
    assert (row.title, row.clauses, job_of(mapping).saves) == ("Staff", [SALES], 0)


def test_each_error_stands_at_its_clause(save: Post, mapping: ObjectMapping) -> None:
    row = make_filter(mapping, SALES, SWISS)

    html = save(mapping, f"{row.pk}/", **{"clause-1-value": ""}).content.decode()

    assert 'id="id_clause-1-value_error"' in html
    assert 'id="id_clause-0-value_error"' not in html
    assert 'href="#id_clause-1-value"' in html


@pytest.mark.parametrize("shown", ["", "no json", "[" * 10_000, '{"a": 1}', '[1, {"attribute": ["x"]}]', None])
def test_garbage_in_hidden_fields_breaks_nothing(save: Post, mapping: ObjectMapping, shown: str | None) -> None:
    row = make_filter(mapping, SALES)

    answer = save(mapping, f"{row.pk}/", **{"initial-clauses": shown, "version": "x", "clause-0-value": "Legal"})

    assert answer.status_code == 409
    row.refresh_from_db()
    assert row.clauses == [SALES]


@pytest.mark.parametrize("number", ["", "x", "-1", "7", "9" * 400])
def test_a_clause_that_is_not_there_can_be_removed(save: Post, mapping: ObjectMapping, number: str) -> None:
    assert save(mapping, drop=number, **typed(0, SALES)).status_code == 200


# --- two people
def test_the_second_person_is_told_what_the_first_changed(signed_in: Client, mapping: ObjectMapping) -> None:
    row = make_filter(mapping, SALES)
    url = address(mapping, f"{row.pk}/")
    mine = form_of(signed_in.get(url), **{"clause-0-value": "Legal"})
    mia_saves(url, **{"clause-0-value": "Marketing"})

    answer = signed_in.post(url, mine)

    found = words(answer)
    assert answer.status_code == 409
    assert "Mia Chen saved this page at" in found
    assert "Clauses department EQUALS Marketing department EQUALS Legal" in found
    assert mapping.filters.get().clauses[0]["value"] == "Marketing"
    assert signed_in.post(url, form_of(answer)).status_code == 303
    assert mapping.filters.get().clauses[0]["value"] == "Legal"


def test_what_was_not_edited_here_takes_over_what_others_saved(signed_in: Client, mapping: ObjectMapping) -> None:
    row = make_filter(mapping, SALES)
    url = address(mapping, f"{row.pk}/")
    mine = form_of(signed_in.get(url), title="Renamed")
    mia_saves(url, **{"clause-0-value": "Marketing"})

    answer = signed_in.post(url, mine)

    assert answer.status_code == 409
    assert form_of(answer)["clause-0-value"] == "Marketing"
    assert form_of(answer)["title"] == "Renamed"


def test_another_filter_that_was_saved_meanwhile_does_not_stand_in_the_way(
    signed_in: Client, mapping: ObjectMapping
) -> None:
    row, other = make_filter(mapping, SALES), make_filter(mapping, SWISS)
    url = address(mapping, f"{row.pk}/")
    mine = form_of(signed_in.get(url), title="Renamed")
    mia_saves(address(mapping, f"{other.pk}/"), title="Other")

    assert signed_in.post(url, mine).status_code == 303
