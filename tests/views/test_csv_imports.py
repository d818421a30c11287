"""A CSV import on the pages: what would change, applying, putting away."""

import uuid
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from portal.accounts.models import AuditEntry
from provisioning.choices import ImportStatus
from provisioning.jobs import csv_imports, csv_reading
from provisioning.jobs.imports.run import run as work_on
from provisioning.models import CsvImport, Directory, Import, User
from tests import csv_imports as files
from tests.factories import make_user, make_users
from tests.views.csv_pages import HEAD, TEXT, act, choose, page_of, send
from tests.views.reading import toasts, words

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    files.use_folder(settings, tmp_path)


# --- what would change ---------------------------------------------------------------------------
def test_the_page_shows_what_would_change(signed_in: Client) -> None:
    make_user(user_principal_name="bo@contoso.example", display_name="Bo", department="Sales")
    send(signed_in, f"{TEXT},Nobody,,\n")
    choose(signed_in)

    page = page_of(signed_in)

    text = words(page)
    assert "1 New 1 Changed 0 Unchanged 1 Lines with errors" in text
    assert "4 User name The user name is missing. Fill in the user principal name" in text
    assert "3 Bo department Sales Finance" in text
    assert not User.objects.filter(user_principal_name="ann@contoso.example").exists()


def test_all_errors_can_be_downloaded(signed_in: Client) -> None:
    send(signed_in, f"{HEAD},=Nobody,,\n")
    choose(signed_in)

    answer = signed_in.get(f"/csv/{CsvImport.objects.get().file_id}/errors/")

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "Line,Column,What is wrong,What to do"
    assert lines[1].startswith("2,User name,The user name is missing.,")


@pytest.mark.parametrize("number", [1, 60])
def test_the_page_needs_the_same_queries_for_any_number_of_lines(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    people = make_users(number)
    send(signed_in, HEAD + "".join(f"{each.user_principal_name},New,,\n,x,,\n" for each in people))
    choose(signed_in)

    with django_assert_num_queries(7):
        page_of(signed_in)


def test_progress_is_shown_while_it_is_read(signed_in: Client) -> None:
    send(signed_in)
    taken = CsvImport.objects.get()
    csv_imports.choose(taken, csv_imports.Choice(mapping=taken.mapping), timezone.now())
    url = f"/csv/{taken.file_id}/"

    assert "The file is being read" in words(signed_in.get(url))
    part = signed_in.get(f"{url}progress/", headers=HTMX)
    assert "0% complete 0 of 0 lines" in words(part)
    seen = part.content.decode().partition("seen=")[2].partition('"')[0]
    assert signed_in.get(f"{url}progress/", {"seen": seen}, headers=HTMX).status_code == 204
    assert signed_in.get(f"{url}progress/").url == url
    csv_reading.read(taken.pk)
    assert signed_in.get(f"{url}progress/", headers=HTMX).headers["HX-Refresh"] == "true"


def test_a_file_that_breaks_off_says_where(signed_in: Client) -> None:
    send(signed_in, f'{HEAD}ann@contoso.example,Ann,,\n"bo')
    choose(signed_in)

    assert "From line 3 on the file can't be read" in words(page_of(signed_in))


# --- applying ------------------------------------------------------------------------------------
def test_applying_imports_and_is_audited(signed_in: Client) -> None:
    send(signed_in)
    choose(signed_in)

    answer = act(signed_in, "apply")
    assert "The import is being applied" in words(page_of(signed_in))
    work_on(Import.objects.get().pk)

    assert answer.status_code == 303
    assert {each.display_name for each in User.objects.all()} == {"Ann", "Bo"}
    assert "The file was imported 2 rows of the directory were written." in words(page_of(signed_in))
    entry = AuditEntry.objects.get()
    assert (entry.activity, entry.target, entry.new["Created"]) == ("Import from CSV file", "people.csv", 2)


def test_errors_stand_in_the_way_also_without_script(signed_in: Client) -> None:
    send(signed_in, f"{TEXT},Nobody,,\n")
    choose(signed_in)

    answer = act(signed_in, "apply")
    assert toasts(answer) == [
        "Nothing was imported\nSome lines have errors. Correct the file, or leave these lines out."
    ]
    assert "Import without the lines with errors" in words(page_of(signed_in))

    act(signed_in, "apply", without="1")
    work_on(Import.objects.get().pk)
    assert User.objects.count() == 2


def test_nothing_to_do_offers_nothing(signed_in: Client) -> None:
    make_user(user_principal_name="bo@contoso.example", display_name="Bo", department="")
    send(signed_in, f"{HEAD}bo@contoso.example,Bo,,\n")
    choose(signed_in)

    page = page_of(signed_in)

    assert "Nothing would change" in words(page)
    assert 'form="apply"' not in page.content.decode()


def test_what_the_fuse_holds_can_be_applied_anyway(signed_in: Client) -> None:
    people = make_users(20)
    send(signed_in, f"User name\n{people[0].user_principal_name}\n")
    choose(signed_in, missing="delete")
    assert "19 Deleted" in words(page_of(signed_in))
    act(signed_in, "apply")
    work_on(Import.objects.get().pk)

    assert "19 of 20 users are gone. Nothing was changed." in words(page_of(signed_in))
    assert User.objects.present().count() == 20

    act(signed_in, "approve")
    work_on(Import.objects.get().pk)
    assert User.objects.present().get() == people[0]
    assert AuditEntry.objects.filter(activity="Apply the import anyway").exists()


def test_people_who_are_missing_are_not_deleted_while_a_line_has_an_error(signed_in: Client) -> None:
    make_users(2)
    send(signed_in, f"{TEXT},Nobody,,\n")
    choose(signed_in, missing="delete")

    page = page_of(signed_in)

    assert "Correct the errors first" in words(page)
    assert 'form="apply"' not in page.content.decode()


# --- putting away --------------------------------------------------------------------------------
def test_putting_away_changes_nothing(signed_in: Client) -> None:
    send(signed_in)
    choose(signed_in)

    answer = act(signed_in, "put-away")

    assert (answer.status_code, answer.url) == (303, "/users/")
    assert "This file was put away" in words(page_of(signed_in))
    assert Import.objects.get().status == ImportStatus.DISCARDED
    assert toasts(act(signed_in, "put-away"))[-1].startswith("Nothing to put away")
    assert toasts(act(signed_in, "apply"))[-1].startswith("Nothing was imported")
    assert signed_in.get(f"/csv/{CsvImport.objects.get().file_id}/columns/").status_code == 302


def test_a_second_file_waits_for_the_first(signed_in: Client) -> None:
    send(signed_in)

    assert "uploaded people.csv, and it is neither applied nor put away" in words(signed_in.get("/csv/groups/import/"))
    assert send(signed_in).status_code == 422


def test_a_directory_with_a_source_is_not_imported_into(signed_in: Client) -> None:
    Directory.objects.the_one()
    Directory.objects.update(source="graph")

    assert "This directory is read from its source" in words(signed_in.get("/csv/users/import/"))


def test_an_unknown_file_is_not_found(signed_in: Client) -> None:
    assert signed_in.get(f"/csv/{uuid.uuid4()}/").status_code == 404
