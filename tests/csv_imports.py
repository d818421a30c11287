"""A CSV import without pages: what tests of several layers do with one."""

from pathlib import Path
from typing import Any

from django.utils import timezone
from pytest_django import Settings

from provisioning.choices import ImportStatus
from provisioning.directory.csvfile_columns import What
from provisioning.jobs import csv_imports, csv_reading
from provisioning.jobs.csv_imports import Choice
from provisioning.jobs.imports.run import run as work_on
from provisioning.models import CsvImport, Import


def use_folder(settings: Settings, folder: Path) -> None:
    """Uploaded files go there."""
    settings.VAR_DIR = folder


def upload(text: str | bytes, what: What = What.USERS, name: str = "people.csv") -> CsvImport:
    data = text.encode() if isinstance(text, str) else text
    return csv_imports.take_in(what, name, [data], "ann", timezone.now())


def read(text: str | bytes, what: What = What.USERS, **choices: Any) -> CsvImport:
    """Uploaded, with the columns that were guessed unless `choices` say otherwise, and read to its end."""
    taken = upload(text, what)
    csv_imports.choose(taken, Choice(**{"mapping": taken.mapping, **choices}), timezone.now())
    csv_reading.read(taken.pk)
    taken.refresh_from_db()
    return taken


def apply(taken: CsvImport, **more: Any) -> Import:
    """Applied to its end."""
    run = csv_imports.apply(taken, "ann", timezone.now(), **more)
    work_on(run.pk)
    run.refresh_from_db()
    assert run.status != ImportStatus.RUNNING
    return run


def counts(taken: CsvImport) -> dict[str, int]:
    """Those that are not 0."""
    names = ("created", "changed", "same", "left", "missing", "bad")
    return {name: number for name in names if (number := getattr(taken, name))}
