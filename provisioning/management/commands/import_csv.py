"""Imports a CSV file into the directory in the foreground, the same way as the pages do: read, looked at, applied."""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console

from portal.accounts.audit import record
from provisioning.choices import FileStatus, ImportStatus
from provisioning.directory.csvfile import Unreadable
from provisioning.directory.csvfile_columns import What
from provisioning.forms.csv_imports import ColumnsForm
from provisioning.jobs import csv_imports, csv_reading
from provisioning.jobs.control import NotPossible
from provisioning.jobs.imports.run import run as work_on
from provisioning.management.cycle_progress import CycleProgress
from provisioning.models import CsvImport, Import
from provisioning.templatetags.provisioning_texts import said
from provisioning.texts import gettext_noop

BY = "import_csv"
BLOCK = 1 << 20
MOST_ERRORS = 20
OTHER_HANDS_SECONDS = 1.0


class Command(BaseCommand):
    help = "Tells what a CSV file would change in the directory, and with --apply changes it. Exit code 1 on errors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--what", choices=[each.value for each in What], default=What.USERS.value)
        parser.add_argument("--apply", action="store_true", help="change the directory; else only look")
        parser.add_argument("--without-errors", action="store_true", help="apply the lines that have no errors")
        parser.add_argument("--leave-known", action="store_true", help="only add what is new")
        parser.add_argument("--clear-empty", action="store_true", help="an empty cell empties the value")
        parser.add_argument("--delete-missing", action="store_true", help="delete people who are not in the file")
        parser.add_argument("--group", default="", help="name or object ID of the group of all members")
        parser.add_argument("--json", action="store_true", help="tell the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            taken = self._read(options)
            run = self._apply(taken, options)
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from None
        except Unreadable as refusal:
            raise CommandError(said(refusal.message)) from None
        except OSError as error:
            raise CommandError(str(error)) from None
        facts = _facts(taken, run)
        self.stdout.write(json.dumps(facts, indent=2) if options["json"] else _as_text(facts))
        if taken.bad and not options["without_errors"]:
            raise CommandError(_("Some lines have errors. Correct the file, or leave these lines out."))
        if run and run.status != ImportStatus.COMPLETED:
            raise CommandError(said(run.error_message) or _("The import was not applied."))

    def _read(self, options: dict[str, Any]) -> CsvImport:
        path: Path = options["file"]
        taken = csv_imports.take_in(What(options["what"]), path.name, _blocks(path), BY, timezone.now())
        try:
            csv_imports.choose(taken, _choice(taken, options), timezone.now())
            with _progress(options, _("Lines"), partial(_lines, taken.pk)):
                while CsvImport.objects.filter(pk=taken.pk, status=FileStatus.READING).exists():
                    csv_reading.read(taken.pk)
        except BaseException:
            with suppress(NotPossible):
                csv_imports.put_away(taken, timezone.now())
            raise
        taken.refresh_from_db()
        if taken.status == FileStatus.BROKEN:
            raise CommandError(said(taken.message))
        return taken

    def _apply(self, taken: CsvImport, options: dict[str, Any]) -> Import | None:
        if not options["apply"] or (taken.bad and not options["without_errors"]):
            csv_imports.put_away(taken, timezone.now())
            return None
        with transaction.atomic():
            run = csv_imports.apply(taken, BY, timezone.now(), without_bad=options["without_errors"])
            record(None, gettext_noop("Import from CSV file"), taken.name, new={"What": taken.what, "By": BY})
        with _progress(options, _("Records"), partial(_records, run.pk)):
            _work(run)
        run.refresh_from_db()
        return run


def _work(run: Import) -> None:
    while True:
        work_on(run.pk)
        if not Import.objects.filter(pk=run.pk, status=ImportStatus.RUNNING).exists():
            return
        time.sleep(OTHER_HANDS_SECONDS)  # it is in the hands of another worker


def _choice(taken: CsvImport, options: dict[str, Any]) -> csv_imports.Choice:
    """The columns as they are guessed, or were mapped the last time; checked as the page does."""
    form = ColumnsForm(taken)
    data = QueryDict(mutable=True)
    data.update({field.html_name: field.value() or "" for field in form})
    choices = {
        "known": "leave" if options["leave_known"] else "update",
        "empty": "clear" if options["clear_empty"] else "leave",
        "missing": "delete" if options["delete_missing"] else "leave",
        "group": options["group"],
    }
    for name, value in choices.items():
        data[name] = value
    checked = ColumnsForm(taken, data)
    if not checked.is_valid():
        raise NotPossible(" ".join(str(error) for errors in checked.errors.values() for error in errors))
    return checked.choice()


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            yield block


def _progress(options: dict[str, Any], label: str, look: Any) -> CycleProgress:
    is_watched = sys.stderr.isatty() and not options["json"]
    return CycleProgress(label, look, Console(stderr=True) if is_watched else None)


def _lines(pk: int) -> tuple[int, int] | None:
    """Called from the progress bar's thread, which has a database connection of its own."""
    try:
        return CsvImport.objects.values_list("position", "lines").get(pk=pk)
    finally:
        connection.close()


def _records(pk: int) -> tuple[int, int] | None:
    try:
        run = Import.objects.get(pk=pk)
        return run.applied, run.users + run.groups + run.memberships
    finally:
        connection.close()


def _facts(taken: CsvImport, run: Import | None) -> dict[str, Any]:
    names = ("lines", "created", "changed", "same", "left", "missing", "bad")
    errors = taken.problems.all()[:MOST_ERRORS]
    return {
        "file": taken.name,
        "what": taken.what,
        "encoding": taken.shape["encoding"],
        "counts": {name: getattr(taken, name) for name in names},
        "errors": [
            {"line": each.line, "column": each.column, "wrong": said(each.message), "remedy": said(each.remedy)}
            for each in errors
        ],
        "applied": run.status if run else None,
    }


def _as_text(facts: dict[str, Any]) -> str:
    counts = facts["counts"]
    labels = {
        "lines": _("lines"),
        "created": _("new"),
        "changed": _("changed"),
        "same": _("unchanged"),
        "left": _("left alone"),
        "missing": _("deleted"),
        "bad": _("with errors"),
    }
    lines = [f"  {label:<14}{counts[name]:>9}" for name, label in labels.items()]
    errors = [_("  line %(line)d, %(column)s: %(wrong)s %(remedy)s") % each for each in facts["errors"]]
    state = _("applied: %(status)s") % {"status": facts["applied"]} if facts["applied"] else _("Nothing was changed.")
    return "\n".join([f"{facts['file']} ({facts['encoding']})", *lines, *errors, state])
