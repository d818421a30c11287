"""`make tour`: every page in all themes and widths, with pictures, axe, and a report of what is wrong."""

import html
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from playwright.sync_api import Error, Page

from tests.walk.accessible import ALL, COLOURS, PHONE, SMALLEST, THEMES, WIDE, look, odd, show, sideways
from tests.walk.pages import View
from tests.walk.running import ROOT
from tests.walk.theatre import Audience

FOLDER = ROOT / "var" / "tour"
WIDTHS = {WIDE: THEMES, 768: ("light",), PHONE: THEMES}
TALLEST = 2400
"""Pixels of a picture: below that a list only goes on."""


@dataclass
class Seen:
    """One page: its pictures, and what is wrong with it by theme and width."""

    name: str
    address: str
    pictures: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def walk(audience: Audience, part: str, views: list[View]) -> list[Seen]:
    """Look at these pages, and write down at once what was seen, so that whoever ends last tells of all."""
    found = [_see(audience, part, number, view) for number, view in enumerate(views, 1)]
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{part}.json").write_text(json.dumps([asdict(each) for each in found], indent=1))
    write_report(FOLDER)
    return found


def _see(audience: Audience, part: str, number: int, view: View) -> Seen:
    seen = Seen(f"{part}-{number:02}-{view.name}"[:120], view.address(audience.stage))
    try:
        page = audience.open(view)
    except (Error, AssertionError) as error:
        seen.wrong.append(f"scene: {str(error)[:300]}")
        return seen
    seen.wrong += odd(page)
    for width, themes in WIDTHS.items():
        show(page, width)
        seen.wrong += sideways(page)
        for theme in themes:
            passes = [(theme, ALL), (theme, COLOURS)] if theme == "light" else [(theme, COLOURS)]
            seen.wrong += [f"{width} {each}" for each in look(page, passes)]
            seen.pictures.append(_photograph(page, f"{theme}-{width}", seen.name))
    show(page, SMALLEST)
    seen.wrong += sideways(page) + audience.heard
    return seen


def _photograph(page: Page, kind: str, name: str) -> str:
    picture = FOLDER / kind / f"{name}.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    size = page.viewport_size or {"width": 0, "height": 0}
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), TALLEST)
    page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
    page.screenshot(path=picture)
    page.set_viewport_size(size)
    return f"{kind}/{picture.name}"


def write_report(folder: Path) -> None:
    """`index.html` beside the pictures: what is wrong first, then every page with all its pictures."""
    pages = [Seen(**each) for path in sorted(folder.glob("*.json")) for each in json.loads(path.read_text())]
    (folder / "index.html").write_text("\n".join(_report(pages)))


def _report(pages: list[Seen]) -> Iterator[str]:
    wrong = [each for each in pages if each.wrong]
    yield "<!doctype html><meta charset=utf-8><title>Tour</title>"
    yield "<style>body { font: 14px sans-serif } img { width: 230px; border: 1px solid #999 }</style>"
    pictures = sum(len(each.pictures) for each in pages)
    yield f"<h1>{len(pages)} pages, {pictures} pictures, {len(wrong)} pages with something wrong</h1>"
    for each in [*wrong, *(page for page in pages if not page.wrong)]:
        yield f"<h2>{html.escape(each.name)}</h2><p><code>{html.escape(each.address)}</code></p>"
        yield "<ul>" + "".join(f"<li>{html.escape(line)}</li>" for line in each.wrong) + "</ul>"
        yield "".join(f'<a href="{path}"><img loading=lazy src="{path}" alt="{path}"></a>' for path in each.pictures)
