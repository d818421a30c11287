"""What axe-core finds wrong with a page: names, contrast, order, roles; and what else nobody should meet there."""

from collections.abc import Sequence

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

THEMES = ("light", "dark", "contrast")
SHORT = ("light", "dark")
"""What every run of the tests tries; the tour tries all."""
WIDE, PHONE, SMALLEST = 1440, 390, 320
ALL, LAYOUT, COLOURS = "all", "layout", "colours"
LOOK = """async (passes) => {
  const rules = {
    all: {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
          rules: {"color-contrast": {enabled: false}}},
    layout: {runOnly: {type: "rule", values: ["target-size", "scrollable-region-focusable", "link-in-text-block"]}},
    colours: {runOnly: {type: "rule", values: ["color-contrast"]}},
  };
  const background = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
    return "";
  };
  const distinct = () => {
    const found = new Map();
    for (const each of document.body.querySelectorAll("*")) {
      const speaks = each.matches("input, select, textarea")
        || [...each.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      if (!speaks || !each.checkVisibility()) continue;
      const {color, fontSize, fontWeight, opacity} = getComputedStyle(each);
      const look = [color, fontSize, fontWeight, opacity, background(each)].join();
      if (!found.has(look)) found.set(look, each);
    }
    return [...found.values()];
  };
  const found = [];
  for (const [theme, kind] of passes) {
    document.documentElement.dataset.theme = theme;
    const context = kind === "colours" ? {include: distinct()} : document;
    const options = {...rules[kind], resultTypes: ["violations"], preload: false};
    for (const each of (await axe.run(context, options)).violations)
      for (const node of each.nodes) found.push(`${theme}: ${each.id}: ${node.html.slice(0, 200)}`);
  }
  return found;
}"""
"""One call for all passes; only what is wrong comes back. Contrast costs most: what looks the same is measured once."""
ODD = """() => [
  ...[...document.querySelectorAll("[style]")].map((each) => `style: ${each.outerHTML.slice(0, 200)}`),
  ...document.getAnimations().filter((each) => each.playState === "running")
    .map((each) => `moves: ${each.effect.target.outerHTML.slice(0, 200)}`),
]"""
"""Inline styles, which the security policy forbids, and what moves although whoever looks wants it still."""


def problems(page: Page, address: str) -> list[str]:
    """All rules on a wide screen in light; in the other themes and on a phone what colours and width can change."""
    show(page, WIDE)
    answer = page.goto(address)
    return ([] if answer and answer.ok else [f"broken: {answer and answer.status}"]) + state(page)


def state(page: Page) -> list[str]:
    """The same of the page as it stands."""
    show(page, WIDE)
    found = look(page, [("light", ALL), *((theme, COLOURS) for theme in SHORT)]) + odd(page)
    for width in (SMALLEST, PHONE):
        show(page, width)
        found += sideways(page)
    return found + look(page, [("light", LAYOUT)])


def look(page: Page, passes: Sequence[tuple[str, str]] = (("light", ALL), ("light", COLOURS))) -> list[str]:
    """What axe finds, as `theme: rule: element` lines. A pass is a theme and the rules that are tried in it."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(LOOK, list(passes))
    return found


def odd(page: Page) -> list[str]:
    found: list[str] = page.evaluate(ODD)
    return found


def sideways(page: Page) -> list[str]:
    wide, width = page.evaluate("[document.documentElement.scrollWidth - innerWidth, innerWidth]")
    return [f"scrolls sideways by {wide} px at {width}"] if wide > 0 else []


def show(page: Page, width: int) -> None:
    page.emulate_media(reduced_motion="reduce")  # then nothing may move, however soon one looks
    page.set_viewport_size({"width": width, "height": 900})
