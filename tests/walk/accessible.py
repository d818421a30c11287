"""What axe-core finds wrong with a page: names, contrast, order, roles."""

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
LAYOUT = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable", "link-in-text-block"]}}


def problems(page: Page, address: str) -> list[str]:
    """In light and dark on a wide screen, and on a phone; there only what light or width can change."""
    show(page, width=1440)
    answer = page.goto(address)
    broken = [] if answer and (answer.ok or address.endswith("/no/")) else [f"broken: {answer and answer.status}"]
    light = look(page)
    show(page, width=1440, scheme="dark")
    dark = look(page, COLOURS)
    show(page, width=390)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return broken + light + dark + look(page, LAYOUT) + ([f"scrolls sideways by {wide} px"] if wide > 0 else [])


def show(page: Page, width: int, scheme: Literal["light", "dark"] = "light") -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


def look(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe finds, as `rule: element` lines."""
    violations = Axe().run(page, options=rules).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in violations for node in each["nodes"]]
