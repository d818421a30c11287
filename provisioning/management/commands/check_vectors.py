"""Runs a file of test vectors, of expressions or of scoping filters."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from provisioning.expressions import vectors
from provisioning.expressions.vectors import BadVectors, Failure
from provisioning.management import scoping_vectors

Check = Callable[[Sequence[Mapping[str, Any]]], Iterator[Failure]]


class Command(BaseCommand):
    help = "Runs test vectors of expressions or scoping filters; tells each that fails; exit code 1 if any does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a JSON list of vectors")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = vectors.read_vectors(options["file"].read_bytes())
            failures = list(_check_of(found)(found))
        except OSError as error:
            raise CommandError(str(error)) from None
        except BadVectors as error:
            raise CommandError(_(error.message.text) % error.message.values) from None
        for each in failures:
            self.stdout.write(_as_text(each))
        count = {"count": len(found), "failed": len(failures)}
        if failures:
            raise CommandError(_("%(failed)s of %(count)s vectors fail.") % count)
        self.stdout.write(ngettext("%(count)s vector holds.", "All %(count)s vectors hold.", len(found)) % count)


def _check_of(found: Sequence[Mapping[str, Any]]) -> Check:
    """The check for this kind of vector, told by the keys of the first."""
    keys = found[0].keys() if found else ()
    if "expression" in keys:
        return vectors.check
    if "clauses" in keys:
        return scoping_vectors.check
    raise CommandError(_("The first vector has neither an expression nor clauses."))


def _as_text(failure: Failure) -> str:
    expected, actual = (json.dumps(each, ensure_ascii=False) for each in (failure.expected, failure.actual))
    text = _("%(id)s: expected %(expected)s, got %(actual)s") % {
        "id": failure.id,
        "expected": expected,
        "actual": actual,
    }
    return f"{text} ({failure.reason})" if failure.reason else text
