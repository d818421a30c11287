"""Catalogues are compiled by Python alone, into what Python's own gettext reads."""

import gettext
from pathlib import Path

import pytest

from portal.catalogs import compile_all

TEXT = r"""# A catalogue.
msgid ""
msgstr ""
"Language: sv\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "Save"
msgstr "Spara"

msgctxt "a verb"
msgid "Open"
msgstr "Öppna"

msgid "%(n)d user"
msgid_plural "%(n)d users"
msgstr[0] "%(n)d användare"
msgstr[1] "%(n)d användare i flertal"

msgid ""
"two "
"lines\n"
msgstr ""
"två "
"rader \"\\\"\n"

#, fuzzy
msgid "Guessed"
msgstr "Gissat"

msgid "Not yet"
msgstr ""
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "locale/sv/LC_MESSAGES/django.po"
    path.parent.mkdir(parents=True)
    path.write_text(TEXT, encoding="utf-8")
    return tmp_path / "locale"


def compiled(source: Path, target: Path) -> gettext.GNUTranslations:
    compile_all(source, target)
    with (target / "sv/LC_MESSAGES/django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def test_every_kind_of_entry_is_read_by_pythons_gettext(source: Path, tmp_path: Path) -> None:
    swedish = compiled(source, tmp_path / "made")

    assert swedish.gettext("Save") == "Spara"
    assert swedish.pgettext("a verb", "Open") == "Öppna"
    assert swedish.ngettext("%(n)d user", "%(n)d users", 1) == "%(n)d användare"
    assert swedish.ngettext("%(n)d user", "%(n)d users", 2) == "%(n)d användare i flertal"
    assert swedish.gettext("two lines\n") == 'två rader "\\"\n'


def test_what_is_guessed_or_not_translated_stays_english(source: Path, tmp_path: Path) -> None:
    swedish = compiled(source, tmp_path / "made")

    assert swedish.gettext("Guessed") == "Guessed"
    assert swedish.gettext("Not yet") == "Not yet"


def test_only_what_changed_is_written_again(source: Path, tmp_path: Path) -> None:
    assert compile_all(source, tmp_path / "made") == 1
    assert compile_all(source, tmp_path / "made") == 0

    path = source / "sv/LC_MESSAGES/django.po"
    path.write_text(TEXT.replace("Spara", "Lagra"), encoding="utf-8")

    assert compiled(source, tmp_path / "made").gettext("Save") == "Lagra"
