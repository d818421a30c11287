"""The first pages of a CSV import: the file, and what its columns are."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from provisioning.choices import FileStatus
from provisioning.jobs.imports.run import run as work_on
from provisioning.models import CsvImport, Import
from tests import csv_imports as files
from tests.factories import make_group, make_user
from tests.html_forms import fields_of
from tests.views.csv_pages import act, choose, send
from tests.views.reading import rows, words


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    files.use_folder(settings, tmp_path)


@pytest.mark.parametrize("what", ["users", "groups", "members"])
def test_the_lists_lead_to_the_upload(signed_in: Client, what: str) -> None:
    page = signed_in.get("/users/" if what == "users" else "/groups/").content.decode()

    assert f'href="/csv/{what}/import/"' in page
    assert f'href="/csv/{what}/export/' in page
    assert signed_in.get(f"/csv/{what}/import/").status_code == 200


def test_an_uploaded_file_leads_to_its_columns_as_they_were_guessed(signed_in: Client) -> None:
    answer = send(signed_in)

    taken = CsvImport.objects.get()
    page = signed_in.get(answer.url)
    assert (answer.status_code, answer.url) == (303, f"/csv/{taken.file_id}/columns/")
    assert fields_of(page.content.decode(), "columns") == {
        "csrfmiddlewaretoken": fields_of(page.content.decode(), "columns")["csrfmiddlewaretoken"],
        "column_0": "userPrincipalName",
        "column_1": "displayName",
        "column_2": "department",
        "column_3": "",
        "known": "update",
        "empty": "leave",
        "missing": "leave",
    }
    assert [row.split(" Ignore ")[0] for row in rows(page)] == [
        "User name ann@contoso.example bo@contoso.example",
        "Name Ann Bo",
        "Department HR Finance",
        "Initial password not shown",
    ]
    assert "Pass-word-1" not in page.content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "no header line"), (b"PK\x03\x04", "Excel workbook"), (b'a\n"b', "First")],
)
def test_a_file_that_cannot_be_read_says_why(signed_in: Client, content: bytes, said: str) -> None:
    answer = send(signed_in, content)

    if answer.status_code == 303:  # what is broken further down is told when it is read
        assert "First values" in words(signed_in.get(answer.url))
    else:
        assert answer.status_code == 422
        assert said in words(answer)


def test_no_file_and_an_unknown_kind_are_refused(signed_in: Client) -> None:
    assert "Choose a file." in words(signed_in.post("/csv/users/import/"))
    assert signed_in.get("/csv/robots/import/").status_code == 404
    assert signed_in.get("/csv/robots/export/").status_code == 404
    assert signed_in.get("/csv/robots/template/").status_code == 404


def test_an_old_encoding_is_told(signed_in: Client) -> None:
    send(signed_in, "User name,Name\nzoe@contoso.example,Zoë\n".encode("cp1252"))

    page = signed_in.get(f"/csv/{CsvImport.objects.get().file_id}/columns/")

    assert "Windows-1252" in words(page)
    assert "Zoë" in words(page)


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ({"column_0": ""}, "Say which column holds the user name or the object ID."),
        ({"column_2": "displayName"}, "Department: “Name” is used for this already."),
        ({"column_2": "accountEnabled", "column_3": "blockSignIn"}, "Use one of them."),
        ({"column_1": "shoeSize"}, "Select a valid choice."),
    ],
)
def test_columns_that_cannot_be_meant_are_told(signed_in: Client, edits: dict[str, str], said: str) -> None:
    send(signed_in)

    answer = choose(signed_in, **edits)

    assert answer.status_code == 422
    assert said in words(answer)
    assert CsvImport.objects.get().status == FileStatus.UPLOADED


def test_one_group_can_hold_for_all_lines(signed_in: Client) -> None:
    make_user(user_principal_name="ann@contoso.example")
    group = make_group("Sales")
    make_group("Twin")
    make_group("Twin")
    send(
        signed_in,
        "Member object ID or user principal name [memberObjectIdOrUpn] Required\nann@contoso.example\n",
        "members",
    )
    none = {"known": None, "empty": None, "missing": None}

    assert "choose one group for all lines" in words(choose(signed_in, **none))
    assert "There is no such group" in words(choose(signed_in, group="Ghosts", **none))
    assert "Several groups have this name" in words(choose(signed_in, group="twin", **none))
    choose(signed_in, group="sales", **none)

    assert CsvImport.objects.get().created == 1
    act(signed_in, "apply")
    work_on(Import.objects.get().pk)
    assert group.memberships.get().user is not None


def test_a_file_uploaded_from_a_groups_page_is_for_that_group(signed_in: Client) -> None:
    group = make_group("Sales")
    link = f"/csv/members/import/?group={group.object_id}"
    assert f'href="{link}"' in signed_in.get(f"/groups/{group.object_id}/").content.decode()

    file = SimpleUploadedFile("people.csv", b"User name\nann@contoso.example\n")
    answer = signed_in.post(link, {"file": file})

    assert fields_of(signed_in.get(answer.url).content.decode(), "columns")["group"] == str(group.object_id)
