"""The expression builder: the check of a text, a test with somebody or with typed values, and its way into a row."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import MappingType
from provisioning.models import ObjectMapping, User
from tests.factories import make_state, make_user, make_users
from tests.html_forms import fields_of
from tests.views.mapping_pages import address, make_mapping, row_of
from tests.views.reading import toasts, words

pytestmark = pytest.mark.django_db
LOWER = 'ToLower(Join(".", [givenName], [surname]))'


@pytest.fixture
def mapping() -> ObjectMapping:
    return make_mapping()


@pytest.fixture
def bo(mapping: ObjectMapping) -> User:
    return make_user(display_name="Bo Ek", given_name="Bo", surname="Ek", user_principal_name="bo@contoso.example")


def place(mapping: ObjectMapping, page: str = "") -> str:
    return f"/applications/{mapping.job.application.application_id}/expressions/users/{page}"


def tried(client: Client, mapping: ObjectMapping, text: str, **fields: Any) -> str:
    answer = client.post(place(mapping), {"expression": text, **fields})
    assert answer.status_code == 200
    return words(answer)


def checked(client: Client, mapping: ObjectMapping, text: str) -> HttpResponse:
    return client.post(place(mapping, "check/"), {"expression": text})


# --- the check


def test_nothing_is_said_of_an_empty_text(signed_in: Client, mapping: ObjectMapping) -> None:
    assert words(checked(signed_in, mapping, " \n")) == ""


def test_a_right_expression_is_said_to_be_right(signed_in: Client, mapping: ObjectMapping) -> None:
    assert words(checked(signed_in, mapping, LOWER)) == "The expression is valid."


def test_the_place_of_an_error_is_marked_in_the_text(signed_in: Client, mapping: ObjectMapping) -> None:
    answer = checked(signed_in, mapping, 'Join(" ", [givenName], [surname').content.decode()

    assert "Column 24" in answer
    assert "<mark>[</mark>surname" in answer


def test_what_was_typed_is_never_markup(signed_in: Client, mapping: ObjectMapping) -> None:
    answer = checked(signed_in, mapping, '<script>alert("x")</script>').content.decode()

    assert "<script>" not in answer
    assert "Column " in answer


def test_warnings_are_told_with_their_place(signed_in: Client, mapping: ObjectMapping) -> None:
    said = words(checked(signed_in, mapping, 'IIF(IsPresent([mail]), [mail], "x")'))

    assert said.startswith("The expression is valid. Column 5")


def test_only_a_post_checks(signed_in: Client, mapping: ObjectMapping) -> None:
    assert signed_in.get(place(mapping, "check/")).status_code == 405


# --- the test


def test_the_result_is_shown_with_the_values_of_somebody(signed_in: Client, mapping: ObjectMapping, bo: User) -> None:
    said = tried(signed_in, mapping, LOWER, person="bo@")

    assert "with the values of Bo Ek" in said
    assert "Result bo.ek" in said


def test_beside_it_stands_what_the_target_holds_now(signed_in: Client, mapping: ObjectMapping, bo: User) -> None:
    make_state(mapping.job, bo, target_id="7", sent={"firstName": "Bosse"})
    name = mapping.job.application.display_name

    assert f"firstName in {name} now Bosse" in tried(signed_in, mapping, LOWER, person="bo@", target="firstName")
    assert f"lastName in {name} now Nothing was sent yet." in tried(
        signed_in, mapping, LOWER, person="bo@", target="lastName"
    )


def test_values_can_be_typed_without_anybody(signed_in: Client, mapping: ObjectMapping) -> None:
    typed = {"value-givenName": "Åsa", "value-surname": "", "shown": ""}

    assert "Result åsa" in tried(signed_in, mapping, LOWER, **typed)


def test_typed_values_win_over_the_persons_own_until_another_is_chosen(
    signed_in: Client, mapping: ObjectMapping, bo: User
) -> None:
    typed = {"value-givenName": "Max", "value-surname": "Ek"}

    assert "Result max.ek" in tried(signed_in, mapping, LOWER, person="bo@", shown=bo.pk, **typed)
    assert "Result bo.ek" in tried(signed_in, mapping, LOWER, person="bo@", shown="", **typed)


def test_several_who_fit_are_offered_and_one_can_be_picked(signed_in: Client, mapping: ObjectMapping) -> None:
    twelve = make_users(12)
    name = twelve[0].display_name[:3]

    said = tried(signed_in, mapping, LOWER, person=name)
    picked = tried(signed_in, mapping, "ToUpper([displayName])", person=name, searched=name, pick=twelve[3].pk)

    assert "Several people fit" in said
    assert "There are more." in said
    assert f"Result {twelve[3].display_name.upper()}" in picked


def test_nobody_who_fits_is_told(signed_in: Client, mapping: ObjectMapping) -> None:
    assert "Nobody in the directory fits." in tried(signed_in, mapping, LOWER, person="Nobody")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("IgnoreFlowIfNullOrEmpty([mail])", "The target attribute is left alone."),
        ('IIF([givenName] = "Bo", IgnoreObjectFlow, "x")', "The object is left alone"),
        ("ToLower([mail])", "No value: nothing flows."),
        ('Switch([mail], "x", "", "")', "An empty text: the target attribute is cleared."),
        ("Redact([givenName])", "In logs [Redact]"),
        ("Item([givenName], 4)", "No result Column 1"),
    ],
)
def test_every_kind_of_outcome_is_told_in_words(
    signed_in: Client, mapping: ObjectMapping, bo: User, text: str, said: str
) -> None:
    User.objects.filter(pk=bo.pk).update(mail="")

    assert said in tried(signed_in, mapping, text, person="bo@")


@pytest.mark.parametrize("pick", ["", "x", "-1", "9" * 40, "999999"])
def test_a_pick_that_is_nobody_does_no_harm(signed_in: Client, mapping: ObjectMapping, bo: User, pick: str) -> None:
    tried(signed_in, mapping, LOWER, person="\0bo@", pick=pick, searched="bo@", shown="y", target="nothing")


def test_the_page_takes_few_queries(
    signed_in: Client, mapping: ObjectMapping, bo: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(20):
        tried(signed_in, mapping, LOWER, person="bo@", target="firstName")


def test_every_function_is_offered_with_its_help(signed_in: Client, mapping: ObjectMapping) -> None:
    said = words(signed_in.get(place(mapping)))

    assert "Join(separator, source...)" in said
    assert "Prepend" not in said


# --- into a row


@pytest.mark.parametrize("target", ["firstName", "email"])
def test_an_expression_is_taken_into_the_row_of_its_target(
    signed_in: Client, mapping: ObjectMapping, target: str
) -> None:
    answer = signed_in.post(place(mapping, "use/"), {"expression": LOWER, "target": target})
    page = signed_in.get(answer["Location"])

    row = row_of(mapping, target)
    fields = fields_of(page.content.decode(), "row")
    assert answer["Location"] == address(mapping, f"{row.pk}/?draft=1")
    assert (fields["type"], fields["expression"]) == (MappingType.EXPRESSION, LOWER)
    assert signed_in.post(address(mapping, f"{row.pk}/"), fields).status_code == 303
    assert row_of(mapping, target).source == LOWER


def test_an_expression_for_an_attribute_that_is_not_mapped_gets_a_new_row(
    signed_in: Client, mapping: ObjectMapping
) -> None:
    row_of(mapping, "locale").delete()

    answer = signed_in.post(place(mapping, "use/"), {"expression": LOWER, "target": "locale"})
    fields = fields_of(signed_in.get(answer["Location"]).content.decode(), "row")

    assert signed_in.post(address(mapping, "new/"), fields).status_code == 303
    assert row_of(mapping, "locale").source == LOWER


@pytest.mark.parametrize("target", ["", "nothing"])
def test_without_a_target_the_page_asks_for_one(signed_in: Client, mapping: ObjectMapping, target: str) -> None:
    answer = signed_in.post(place(mapping, "use/"), {"expression": LOWER, "target": target})

    assert answer["Location"] == place(mapping)
    assert "Choose the target attribute" in toasts(answer)[0]
