"""The form of one scoping filter: whom it would let pass, and who would lose an account."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from provisioning.models import ObjectMapping
from tests.factories import make_assignment, make_job, make_state, make_user
from tests.views.mapping_pages import make_mapping
from tests.views.reading import words
from tests.views.scoping_pages import HTMX, SALES, SWISS, address, form_of, make_filter, send, typed

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


def with_account(mapping: ObjectMapping, name: str, **values: str) -> None:
    user = make_user(display_name=name, **values)
    make_assignment(mapping.job.application, user, "GoToMeeting")
    make_state(mapping.job, user)


# --- counting
def test_counting_saves_nothing_and_needs_no_title(save: Post, mapping: ObjectMapping) -> None:
    with_account(mapping, "Ann", department="Sales")
    with_account(mapping, "Ben", department="Legal")

    answer = save(mapping, count="1", **typed(0, SALES))

    found = words(answer)
    assert answer.status_code == 200
    assert "Of 2 assigned users, these filters let 1 pass and keep 1 out." in found
    assert "Ben department EQUALS Sales" in found
    assert "1 person leaves the scope Ben" in found
    assert not mapping.filters.exists()


def test_the_other_filters_count_too(save: Post, mapping: ObjectMapping) -> None:
    with_account(mapping, "Ann", department="Sales")
    make_filter(mapping, SALES)

    found = words(save(mapping, count="1", **typed(0, SWISS)))

    assert "This filter together with the other one, which is saved." in found
    assert "let 1 pass and keep 0 out" in found


def test_what_is_stored_of_the_edited_filter_does_not_count(save: Post, mapping: ObjectMapping) -> None:
    with_account(mapping, "Ann", department="Sales")
    row = make_filter(mapping, SALES)

    found = words(save(mapping, f"{row.pk}/", count="1", **{"clause-0-value": "Legal"}))

    assert "let 0 pass and keep 1 out" in found


def test_htmx_gets_the_count_alone_and_learns_what_is_missing(signed_in: Client, mapping: ObjectMapping) -> None:
    url = address(mapping, "new/")
    fields = form_of(signed_in.get(url), count="1")

    unfinished = signed_in.post(url, fields, headers=HTMX)
    counted = signed_in.post(url, {**fields, **typed(0, SALES)}, headers=HTMX)

    assert "Clause 1, Attribute Name: Choose an attribute." in unfinished.content.decode()
    assert "Give the scoping filter a title" not in unfinished.content.decode()
    assert "Of 0 assigned users" in counted.content.decode()
    assert "<form" not in counted.content.decode()


def test_without_script_a_count_of_what_is_wrong_shows_the_errors(save: Post, mapping: ObjectMapping) -> None:
    answer = save(mapping, count="1", **typed(0, {**SALES, "value": ""}))

    assert answer.status_code == 422
    assert 'id="id_clause-0-value_error"' in answer.content.decode()


def test_a_pattern_that_takes_too_long_has_a_line_of_its_own(save: Post, mapping: ObjectMapping) -> None:
    with_account(mapping, "Ann", department="a" * 60)
    slow = {"attribute": "department", "operator": "REGEX MATCH", "value": "(?:a|aa)+b"}

    found = words(save(mapping, count="1", **typed(0, slow)))

    assert "1 could not be decided" in found
    assert "takes too long" in found


# --- who would lose an account
def test_a_save_that_takes_accounts_away_is_agreed_to_first(
    signed_in: Client, save: Post, mapping: ObjectMapping
) -> None:
    with_account(mapping, "Ann", department="Sales")
    with_account(mapping, "Ben", department="Legal")

    asked = save(mapping, title="Sales", **typed(0, SALES))

    assert asked.status_code == 422
    assert "1 person leaves the scope Ben" in words(asked)
    assert not mapping.filters.exists()
    agreed = signed_in.post(address(mapping, "new/"), form_of(asked, agreed="1"))
    assert agreed.status_code == 303
    assert mapping.filters.get().title == "Sales"


@pytest.mark.parametrize("agreed", ["1", "x", "²", "-9", ""])
def test_agreeing_to_fewer_asks_again(save: Post, mapping: ObjectMapping, agreed: str) -> None:
    with_account(mapping, "Ben")
    with_account(mapping, "Cy")

    answer = save(mapping, title="Sales", agreed=agreed, **typed(0, SALES))

    assert answer.status_code == 422
    assert "2 people leave the scope" in words(answer)


def test_accounts_that_are_left_alone_are_said_to_be(save: Post, mapping: ObjectMapping) -> None:
    make_job(mapping.job.application, skip_out_of_scope_deletions=True)
    with_account(mapping, "Ben")

    assert "Skip out of scope deletions is on" in words(save(mapping, title="Sales", **typed(0, SALES)))
