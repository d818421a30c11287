"""Rows whose value an expression computes, and rows without a source, in the pane of an attribute mapping."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from provisioning.choices import FlowType, MappingType
from provisioning.models import AttributeMapping, ObjectMapping
from tests.views.mapping_pages import address, make_mapping, row_of, send
from tests.views.reading import toasts, words

pytestmark = pytest.mark.django_db
Post = Callable[..., HttpResponse]
LOWER = 'ToLower(Join(".", [givenName], [surname]))'


@pytest.fixture
def mapping() -> ObjectMapping:
    return make_mapping()


@pytest.fixture
def save(signed_in: Client) -> Post:
    """Open the pane of this row, edit it and press Ok."""

    def post(row: AttributeMapping, **edits: Any) -> HttpResponse:
        return send(signed_in, address(row.mapping, f"{row.pk}/"), "row", **edits)

    return post


def as_expression(save: Post, row: AttributeMapping, text: str, **edits: Any) -> HttpResponse:
    return save(row, type=MappingType.EXPRESSION, expression=text, **edits)


def test_a_row_becomes_an_expression(save: Post, signed_in: Client, mapping: ObjectMapping) -> None:
    row = row_of(mapping, "firstName")

    answer = as_expression(save, row, LOWER, default="nobody", flow_empty="on")

    row.refresh_from_db()
    assert answer.status_code == 303
    assert (row.type, row.source, row.default, row.flow_empty) == (MappingType.EXPRESSION, LOWER, "nobody", True)
    assert f"firstName {LOWER} Default: nobody Expression" in words(signed_in.get(address(mapping)))


def test_an_expression_is_shown_again_as_it_was_written(save: Post, signed_in: Client, mapping: ObjectMapping) -> None:
    row, text = row_of(mapping, "firstName"), 'Join(" <&>\\" ",\r\n  [givenName],\r\n  [surname])'
    as_expression(save, row, text)

    page = signed_in.get(address(mapping, f"{row.pk}/")).content.decode()

    assert "&lt;&amp;&gt;" in page
    assert as_expression(save, row, text)["Location"] == address(mapping)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Enter the expression."),
        ("ToLower([givenName]", "Column 1: ToLower is not closed"),
        ("Tolower([givenName])", "ToLower"),
        ("ToLower([givenname])", "givenName"),
        ("Mid([givenName])", "Column 1"),
        ('ToLower("' + "x" * 10_000 + '")', "10000"),
        ("\x00", "Null characters are not allowed"),
    ],
)
def test_a_wrong_expression_is_refused_with_the_place_and_nothing_saved(
    save: Post, mapping: ObjectMapping, text: str, said: str
) -> None:
    row = row_of(mapping, "firstName")

    answer = as_expression(save, row, text)

    row.refresh_from_db()
    assert answer.status_code == 422
    assert said in words(answer)
    assert (row.type, row.source) == (MappingType.DIRECT, "givenName")


def test_a_doubtful_expression_is_saved_and_told(save: Post, mapping: ObjectMapping) -> None:
    row = row_of(mapping, "firstName")

    answer = as_expression(save, row, 'IIF(IsNullOrEmpty([givenName]), "x", [givenName])')

    assert answer.status_code == 303
    assert any("may not do what it seems to" in each and "Column" in each for each in toasts(answer))


def test_a_unique_value_is_for_creation_only_and_for_what_can_be_searched(save: Post, mapping: ObjectMapping) -> None:
    text = "SelectUniqueValue([mail], [userPrincipalName])"

    assert as_expression(save, row_of(mapping, "firstName"), text).status_code == 422
    refused = as_expression(save, row_of(mapping, "firstName"), text, flow=FlowType.ON_CREATE)
    assert "can be searched by firstName" in words(refused)
    assert as_expression(save, row_of(mapping, "email"), text).status_code == 422  # it matches objects


def test_a_row_without_a_source_keeps_its_default_only(save: Post, mapping: ObjectMapping) -> None:
    row = row_of(mapping, "locale")

    save(row, type=MappingType.NONE, default="sv_SE", flow_empty="on")

    row.refresh_from_db()
    assert (row.type, row.source, row.default, row.flow_empty) == (MappingType.NONE, "", "sv_SE", False)


def test_a_row_without_a_source_matches_nobody(save: Post, mapping: ObjectMapping) -> None:
    answer = save(row_of(mapping, "email"), type=MappingType.NONE)

    assert answer.status_code == 422
    assert "Nothing flows into this attribute" in words(answer)
