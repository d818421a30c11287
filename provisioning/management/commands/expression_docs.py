"""Writes the page about the mapping language anew."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from provisioning.expressions.documentation import as_markdown

PAGE = Path("docs/expressions.md")


class Command(BaseCommand):
    help = "Writes docs/expressions.md from the functions of the mapping language."

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / PAGE
        path.write_text(as_markdown(), encoding="utf-8")
        self.stdout.write(str(path))
