"""The history of the configuration: who changed what, and going back."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from provisioning.models import ConfigurationVersion, ObjectMapping
from tests.factories import make_administrator, make_job
from tests.html_forms import fields_of
from tests.views.mapping_pages import address, job_of, make_mapping, row_of, send
from tests.views.reading import toasts, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def mapping() -> ObjectMapping:
    return make_mapping()


def history_of(mapping: ObjectMapping, rest: str = "") -> str:
    return f"/applications/{mapping.job.application.application_id}/mappings/history/{rest}"


def save_locale(mapping: ObjectMapping, source: str, name: str = "Mia Chen") -> None:
    """Somebody saves another source for the language."""
    client = Client()
    client.force_login(make_administrator(display_name=name))
    assert send(client, address(mapping, f"{row_of(mapping, 'locale').pk}/"), "row", source=source).status_code == 303


def go_back(client: Client, mapping: ObjectMapping, number: int) -> str:
    """Ask for it and confirm; gives what is said then."""
    url = history_of(mapping, f"{number}/")
    return "\n".join(toasts(client.post(url, fields_of(client.get(url).content.decode(), "roll-back"))))


def test_a_fresh_application_has_no_history(signed_in: Client, mapping: ObjectMapping) -> None:
    assert "No changes yet" in words(signed_in.get(history_of(mapping)))


def test_a_change_is_told_with_person_and_difference(signed_in: Client, mapping: ObjectMapping) -> None:
    save_locale(mapping, "country")

    text = words(signed_in.get(history_of(mapping)))

    assert "Edit attribute of mapping" in text
    assert "Mia Chen" in text
    assert "Changed Users: Attribute mapping locale Source: preferredLanguage → becomes country" in text


def test_an_added_row_is_told_with_all_that_it_says(signed_in: Client, mapping: ObjectMapping) -> None:
    mapping.rows.filter(target="locale").delete()

    send(signed_in, address(mapping, "new/"), "row", source="country", target="locale", default="en_US")

    expected = "locale Type: Direct Source: country Default value if null: en_US Apply this mapping: Always"
    assert expected in words(signed_in.get(history_of(mapping)))


def test_switches_are_told_in_words(signed_in: Client, mapping: ObjectMapping) -> None:
    send(signed_in, address(mapping), "edit", enabled="no")

    text = words(signed_in.get(history_of(mapping)))

    assert "Changed Users: Mapping Enabled: Yes → becomes No" in text
    assert "Save attribute mapping" in text


def test_going_back_shows_what_it_changes_first(signed_in: Client, mapping: ObjectMapping) -> None:
    save_locale(mapping, "country")
    save_locale(mapping, "city")

    text = words(signed_in.get(history_of(mapping, "2/")))

    assert "Roll back to before this change?" in text
    assert "Source: city → becomes preferredLanguage" in text
    assert row_of(mapping, "locale").source == "city"


def test_going_back_restores_everything_and_is_a_change_itself(signed_in: Client, mapping: ObjectMapping) -> None:
    save_locale(mapping, "country")
    save_locale(mapping, "city")

    said = go_back(signed_in, mapping, 2)

    now = job_of(mapping)
    assert said.startswith("Configuration rolled back")
    assert row_of(mapping, "locale").source == "preferredLanguage"
    assert (now.config_version, now.saves, now.watermark) == (4, 3, None)
    assert "Roll back configuration" in words(signed_in.get(history_of(mapping)))


def test_going_back_asks_again_when_somebody_saved_meanwhile(signed_in: Client, mapping: ObjectMapping) -> None:
    save_locale(mapping, "country")
    fields = fields_of(signed_in.get(history_of(mapping, "2/")).content.decode(), "roll-back")
    save_locale(mapping, "city", "Lou Park")

    answer = signed_in.post(history_of(mapping, "2/"), fields)

    assert answer.status_code == 409
    assert "Lou Park saved changes meanwhile. Nothing was rolled back yet" in words(answer)
    assert row_of(mapping, "locale").source == "city"


def test_a_configuration_that_is_there_already_has_nothing_to_roll_back(
    signed_in: Client, mapping: ObjectMapping
) -> None:
    save_locale(mapping, "country")
    save_locale(mapping, "preferredLanguage")

    answer = signed_in.get(history_of(mapping, "2/"))

    assert "The configuration is like that already." in words(answer)
    assert signed_in.post(history_of(mapping, "2/"), {"version": "2"}).status_code == 200
    assert job_of(mapping).saves == 2


def test_a_configuration_that_does_not_fit_any_more_is_refused_with_the_reason(
    signed_in: Client, mapping: ObjectMapping
) -> None:
    save_locale(mapping, "country")
    version = ConfigurationVersion.objects.get()
    rows = version.before["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"]
    rows[3]["targetAttributeName"] = "phone"
    version.save()

    answer = signed_in.post(history_of(mapping, "2/"), {"version": "1"})

    assert "That configuration does not fit the application any more" in words(answer)
    assert "The application has no attribute phone." in words(answer)
    assert job_of(mapping).saves == 1


def test_a_version_of_another_application_is_not_found(signed_in: Client, mapping: ObjectMapping) -> None:
    save_locale(mapping, "country")
    other = make_job().mappings.get()

    assert signed_in.get(history_of(other, "2/")).status_code == 404


def test_the_number_of_queries_does_not_grow(
    signed_in: Client, mapping: ObjectMapping, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for sources in (["country"], ["city", "state", "mail"]):
        for source in sources:
            save_locale(mapping, source)
        with django_assert_num_queries(7):
            signed_in.get(history_of(mapping))
