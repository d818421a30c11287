"""Fills the directory with a synthetic tenant of any size, the same rows for the same seed."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from provisioning.management import synthetic_tenant
from provisioning.management.synthetic_tenant import Occupied, Plan


class Command(BaseCommand):
    help = "Fills the directory with fictitious people and groups of contoso.example: the same seed, the same rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--users", type=_count, required=True, metavar="N", help="how many people")
        parser.add_argument("--groups", type=_count, default=0, metavar="M", help="how many groups, a few huge")
        parser.add_argument("--nested", type=_count, metavar="N", help="how many of them are in groups; else a tenth")
        parser.add_argument("--seed", type=_count, default=1, metavar="S", help="another seed makes other people")
        parser.add_argument("--add", action="store_true", help="also when people or groups are there already")
        parser.add_argument("--json", action="store_true", help="tell the counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = _plan(options)
        is_watched = sys.stderr.isatty() and not options["json"]
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), disable=not is_watched) as bar:
            task = bar.add_task(_("Rows"), total=plan.rows)
            try:
                synthetic_tenant.write(plan, add=options["add"], tell=lambda rows: bar.advance(task, rows))
            except Occupied as error:
                raise CommandError(str(error)) from None
        counts = {"users": plan.users, "groups": plan.groups, "memberships": plan.memberships, "nested": plan.nested}
        text = _("Seed %(seed)s: %(users)s people, %(groups)s groups, %(memberships)s memberships, %(nested)s nested.")
        counts["seed"] = plan.seed
        self.stdout.write(json.dumps(counts, indent=2) if options["json"] else text % counts)


def _plan(options: dict[str, Any]) -> Plan:
    groups, nested = options["groups"], options["nested"]
    if nested is None:
        nested = groups // 10
    if nested and nested >= groups:
        raise CommandError(_("Fewer groups can be nested than there are: one has to be on top."))
    return Plan(users=options["users"], groups=groups, nested=nested, seed=options["seed"])


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError("a whole number, 0 or more")
    return int(text)
