"""What holds for every template: icons that exist, and no text that a translator cannot reach."""

import re
from pathlib import Path

from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
ICONS = set(re.findall(r'id="i-([a-z0-9-]+)"', (ROOT / "static/icons.svg").read_text()))

ICON_USED = re.compile(r'{%\s*icon\s+"([^"]+)"|{%\s*emptystate\s+"([^"]+)"|\b(?:icon|symbol)="([^"]+)"')
FORM = re.compile(r'<form\b[^>]*method="post".*?</form>', re.DOTALL)
UNGUARDED = {"sign_in.html", "reset_password.html"}
"""Passwords are not asked for again by a dialog that is there to keep them."""
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
BLOCK_TEXT = re.compile(r"{%\s*blocktrans\w*.*?{%\s*endblocktrans\w*\s*%}", re.DOTALL)
CLASS_BLOCK = re.compile(r"{%\s*block card\s*%}.*?{%\s*endblock\s*%}", re.DOTALL)  # holds a class, not a text
SPOKEN = re.compile(r'\s(?:aria-label|title|placeholder|alt)="([^"]*[A-Za-z]{3}[^"]*)"')
# A literal in a component's tag is shown as it stands: it must be _("..").
LITERALS = [
    re.compile(r'{%\s*(?:command|button|section|folded|th|filter_pill)\s+"([^"]+)"'),
    re.compile(r'{%\s*(?:dialog|pane|emptystate|msgbar|searchbox)\s+\S+\s+"([^"]+)"'),
    re.compile(r'{%\s*copy\s+\S+\s+"([^"]+)"'),
    re.compile(r'{%[^%]*\b(?:confirm|cancel|why|label|tip|after|note|state)="([^"]+)"'),
]


def test_every_template_compiles() -> None:
    for path in TEMPLATES:
        get_template(path.relative_to(FOLDER).as_posix())


def test_every_icon_that_is_used_exists() -> None:
    used = {name for path in TEMPLATES for found in ICON_USED.findall(path.read_text()) for name in found if name}

    assert used <= ICONS


def test_every_form_with_several_fields_is_guarded_against_leaving() -> None:
    forms = [(path.name, form) for path in TEMPLATES for form in FORM.findall(path.read_text())]
    several = {(name, "data-guard" in form.partition(">")[0]) for name, form in forms if form.count("{% field ") > 1}

    assert len(several) > 10
    assert {name for name, is_guarded in several if not is_guarded} == UNGUARDED


def test_no_text_is_out_of_the_translators_reach() -> None:
    assert [(path.name, words) for path in TEMPLATES for words in bare_words(path.read_text())] == []


def bare_words(source: str) -> list[str]:
    """Words that a person would see as they stand; names of keys and the like are too short to count."""
    found = [words for literal in LITERALS for words in literal.findall(source)]
    text = TAG.sub("", BLOCK_TEXT.sub("", CLASS_BLOCK.sub("", source)))
    found += SPOKEN.findall(text)
    text = re.sub(r"<(kbd|code|script|style)\b.*?</\1>", "", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", "\n", text)
    return found + re.findall(r"[A-Za-z]{4,}", text)


def test_the_search_for_bare_words_finds_them() -> None:
    assert bare_words('<p title="Hello you">{% translate "Fine" %} Forgotten</p>') == ["Hello you", "Forgotten"]
    assert bare_words('{% button "Save" %}{% button _("Save") %}{% th "Name" sort="name" %}') == ["Save", "Name"]
    assert bare_words('{% dialog "d" _("Stop?") confirm="Stop" %}{% msgbar "ok" "Done" %}') == ["Done", "Stop"]
