"""Every text is translated whole: what the source marks and nothing else, with every placeholder and plural form.

`make messages` collects what is new; its translation goes into locale/*/LC_MESSAGES/django.po.
"""

import ast
import re
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

from portal.catalogs import entries
from provisioning.management.collected_texts import FILE, as_module

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
LITERAL = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
MARKED = re.compile(rf"\b(n?gettext|_)\(\s*{LITERAL}(?:\s*,\s*{LITERAL})?")
PERCENT = re.compile(r"%\(\w+\)[sd]|%[sd%]")
TAG = re.compile(r"</?\w+[^>]*>")


def name(path: Path) -> str:
    return path.parts[-3]


def source_files() -> Iterator[Path]:
    yield ROOT / FILE
    for folder in ("portal", "provisioning"):
        for path in (ROOT / folder).rglob("*.py"):
            if not {"sandbox", "api", "migrations"} & set(path.relative_to(ROOT).parts):
                yield path


def marked_in_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in MARKS:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def marked_in_template(path: Path) -> Iterator[str]:
    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for match in MARKED.finditer(text):
        yield ast.literal_eval(match[2])


@pytest.fixture(scope="module")
def marked() -> set[str]:
    """Every text that the source marks."""
    texts = {text for path in source_files() for text in marked_in_python(path)}
    templates = (path for path in (ROOT / "templates").rglob("*") if path.is_file())
    return {*texts, *(text for path in templates for text in marked_in_template(path))} - {""}


def placeholders(text: str) -> Counter[str]:
    """Values, braces that a script fills in, and tags of HTML."""
    fields = [f"{{{field}}}" for _text, field, _format, _kind in braces(text)]
    return Counter([*PERCENT.findall(text), *fields, *TAG.findall(text)])


def braces(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    """As str.format finds them; none in a text that holds a brace as it is."""
    try:
        return [each for each in string.Formatter().parse(text) if each[1] is not None]
    except ValueError:
        return []


def test_texts_that_are_data_are_collected() -> None:
    assert (ROOT / FILE).read_text(encoding="utf-8") == as_module(), "run `make messages`"


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=name)
def test_a_catalogue_holds_what_the_source_marks_and_nothing_else(catalogue: Path, marked: set[str]) -> None:
    held = {each["msgid"] for each in held_in(catalogue)}

    assert sorted(marked - held) == [], "run `make messages` and translate these"
    assert sorted(held - marked) == [], "run `make messages`"


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=name)
def test_nothing_is_missing_guessed_or_left_over(catalogue: Path) -> None:
    found = held_in(catalogue)

    assert found
    assert [each["msgid"] for each in found if not all(translations(each))] == []
    assert [each["msgid"] for each in found if "fuzzy" in each] == []
    assert [line for line in catalogue.read_text(encoding="utf-8").splitlines() if line.startswith("#~")] == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=name)
def test_no_text_stands_in_it_twice(catalogue: Path) -> None:
    """As a merge leaves it that finds no conflict; gettext's own programs refuse such a file."""
    texts = Counter((entry.get("msgctxt"), entry["msgid"]) for entry in held_in(catalogue))

    assert [text for text, number in texts.items() if number > 1] == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=name)
def test_every_placeholder_and_tag_is_kept(catalogue: Path) -> None:
    """A plural form may leave out a value that one of the two source forms leaves out."""
    wrong = []
    for each in held_in(catalogue):
        sources = [placeholders(each[key]) for key in ("msgid", "msgid_plural") if key in each]
        wrong += [text for text in translations(each) if placeholders(text) not in sources]

    assert wrong == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=name)
def test_the_ends_of_a_text_are_kept(catalogue: Path) -> None:
    """White space at both ends joins texts; an ellipsis and a colon announce something."""
    wrong = []
    for each in held_in(catalogue):
        source = each["msgid"]
        wrong += [(source, text) for text in translations(each) if ends(text) != ends(source)]

    assert wrong == []


def held_in(catalogue: Path) -> list[dict[str, str]]:
    """Every entry but the head."""
    return [each for each in entries(catalogue.read_text(encoding="utf-8")) if each["msgid"]]


def ends(text: str) -> tuple[str, str, str]:
    """White space before and after, and the mark at the end."""
    bare = text.strip()
    mark = bare[-1:] if bare[-1:] in {".", "?", "…", ":"} else ""
    return text.partition(bare)[0], text.rpartition(bare)[2], mark


def translations(entry: dict[str, str]) -> list[str]:
    return [value for key, value in sorted(entry.items()) if key.startswith("msgstr")]


def test_the_test_finds_texts_of_every_kind(tmp_path: Path) -> None:
    python = tmp_path / "some.py"
    python.write_text('_("One")\nngettext("Two", "Twos", n)\nx.gettext_noop("Thr" "ee")\n_(label)\n')
    template = tmp_path / "some.html"
    template.write_text(
        '{% translate "Four" as x %}{% button _("Five") %}'
        "{% blocktranslate trimmed count n=n %}{{ n }} six{% plural %}{{ n }} sixes{% endblocktranslate %}"
    )

    assert list(marked_in_python(python)) == ["One", "Two", "Three"]
    assert list(marked_in_template(template)) == ["Four", "Five", "%(n)s six"]
