"""The attribute mapping pages: the list, one mapping, and restoring the defaults."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import AuditEntry
from provisioning.choices import MappingType
from provisioning.models import ObjectMapping
from tests.factories import make_job
from tests.views.mapping_pages import address, job_of, make_mapping, row_of, send

pytestmark = pytest.mark.django_db
Post = Callable[..., HttpResponse]


@pytest.fixture
def mapping() -> ObjectMapping:
    return make_mapping()


@pytest.fixture
def save(signed_in: Client) -> Post:
    """Open the page of the mapping, edit it and save."""

    def post(mapping: ObjectMapping, **edits: Any) -> HttpResponse:
        return send(signed_in, address(mapping), "edit", **edits)

    return post


# --- reading
def test_the_list_names_the_mapping(signed_in: Client, mapping: ObjectMapping) -> None:
    url = f"/applications/{mapping.job.application.application_id}/mappings/"

    html = signed_in.get(url).content.decode()

    assert "Synchronize Azure Active Directory Users to Citrix GoToMeeting" in html
    assert f'href="{address(mapping)}"' in html


def test_the_rows_are_listed_and_matching_ones_are_marked(signed_in: Client, mapping: ObjectMapping) -> None:
    html = signed_in.get(address(mapping)).content.decode()

    for word in ("userPrincipalName", "givenName", "surname", "preferredLanguage", "appRoleAssignments"):
        assert word in html
    assert html.count("Matching, 1") == 1
    for word in ("Source Object", "Target Object Actions", "Add New Mapping"):
        assert word in html


def test_when_every_attribute_is_mapped_there_is_none_to_add(signed_in: Client, mapping: ObjectMapping) -> None:
    mapping.rows.create(target="adminRoles", source="appRoleAssignments", order=9)

    html = signed_in.get(address(mapping)).content.decode()

    assert "Every attribute that the application has is mapped." in html


def test_an_attribute_that_takes_something_away_is_offered_with_a_warning(
    signed_in: Client, mapping: ObjectMapping
) -> None:
    html = signed_in.get(f"{address(mapping)}new/").content.decode()

    assert "takes away administrator roles that are not assigned here" in html


def test_required_rows_have_a_lock_and_say_why(signed_in: Client, mapping: ObjectMapping) -> None:
    html = signed_in.get(address(mapping)).content.decode()

    assert html.count("The application requires this attribute.") == 3
    assert html.count('aria-label="Delete ') == 2


def test_a_constant_is_shown_as_one(signed_in: Client, mapping: ObjectMapping) -> None:
    mapping.rows.filter(target="locale").update(type=MappingType.CONSTANT, source="sv_SE")

    assert "“sv_SE”" in signed_in.get(address(mapping)).content.decode()


def test_the_number_of_queries_does_not_grow(
    signed_in: Client, mapping: ObjectMapping, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for names in ((), ("a", "b", "c")):
        for name in names:
            mapping.rows.create(target=name, source="city")
        with django_assert_num_queries(11):
            signed_in.get(address(mapping))


@pytest.mark.parametrize("page", ["groups/", "nonsense/", "users/999/", "users/999/delete/"])
def test_what_there_is_not_is_not_found(signed_in: Client, mapping: ObjectMapping, page: str) -> None:
    url = address(mapping).replace("users/", page)

    assert signed_in.get(url).status_code == 404


def test_a_row_of_another_application_is_not_found(signed_in: Client, mapping: ObjectMapping) -> None:
    other = make_job().mappings.get().rows.first()

    assert signed_in.get(address(mapping, f"{other.pk}/")).status_code == 404


# --- the mapping itself
def test_actions_are_saved_and_everybody_is_looked_at_again(
    save: Post, signed_in: Client, mapping: ObjectMapping
) -> None:
    answer = save(mapping, delete_objects="on", create_objects=None)

    mapping.refresh_from_db()
    now = job_of(mapping)
    assert (answer.status_code, answer["Location"]) == (303, address(mapping))
    assert (mapping.create_objects, mapping.update_objects, mapping.delete_objects) == (False, True, True)
    assert (now.config_version, now.watermark, now.saves) == (2, None, 1)
    assert "looks at everybody again" in signed_in.get(address(mapping)).content.decode()


def test_a_mapping_can_be_switched_off(save: Post, mapping: ObjectMapping) -> None:
    save(mapping, enabled="no")

    mapping.refresh_from_db()
    assert not mapping.enabled


def test_saving_nothing_new_does_not_make_a_full_cycle(save: Post, mapping: ObjectMapping) -> None:
    assert save(mapping).status_code == 303

    now = job_of(mapping)
    assert (now.config_version, now.watermark, now.saves) == (1, 7, 0)
    assert not AuditEntry.objects.exists()


def test_an_unknown_choice_is_refused(save: Post, mapping: ObjectMapping) -> None:
    assert save(mapping, enabled="perhaps").status_code == 422


# --- restoring
def test_restoring_says_what_is_lost(signed_in: Client, mapping: ObjectMapping) -> None:
    row_of(mapping, "locale").delete()
    mapping.rows.filter(target="licenseKeys").update(source="department")
    mapping.rows.create(target="nickname", source="city")

    url = f"/applications/{mapping.job.application.application_id}/mappings/restore/"
    html = signed_in.get(url).content.decode()

    for words in ("1 attribute that was added is removed", "was changed is reset", "was deleted comes back"):
        assert words in html


def test_restoring_what_somebody_changed_meanwhile_is_refused(signed_in: Client, mapping: ObjectMapping) -> None:
    url = f"/applications/{mapping.job.application.application_id}/mappings/restore/"
    assert 'action="?seen=1"' in signed_in.get(url).content.decode()
    mapping.job.reconfigured()
    mapping.job.save()
    row_of(mapping, "locale").delete()

    answer = signed_in.post(f"{url}?seen=1", follow=True)

    assert "Somebody changed the configuration meanwhile" in answer.content.decode()
    assert not mapping.rows.filter(target="locale").exists()


def test_the_dialog_restores_what_it_showed(signed_in: Client, mapping: ObjectMapping) -> None:
    html = signed_in.get(f"/applications/{mapping.job.application.application_id}/mappings/").content.decode()

    assert "/mappings/restore/?seen=1" in html


def test_restoring_brings_the_defaults_back(signed_in: Client, mapping: ObjectMapping) -> None:
    defaults = sorted(mapping.rows.values_list("target", "source"))
    row_of(mapping, "locale").delete()
    mapping.rows.filter(target="licenseKeys").update(source="department")

    answer = signed_in.post(f"/applications/{mapping.job.application.application_id}/mappings/restore/")

    now = job_of(mapping)
    assert answer.status_code == 303
    assert sorted(now.mappings.get().rows.values_list("target", "source")) == defaults
    assert (now.config_version, now.watermark, now.saves) == (2, None, 1)
    assert len(AuditEntry.objects.get().old["User"]["rows"]) == 4
