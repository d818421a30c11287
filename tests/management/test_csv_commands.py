"""`manage.py import_csv` and `export_csv`: the same way as the pages, in the foreground."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from portal.accounts.models import AuditEntry
from provisioning.choices import FileStatus
from provisioning.jobs import csv_imports
from provisioning.models import CsvImport, User
from tests import csv_imports as files
from tests.factories import make_group, make_user, make_users

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    files.use_folder(settings, tmp_path)


def run(command: str, *words: str) -> str:
    out = StringIO()
    call_command(command, *words, stdout=out)
    return out.getvalue()


def import_csv(path: Path, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("import_csv", str(path), "--json", *words))
    return found


def written(folder: Path, text: str) -> Path:
    path = folder / "people.csv"
    path.write_text(text)
    return path


def test_without_apply_it_only_looks(tmp_path: Path) -> None:
    facts = import_csv(written(tmp_path, "upn,name\nann@contoso.example,Ann\n"))

    assert (facts["counts"]["created"], facts["applied"]) == (1, None)
    assert not User.objects.exists()
    assert CsvImport.objects.get().status == FileStatus.PUT_AWAY


def test_with_apply_it_imports(tmp_path: Path) -> None:
    path = written(tmp_path, "upn,name\nann@contoso.example,Ann\n")

    assert import_csv(path, "--apply")["applied"] == "completed"
    assert User.objects.get().display_name == "Ann"
    assert AuditEntry.objects.get().target == "people.csv"
    assert "unchanged             1" in run("import_csv", str(path), "--apply")


def test_errors_end_with_1_and_can_be_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, "upn,name\nann@contoso.example,Ann\n,Nobody\n")

    with pytest.raises(CommandError, match="errors"):
        import_csv(path, "--apply")
    assert not User.objects.exists()

    facts = import_csv(path, "--apply", "--without-errors")
    assert facts["errors"][0]["line"] == 3
    assert User.objects.count() == 1


def test_the_choices_of_the_pages_are_options(tmp_path: Path) -> None:
    ann = make_user(user_principal_name="ann@contoso.example", display_name="Ann", department="HR")
    make_user()
    path = written(tmp_path, "upn,name,department\nann@contoso.example,Ann,\n")

    assert import_csv(path, "--leave-known")["counts"]["left"] == 1
    import_csv(path, "--clear-empty", "--delete-missing", "--apply")

    ann.refresh_from_db()
    assert ann.department == ""
    assert User.objects.present().get() == ann


def test_members_go_into_the_group_that_is_named(tmp_path: Path) -> None:
    make_user(user_principal_name="ann@contoso.example")
    group = make_group("Sales")

    import_csv(written(tmp_path, "upn\nann@contoso.example\n"), "--what", "members", "--group", "sales", "--apply")

    assert group.memberships.count() == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "no header line"), ("shoe size\n9\n", "user name or the object ID"), ('upn\n"x', "line 2")],
)
def test_what_cannot_be_imported_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        import_csv(written(tmp_path, text))
    assert not csv_imports.open_files().exists()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        import_csv(tmp_path / "none.csv")


def test_what_the_fuse_holds_is_told(tmp_path: Path) -> None:
    people = make_users(20)

    with pytest.raises(CommandError, match="19 of 20 users are gone"):
        import_csv(written(tmp_path, f"upn\n{people[0].user_principal_name}\n"), "--delete-missing", "--apply")


def test_an_export_is_imported_without_a_change(tmp_path: Path) -> None:
    make_group("=Sales", members=make_users(3))

    for what, number in (("users", 3), ("groups", 1), ("members", 3)):
        path = tmp_path / f"{what}.csv"
        assert f"{number} lines were written" in run("export_csv", str(path), "--what", what)
        assert path.read_bytes().decode() == run("export_csv", "--what", what)
        assert import_csv(path, "--what", what, "--clear-empty")["counts"]["same"] == number


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run("export_csv", str(tmp_path / "none" / "people.csv"))
