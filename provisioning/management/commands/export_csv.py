"""Writes users, groups or memberships as a CSV file, which `import_csv` reads."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from provisioning.directory.csvfile_columns import What
from provisioning.jobs.csv_rows import whole_text
from provisioning.models import Directory


class Command(BaseCommand):
    help = "Writes the users, groups or memberships of the directory as CSV, to a file or to the standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="where to write; without it, the standard output")
        parser.add_argument("--what", choices=[each.value for each in What], default=What.USERS.value)

    def handle(self, *args: Any, **options: Any) -> None:
        what, path = What(options["what"]), options["file"]
        total, pieces = whole_text(what, Directory.objects.the_one())
        if path is None:
            for piece in pieces:
                self.stdout.write(piece, ending="")
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
            task, lines = bar.add_task(_("Lines"), total=total), 0
            try:
                with path.open("w", encoding="utf-8", newline="") as stream:
                    for piece in pieces:
                        stream.write(piece)
                        bar.advance(task, piece.count("\r\n"))
            except OSError as error:
                raise CommandError(str(error)) from None
            lines = total
        self.stdout.write(_("%(n)d lines were written to %(path)s.") % {"n": lines, "path": path})
