"""The scoping filters of a mapping: the list, whom it lets pass, deleting, and the ways that lead there."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import AuditEntry
from provisioning.choices import ObjectType, Scope
from provisioning.models import ObjectMapping
from tests.factories import make_assignment, make_job, make_state, make_user
from tests.views.mapping_pages import job_of, make_mapping
from tests.views.reading import words
from tests.views.scoping_pages import HAS_MAIL, HTMX, SALES, SWISS, address, make_filter

pytestmark = pytest.mark.django_db
Person = Callable[..., None]


@pytest.fixture
def mapping() -> ObjectMapping:
    return make_mapping()


@pytest.fixture
def person(mapping: ObjectMapping) -> Person:
    """Makes somebody who is assigned; with `account` also one who is provisioned."""

    def make(name: str, *, account: bool = False, **values: str) -> None:
        user = make_user(display_name=name, **values)
        make_assignment(mapping.job.application, user, "GoToMeeting")
        if account:
            make_state(mapping.job, user)

    return make


# --- the list
def test_without_filters_all_records_are_in_scope(signed_in: Client, mapping: ObjectMapping) -> None:
    found = words(signed_in.get(address(mapping)))

    assert "All records" in found
    assert "every assigned user is in scope" in found


def test_filters_are_joined_by_or_and_clauses_by_and(signed_in: Client, mapping: ObjectMapping) -> None:
    make_filter(mapping, SALES, SWISS, title="Swiss sales")
    make_filter(mapping, HAS_MAIL, title="With mail")

    found = words(signed_in.get(address(mapping)))

    assert "department EQUALS Sales AND country EQUALS CH OR With mail mail IS NOT NULL" in found.replace("  ", " ")


def test_the_menu_leads_to_the_users(signed_in: Client, mapping: ObjectMapping) -> None:
    make_filter(mapping, SALES, title="Sales only")

    answer = signed_in.get(address(mapping).replace("users/", ""))

    assert "Sales only" in words(answer)
    assert 'aria-current="page"' in answer.content.decode()


def test_groups_have_filters_of_their_own(signed_in: Client, mapping: ObjectMapping) -> None:
    groups = ObjectMapping.objects.create(job=mapping.job, object_type=ObjectType.GROUP, target_object="Group")
    make_filter(groups, {"attribute": "securityEnabled", "operator": "IS TRUE", "value": ""}, title="Secure ones")

    assert "Secure ones" not in words(signed_in.get(address(mapping)))
    assert "Secure ones" in words(signed_in.get(address(mapping).replace("users/", "groups/")))


@pytest.mark.parametrize("page", ["groups/", "nonsense/", "users/999/", "users/999/delete/", "groups/new/"])
def test_what_there_is_not_is_not_found(signed_in: Client, mapping: ObjectMapping, page: str) -> None:
    assert signed_in.get(address(mapping).replace("users/", page)).status_code == 404


def test_a_filter_of_another_application_is_not_found(signed_in: Client, mapping: ObjectMapping) -> None:
    other = make_filter(make_job().mappings.get(), SALES)

    assert signed_in.get(address(mapping, f"{other.pk}/")).status_code == 404
    assert signed_in.post(address(mapping, f"{other.pk}/delete/"), {"version": "0"}).status_code == 303
    other.refresh_from_db()


@pytest.mark.parametrize("number", [1, 5])
def test_the_pages_ask_as_often_for_many_as_for_one(
    signed_in: Client, mapping: ObjectMapping, person: Person, number: int
) -> None:
    for n in range(number):
        person(f"Person {n}", department="Sales", account=True)
        row = make_filter(mapping, SALES, title=f"Filter {n}")

    asked = []
    for page in ("", "?count=1", "new/", f"{row.pk}/", f"{row.pk}/delete/"):
        with CaptureQueriesContext(connection) as queries:
            signed_in.get(address(mapping, page))
        asked.append(len(queries))

    assert asked == [8, 17, 8, 8, 17]


# --- whom it lets pass
def test_who_passes_is_counted_on_demand(signed_in: Client, mapping: ObjectMapping, person: Person) -> None:
    person("Ann", department="Sales")
    person("Ben", department="Legal")
    make_filter(mapping, SALES, title="Sales")

    assert "Nobody was counted yet." in words(signed_in.get(address(mapping)))
    found = words(signed_in.get(address(mapping, "?count=1")))

    assert "Of 2 assigned users, these filters let 1 pass and keep 1 out." in found
    assert "Ben Sales department EQUALS Sales" in found


def test_htmx_gets_the_count_alone(signed_in: Client, mapping: ObjectMapping) -> None:
    make_filter(mapping, SALES)

    html = signed_in.get(address(mapping, "?count=1"), headers=HTMX).content.decode()

    assert "Of 0 assigned users" in html
    assert "<html" not in html


def test_in_sync_all_the_whole_directory_is_counted(signed_in: Client, mapping: ObjectMapping) -> None:
    make_job(mapping.job.application, scope=Scope.ALL)
    make_user(department="Sales")
    make_filter(mapping, SALES)

    assert "Of 1 user in the directory, these filters let 1 pass and keep 0 out." in words(
        signed_in.get(address(mapping, "?count=1"))
    )


# --- deleting
def test_deleting_asks_first_and_says_who_leaves(signed_in: Client, mapping: ObjectMapping, person: Person) -> None:
    person("Ann", department="Sales", account=True)
    row = make_filter(mapping, SALES, title="Sales")
    make_filter(mapping, SWISS)

    found = words(signed_in.get(address(mapping, f"{row.pk}/delete/")))

    assert "Delete the scoping filter Sales?" in found
    assert "1 person leaves the scope Ann" in found
    assert mapping.filters.count() == 2


def test_deleting_the_only_filter_says_that_everybody_is_in_scope(signed_in: Client, mapping: ObjectMapping) -> None:
    row = make_filter(mapping, SALES)

    assert "everybody who is assigned is in scope then" in words(signed_in.get(address(mapping, f"{row.pk}/delete/")))


def test_a_filter_is_deleted(signed_in: Client, mapping: ObjectMapping) -> None:
    row = make_filter(mapping, SALES, title="Sales")

    answer = signed_in.post(address(mapping, f"{row.pk}/delete/"), {"version": "0"})

    assert (answer.status_code, answer["Location"]) == (303, address(mapping))
    assert not mapping.filters.exists()
    assert (job_of(mapping).config_version, job_of(mapping).watermark) == (2, None)
    assert AuditEntry.objects.get().old["Scoping Filter Title"] == "Sales"


def test_deleting_twice_is_told(signed_in: Client, mapping: ObjectMapping) -> None:
    url = address(mapping, f"{make_filter(mapping, SALES).pk}/delete/")
    signed_in.post(url, {"version": "0"})

    answer = signed_in.post(url, {"version": "0"}, follow=True)

    assert "It was deleted already." in answer.content.decode()
    assert job_of(mapping).saves == 1


@pytest.mark.parametrize("version", ["7", "x", ""])
def test_what_was_changed_meanwhile_is_asked_for_again(signed_in: Client, mapping: ObjectMapping, version: str) -> None:
    row = make_filter(mapping, SALES)

    answer = signed_in.post(address(mapping, f"{row.pk}/delete/"), {"version": version})

    assert answer.status_code == 409
    assert "Nothing was deleted yet" in words(answer)
    assert mapping.filters.exists()


# --- the ways there
def test_the_mapping_says_all_records_or_how_many_filters(signed_in: Client, mapping: ObjectMapping) -> None:
    url = address(mapping).replace("/scoping/", "/mappings/")

    assert "Source Object Scope All records" in words(signed_in.get(url))
    make_filter(mapping, SALES)
    make_filter(mapping, SWISS)
    answer = signed_in.get(url)

    assert "Source Object Scope 2 scoping filters" in words(answer)
    assert f'href="{address(mapping)}"' in answer.content.decode()


def test_the_list_of_mappings_counts_filters_and_attributes_apart(signed_in: Client, mapping: ObjectMapping) -> None:
    make_filter(mapping, SALES)
    make_filter(mapping, SWISS)

    found = words(signed_in.get(address(mapping).replace("/scoping/users/", "/mappings/")))

    assert "Synchronize Azure Active Directory Users to Citrix GoToMeeting 5 2 scoping filters Yes" in found


def test_restoring_says_that_filters_are_deleted(signed_in: Client, mapping: ObjectMapping) -> None:
    make_filter(mapping, SALES)

    found = words(signed_in.get(address(mapping).replace("/scoping/users/", "/mappings/restore/")))

    assert "1 scoping filter is deleted" in found
    assert "Target Object Actions are reset" not in found


def test_the_overview_leads_there(signed_in: Client, mapping: ObjectMapping) -> None:
    job = job_of(mapping)
    job.first_started_at = job.application.created_at
    job.save()

    html = signed_in.get(mapping.job.application.get_absolute_url()).content.decode()

    assert "/scoping/" in html
