"""What a page shows to a reader, and what of it is English."""

import re
from typing import Any

from django.utils.translation import gettext, override
from django.utils.translation.trans_real import translation
from playwright.sync_api import Page

COLLECT = """() => {
  const skip = "script, style, template, code, pre, kbd, textarea, svg, datalist, select[name=time_zone]";
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (!at.closest(skip)) found.push(walker.currentNode.data);
  }
  for (const name of ["aria-label", "placeholder", "title", "alt", "data-label", "data-edited"])
    for (const el of document.querySelectorAll(`[${name}]`)) if (!el.closest(skip)) found.push(el.getAttribute(name));
  found.push(document.title);
  return found.map((text) => text.trim().replace(/\\s+/g, " ")).filter(Boolean);
}"""
TIMES = """() => [...document.querySelectorAll("time")].map((el) => [el.dateTime, el.textContent.trim()])"""
COMMON = re.compile(
    r"\b(the|and|with|this|that|from|are|was|were|have|has|been|not|your|you|which|will|cannot|of|no|yes|today)\b", re.I
)
"""Words that nearly every English sentence has one of, and no Swedish one."""
ENGLISH_DATE = re.compile(r"\b\d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b|\d,\d{3}\b")
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def sv(text: str) -> str:
    """A text of the portal as a Swedish reader sees it."""
    with override("sv"):
        return gettext(text)


def english(page: Page, data: set[str]) -> list[str]:
    """Texts that are English, in the catalogue or by their words; `data` is what people and systems entered."""
    texts = dict.fromkeys(page.evaluate(COLLECT))
    known = _untranslated()
    plain = [text for text in texts if text not in data]
    return [
        text
        for text in plain
        if text in known or COMMON.search(_without(text, data)) or ENGLISH_DATE.search(_without(text, data))
    ]


def times(page: Page) -> list[tuple[str, str]]:
    """The exact value and the words of each time."""
    return [(exact, words) for exact, words in page.evaluate(TIMES)]


def _without(text: str, data: set[str]) -> str:
    for each in sorted(data, key=len, reverse=True):
        text = text.replace(each, "")
    return text


def _untranslated() -> set[str]:
    """English texts without places for values that are something else in Swedish, and no Swedish text as well."""
    catalogue: Any = translation("sv")
    pairs = {key: value for key, value in catalogue._catalog.items() if isinstance(key, str) and len(key) > 3}
    swedish = set(pairs.values())
    return {key for key, value in pairs.items() if key != value and key not in swedish and not PLACE.search(key)}
