"""Reading a CSV file in the background: in shares, after a crash, and when it cannot be read."""

from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from provisioning.choices import FileStatus
from provisioning.jobs import csv_imports, csv_reading, sweep
from provisioning.jobs.csv_imports import Choice
from provisioning.models import CsvImport, CsvProblem
from tests import csv_imports as files
from tests.csv_imports import counts, read, upload
from tests.factories import make_user

pytestmark = pytest.mark.django_db

HEAD = "userPrincipalName,displayName,department,manager\n"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    files.use_folder(settings, tmp_path)
    return tmp_path / "imports"


def test_a_broken_file_changes_nothing_and_says_where(folder: Path) -> None:
    taken = read(f'{HEAD}ann@contoso.example,Ann,,\n"bo@contoso.example,Bo,,\n')

    assert taken.status == FileStatus.BROKEN
    assert taken.message["values"] == {"line": 3}
    assert list(folder.iterdir()) == []


def test_a_file_of_another_host_is_told(folder: Path) -> None:
    taken = upload(HEAD)
    csv_imports.choose(taken, Choice(mapping=taken.mapping), timezone.now())
    taken.path.unlink()

    csv_reading.read(taken.pk)

    taken.refresh_from_db()
    assert (taken.status, taken.message["text"]) == (FileStatus.BROKEN, csv_reading.LOST)


def test_a_task_goes_on_where_the_one_before_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provisioning.directory.csvfile_lines.CHUNK", 10)
    lines = "".join(f"u{number}@contoso.example,U,,\n" for number in range(25))
    taken = upload(HEAD + lines + "u3@contoso.example,U,,\n")
    csv_imports.choose(taken, Choice(mapping=taken.mapping), timezone.now())

    positions = []
    while CsvImport.objects.get().status == FileStatus.READING:
        csv_reading.read(taken.pk, seconds=0)
        positions.append(CsvImport.objects.get().position)

    taken.refresh_from_db()
    assert positions == [10, 20, 26, 26]
    assert counts(taken) == {"created": 25, "bad": 1}
    assert taken.run.staged.count() == 25


def test_a_worker_that_dies_costs_the_chunk_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provisioning.directory.csvfile_lines.CHUNK", 10)
    taken = upload(HEAD + "".join(f"u{number}@contoso.example,U,,\n,bad,,\n" for number in range(10)))
    csv_imports.choose(taken, Choice(mapping=taken.mapping), timezone.now())
    write, chunks = CsvProblem.objects.bulk_create, count(1)

    def die_in_the_second(rows: Any) -> Any:
        write(rows)
        if next(chunks) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(CsvProblem.objects, "bulk_create", die_in_the_second)
        with pytest.raises(KeyboardInterrupt):
            csv_reading.read(taken.pk)
    csv_reading.read(taken.pk)  # its lease is still live
    taken.refresh_from_db()
    assert (taken.status, taken.position, taken.problems.count()) == (FileStatus.READING, 10, 5)

    CsvImport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert [each.pk for each in csv_reading.unattended(timezone.now())] == [taken.pk]
    csv_reading.read(taken.pk)

    taken.refresh_from_db()
    assert counts(taken) == {"created": 10, "bad": 10}
    assert (taken.problems.count(), taken.run.staged.count()) == (10, 10)


def test_whoever_lost_the_file_records_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = upload(f"{HEAD}ann@contoso.example,Ann,,\n")
    csv_imports.choose(taken, Choice(mapping=taken.mapping), timezone.now())

    def lose_first(*_read: object) -> list[object]:
        csv_imports.choose(taken, Choice(mapping=taken.mapping), timezone.now())
        return []

    monkeypatch.setattr(csv_reading, "compare", lose_first)
    csv_reading.read(taken.pk)

    taken.refresh_from_db()
    assert (taken.status, taken.position) == (FileStatus.READING, 0)


def test_a_message_that_comes_twice_changes_nothing() -> None:
    taken = read(f"{HEAD}ann@contoso.example,Ann,,\n")

    csv_reading.read(taken.pk)

    taken.refresh_from_db()
    assert counts(taken) == {"created": 1}


def test_far_too_many_errors_are_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_reading, "MOST_PROBLEMS", 5)

    assert read(HEAD + ",x,,\n" * 6).status == FileStatus.BROKEN


def test_a_file_nobody_decides_on_is_put_away_after_a_week(folder: Path) -> None:
    taken = read(f"{HEAD}ann@contoso.example,Ann,,\n")
    later = timezone.now() + timedelta(days=6, hours=23)

    assert sweep.files(later) == 0
    assert sweep.files(later + timedelta(hours=2)) == 1

    taken.refresh_from_db()
    assert taken.status == FileStatus.PUT_AWAY
    assert list(folder.iterdir()) == []


def test_what_is_told_of_a_file_goes_after_a_month() -> None:
    make_user(user_principal_name="bo@contoso.example", department="Sales")
    taken = read(f"{HEAD}bo@contoso.example,,HR,\n,Nobody,,\n")
    csv_imports.put_away(taken, timezone.now())

    assert sweep.files(timezone.now() + timedelta(days=31)) == 2

    taken.refresh_from_db()
    assert (taken.samples, taken.problems.count()) == ([], 0)
