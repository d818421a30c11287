"""CSV imports over rows: what a file would change, applying it, and what stands in its way."""

import stat
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from provisioning.choices import FileStatus, ImportStatus
from provisioning.directory.csvfile import Unreadable
from provisioning.directory.csvfile_columns import What
from provisioning.jobs import csv_imports, csv_reading
from provisioning.jobs.control import NotPossible
from provisioning.jobs.csv_imports import Choice
from provisioning.models import CsvImport, Directory, Group, Membership, User
from tests import csv_imports as files
from tests.csv_imports import apply, counts, read, upload
from tests.factories import make_group, make_user, make_users

pytestmark = pytest.mark.django_db

HEAD = "userPrincipalName,displayName,department,manager\n"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    files.use_folder(settings, tmp_path)
    return tmp_path / "imports"


# --- what would change ---------------------------------------------------------------------------
@pytest.mark.both_databases
def test_reading_tells_what_would_change_and_changes_nothing() -> None:
    make_user(user_principal_name="bo@contoso.example", display_name="Bo", department="Sales")
    make_user(user_principal_name="cy@contoso.example", display_name="Cy")
    before = list(User.objects.values())

    taken = read(f"{HEAD}ann@contoso.example,Ann,,\nBO@contoso.example,Bo,Finance,ann@contoso.example\n"
                 "cy@contoso.example,Cy,,\n,Nobody,,\n")  # fmt: skip

    assert taken.status == FileStatus.READ
    assert counts(taken) == {"created": 1, "changed": 1, "same": 1, "bad": 1}
    assert list(User.objects.values()) == before


@pytest.mark.both_databases
def test_changes_are_shown_with_old_and_new_values() -> None:
    bo = make_user(user_principal_name="bo@contoso.example", display_name="Bo", department="Sales")

    taken = read(f"{HEAD}ann@contoso.example,Ann Berg,,\nbo@contoso.example,Bo,Finance,ann@contoso.example\n")

    assert taken.samples == [
        {
            "line": 3,
            "label": "Bo",
            "id": str(bo.object_id),
            "values": [
                {"name": "department", "old": "Sales", "new": "Finance"},
                {"name": "manager", "old": "", "new": "Ann Berg"},
            ],
        }
    ]


def test_only_the_first_hundred_changes_are_kept() -> None:
    people = make_users(101)
    lines = "".join(f"{each.user_principal_name},New name,,\n" for each in people)

    taken = read(HEAD + lines)

    assert (taken.changed, len(taken.samples)) == (101, 100)


def test_errors_are_kept_by_line() -> None:
    taken = read(f"{HEAD}ann@contoso.example,,,ghost@contoso.example\n")

    assert [(each.line, each.column) for each in taken.problems.all()] == [(2, "displayName"), (2, "manager")]


@pytest.mark.both_databases
def test_names_are_known_whatever_their_letters() -> None:
    make_user(user_principal_name="Bo@Contoso.example", display_name="Bo", department="")
    make_group("Ärzte")

    assert counts(read("upn,name\nbO@cONTOSO.example,Bo\n")) == {"changed": 1}
    csv_imports.put_away(CsvImport.objects.get(), timezone.now())
    assert counts(read("name,description\nÄRZTE,\nÄRzte,\n", What.GROUPS)) == {"changed": 1, "bad": 1}


def test_known_people_can_be_left_alone_and_cells_can_empty() -> None:
    make_user(user_principal_name="bo@contoso.example", display_name="Bo", department="Sales")
    text = f"{HEAD}bo@contoso.example,Bo,,\n"

    assert counts(read(text, clear_empty=True)) == {"changed": 1}
    csv_imports.put_away(CsvImport.objects.get(), timezone.now())
    assert counts(read(text, update_known=False)) == {"left": 1}


def test_what_the_pages_would_refuse_is_refused_unless_it_is_stored_already() -> None:
    bo = make_user(user_principal_name="bo@contoso.example", display_name="Bo", mail="odd", preferred_language="x y")

    taken = read(f"upn,name,mail,language\n{bo.user_principal_name},Bo,odd,x y\nann@contoso.example,Ann,none,en-US\n")

    assert counts(taken) == {"same": 1, "bad": 1}
    assert [(each.line, each.column, each.remedy["text"]) for each in taken.problems.all()] == [
        (3, "mail", "Write it like name@contoso.example.")
    ]
    assert taken.run.staged.count() == 0


# --- applying ------------------------------------------------------------------------------------
@pytest.mark.both_databases
def test_applying_writes_people_with_their_managers() -> None:
    bo = make_user(user_principal_name="bo@contoso.example", display_name="Bo", department="Sales")
    head = Directory.objects.the_one().head

    run = apply(read(f"{HEAD}bo@contoso.example,Bo Ek,Finance,ann@contoso.example\nann@contoso.example,Ann,HR,\n"))

    bo.refresh_from_db()
    ann = User.objects.get(user_principal_name="ann@contoso.example")
    assert (run.status, run.changed) == (ImportStatus.COMPLETED, 3)
    assert (bo.display_name, bo.department, bo.manager) == ("Bo Ek", "Finance", ann)
    assert (ann.department, ann.account_enabled, ann.user_type) == ("HR", True, "Member")
    assert min(bo.change, ann.change) > head


@pytest.mark.both_databases
def test_what_stays_as_it_is_gets_no_change_number() -> None:
    bo = make_user(user_principal_name="bo@contoso.example", display_name="Bo", department="Sales")
    apply(read(f"{HEAD}bo@contoso.example,Bo,Sales,\nann@contoso.example,Ann,,\n"))

    assert User.objects.get(pk=bo.pk).change == bo.change


@pytest.mark.both_databases
def test_groups_and_then_their_members_are_imported() -> None:
    bo, sales = make_user(user_principal_name="bo@contoso.example"), make_group("Sales")
    apply(read("Name,Description,Security enabled\nSales,All of them,no\nNew,,\n", What.GROUPS))
    taken = read("Group,Member,Member type\nSales,bo@contoso.example,\nnew,Sales,Group\n", What.MEMBERS)

    assert counts(taken) == {"created": 2}
    apply(taken)

    sales.refresh_from_db()
    new = Group.objects.get(display_name="New")
    assert (sales.description, sales.security_enabled) == ("All of them", False)
    pairs = set(Membership.objects.filter(removed=False).values_list("group", "user", "member_group"))
    assert pairs == {(sales.pk, bo.pk, None), (new.pk, None, sales.pk)}


def test_members_who_are_in_already_change_nothing() -> None:
    make_group("Sales", members=[make_user(user_principal_name="bo@contoso.example")])

    assert counts(read("Group,Member\nSales,bo@contoso.example\n", What.MEMBERS)) == {"same": 1}


def test_lines_with_errors_stand_in_the_way_until_they_are_left_out() -> None:
    taken = read(f"{HEAD}ann@contoso.example,Ann,,\n,Nobody,,\n")

    with pytest.raises(NotPossible, match="errors"):
        apply(taken)
    assert User.objects.count() == 0

    apply(taken, without_bad=True)
    assert User.objects.get().display_name == "Ann"


@pytest.mark.both_databases
def test_people_who_are_not_in_the_file_can_be_deleted() -> None:
    people = make_users(3)
    gone = make_user(deleted_at=timezone.now())
    taken = read(f"upn\n{people[0].user_principal_name}\n", delete_missing=True)

    assert counts(taken) == {"same": 1, "missing": 2}
    apply(taken)

    assert list(User.objects.present()) == [people[0]]
    assert User.objects.get(pk=gone.pk).purged_at is None


def test_the_fuse_keeps_too_many_from_being_deleted() -> None:
    people = make_users(20)

    run = apply(read(f"upn\n{people[0].user_principal_name}\n", delete_missing=True))

    assert run.status == ImportStatus.HELD
    assert User.objects.present().count() == 20


def test_nobody_is_missing_while_a_line_has_an_error() -> None:
    people = make_users(2)
    taken = read(f"upn,name\n{people[0].user_principal_name},\nx,\n", delete_missing=True)

    with pytest.raises(NotPossible, match="missing"):
        apply(taken, without_bad=True)


def test_renaming_people_by_object_id_and_swapping_names() -> None:
    ann, bo = make_users(2)
    text = f"id,upn\n{ann.object_id},{bo.user_principal_name}\n{bo.object_id},{ann.user_principal_name}\n"
    wanted = bo.user_principal_name

    apply(read(text))

    assert User.objects.get(pk=ann.pk).user_principal_name == wanted


# --- one after the other -------------------------------------------------------------------------
def test_one_file_is_imported_at_a_time(folder: Path) -> None:
    first = upload(f"{HEAD}ann@contoso.example,Ann,,\n")

    with pytest.raises(NotPossible, match="Another file"):
        upload(HEAD)
    assert [each.name for each in folder.iterdir()] == [first.path.name]

    csv_imports.put_away(first, timezone.now())
    upload(HEAD)


def test_the_file_is_ours_alone_and_goes_when_it_is_done_with(folder: Path) -> None:
    taken = read(f"{HEAD}ann@contoso.example,Ann,,\n")

    assert stat.S_IMODE(taken.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    apply(taken)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04"])
def test_a_file_that_is_no_csv_is_not_kept(folder: Path, content: bytes) -> None:
    with pytest.raises(Unreadable):
        upload(content)
    assert list(folder.iterdir()) == []
    assert not CsvImport.objects.exists()


def test_a_file_that_is_too_large_is_not_kept(folder: Path, settings: Settings) -> None:
    settings.PORTAL_IMPORT_MEGABYTES = 1

    with pytest.raises(NotPossible, match="larger than 1 MB"):
        upload(b"upn\n" + b"x" * 2**20)
    assert list(folder.iterdir()) == []


def test_a_directory_with_a_source_takes_no_files() -> None:
    directory = Directory.objects.the_one()
    directory.source = "graph"
    directory.save()

    with pytest.raises(NotPossible, match="source"):
        upload(HEAD)


def test_the_columns_of_a_file_are_remembered_for_the_next_with_the_same_header() -> None:
    taken = read("a,b\nann@contoso.example,Ann\n", mapping={0: "userPrincipalName", 1: "displayName"})
    csv_imports.put_away(taken, timezone.now())

    again = upload("a,b\nbo@contoso.example,Bo\n")

    assert again.mapping == {"0": "userPrincipalName", "1": "displayName"}


def test_other_choices_have_the_file_read_anew() -> None:
    taken = read(f"{HEAD}ann@contoso.example,Ann,HR,\n,Nobody,,\n")
    first = taken.run

    csv_imports.choose(taken, Choice(mapping={0: "userPrincipalName", 1: "displayName"}), timezone.now())
    csv_reading.read(taken.pk)

    taken.refresh_from_db()
    assert counts(taken) == {"created": 1, "bad": 1}
    assert taken.problems.count() == 1
    first.refresh_from_db()
    assert first.status == ImportStatus.DISCARDED
