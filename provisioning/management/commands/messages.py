"""Collects every text of the portal into the catalogues of `locale/`; what is new waits there for its translation."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.commands import makemessages

from provisioning.management.collected_texts import FILE, as_module

IGNORED = [".venv*", "tests/*", "benchmarks/*", "provisioning/sandbox/*", "provisioning/api/*", "var/*"]
DATED = '"POT-Creation-Date:'


class Command(makemessages.Command):
    help = "Collects texts into locale/. Needs GNU gettext; the portal itself does not."

    # Never a guess from a text that looks alike, and one line for one text: two branches seldom meet there.
    msgmerge_options = ["-q", "--backup=none", "--update", "--no-fuzzy-matching"]

    def find_files(self, root: str) -> list[Any]:
        """Django passes over folders called locale."""
        collected = makemessages.TranslatableFile(f"./{FILE.parent}", FILE.name, self.default_locale_path)
        found: list[Any] = super().find_files(root)
        return [*found, collected]

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        (root / FILE).parent.mkdir(exist_ok=True)
        (root / FILE).write_text(as_module(), encoding="utf-8")
        languages = [code for code, _name in settings.LANGUAGES if code != "en"]
        given = {"locale": languages, "no_wrap": True, "no_location": True, "no_obsolete": True}
        super().handle(*args, **{**options, **given, "ignore_patterns": IGNORED})
        for path in root.glob("locale/*/LC_MESSAGES/*.po"):
            kept = [line for line in path.read_text(encoding="utf-8").splitlines(True) if not line.startswith(DATED)]
            path.write_text("".join(kept), encoding="utf-8")
