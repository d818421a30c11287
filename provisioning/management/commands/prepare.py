"""Brings database, static files and translations up to date and makes the first administrator, at each start."""

from typing import Any

from django.core.management.base import BaseCommand

from provisioning.management.preparation import prepare


class Command(BaseCommand):
    help = "Migrates, collects static files, compiles translations, makes the first administrator and loads the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        administrator = prepare(self.stdout.write)
        if administrator:
            self.stdout.write(administrator, ending="")
