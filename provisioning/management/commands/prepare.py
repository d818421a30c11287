"""Brings the database and the static files up to date and makes the first administrator; may run at each start."""

from typing import Any

from django.core.management.base import BaseCommand

from provisioning.management.preparation import prepare


class Command(BaseCommand):
    help = "Migrates, collects static files, makes the first administrator and, in the demo, loads the demo data."

    def handle(self, *args: Any, **options: Any) -> None:
        administrator = prepare(self.stdout.write)
        if administrator:
            self.stdout.write(administrator, ending="")
