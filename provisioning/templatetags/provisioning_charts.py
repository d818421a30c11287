"""The three shapes of the pages that show what happened: donut, share bar, bars of cycles; drawn here as SVG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise

from provisioning.models import Cycle

register = template.Library()

GAP = 1.2
"""Of a donut's hundred."""
LONGEST = 999
"""The largest number that has room in a donut in full size."""


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a whole: `kind` is the colour (ok skip warn err), `url` leads to what is counted.

    `on` marks the part that the list is filtered by; `at_least` that more may be there than were counted.
    """

    kind: str
    label: str | Promise
    n: int
    url: str = ""
    on: bool = False
    at_least: bool = False


@register.inclusion_tag("provisioning/charts/donut.html")
def donut(shares: Sequence[Share], total: int) -> dict[str, Any]:
    """`{% donut shares total %}`: arcs on a circle of circumference 100, from the top, with their key beside."""
    arcs, start = [], 25.0
    present = [share for share in shares if share.n]
    gap = GAP if len(present) > 1 else 0.0
    for share in present:
        part = 100 * share.n / total
        drawn = max(part - gap, 0.4)
        arcs.append({"kind": share.kind, "dash": f"{drawn:.2f} {100 - drawn:.2f}", "offset": f"{start:.2f}"})
        start -= part
    return {"arcs": arcs, "shares": shares, "total": total, "is_long": total > LONGEST}


@register.inclusion_tag("provisioning/charts/share_bar.html")
def share_bar(shares: Sequence[Share], limit: int) -> dict[str, Any]:
    """`{% share_bar shares 10000 %}`: one line, 1000 units wide, with the counts below as links."""
    total = sum(share.n for share in shares)
    present = [share for share in shares if share.n]
    room, x, rects = 1000.0 - 2 * max(len(present) - 1, 0), 0.0, []
    for share in present:
        width = room * share.n / total
        rects.append({"kind": share.kind, "x": f"{x:.1f}", "width": f"{max(width, 1):.1f}"})
        x += width + 2
    return {"rects": rects, "shares": shares, "total": total, "limit": limit}


@dataclass(frozen=True, slots=True)
class Frame:
    """The room of a bar chart: everything in units of its viewBox."""

    width: int
    height: int
    left: int
    labels: int
    css: str
    top: int = 8

    @property
    def floor(self) -> int:
        return self.height - 18

    def beside(self, *numbers: str) -> "Frame":
        """The same with room for the texts of its scale."""
        return replace(self, left=max(self.left, 10 + DIGIT_WIDTH * max(map(len, numbers))))


DIGIT_WIDTH = 7
LABEL_WIDTH = 40  # what "02:05" or "12 Mar" takes, with air
WIDE = Frame(640, 232, left=30, labels=5, css="chart--wide")
NARROW = Frame(320, 170, left=26, labels=3, css="chart--narrow")


@register.inclusion_tag("provisioning/charts/bars.html")
def cycle_bars(cycles: Sequence[Cycle]) -> dict[str, Any]:
    """`{% cycle_bars cycles %}`: what each of the cycles (newest first) changed, oldest left; wide and narrow."""
    in_order = list(reversed(cycles))
    sums = {kind: sum(_number(cycle, kind) for cycle in in_order) for kind in ("ok", "skip", "err")}
    charts = [_chart(in_order, frame) for frame in (WIDE, NARROW)]
    return {
        "charts": charts,
        "cycles": cycles,
        "sums": sums,
        "most": max((_height(each) for each in cycles), default=0),
    }


@register.filter
def changes(cycle: Cycle) -> int:
    """`{{ cycle|changes }}`: how many actions on accounts succeeded."""
    return cycle.created + cycle.updated + cycle.disabled + cycle.deleted


@register.filter
def passed_over(cycle: Cycle) -> int:
    """`{{ cycle|passed_over }}`: how many entries of the logs say Skipped: removals that are held do, too."""
    return cycle.skipped + cycle.held


def _number(cycle: Cycle, kind: str) -> int:
    return {"ok": changes(cycle), "skip": passed_over(cycle), "err": cycle.failed}[kind]


def _height(cycle: Cycle) -> int:
    return changes(cycle) + passed_over(cycle) + cycle.failed


def _chart(cycles: Sequence[Cycle], frame: Frame) -> dict[str, Any]:
    top = nice_top(max((_height(each) for each in cycles), default=0))
    lines = {n: str(intcomma(n)) for n in (0, top // 2, top)}
    frame = frame.beside(*lines.values())
    slot = (frame.width - frame.left) / max(len(cycles), 12)
    scale = (frame.floor - frame.top) / top
    bars = [
        {"cycle": cycle, "rects": list(_rects(cycle, frame, frame.left + slot * (place + 0.12), slot * 0.76, scale))}
        for place, cycle in enumerate(cycles)
    ]
    drawn = [{"text": text, "y": f"{frame.floor - n * scale:.1f}"} for n, text in lines.items()]
    return {"frame": frame, "bars": bars, "lines": drawn, "labels": list(_labels(cycles, frame, slot))}


def _rects(cycle: Cycle, frame: Frame, x: float, width: float, scale: float) -> Iterable[dict[str, str]]:
    y = float(frame.floor)
    for kind in ("ok", "skip", "err"):
        height = _number(cycle, kind) * scale
        if height:
            y -= height
            yield {"kind": kind, "x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{width:.1f}", "height": f"{height:.1f}"}


def _labels(cycles: Sequence[Cycle], frame: Frame, slot: float) -> Iterable[dict[str, str]]:
    if not cycles:
        return
    one_day = cycles[-1].started_at - cycles[0].started_at < timedelta(days=1)
    step = max(1, round(len(cycles) / frame.labels), ceil(LABEL_WIDTH / slot))
    for place in range(step // 2, len(cycles), step):
        yield {"x": f"{frame.left + slot * (place + 0.5):.1f}", "text": _moment(cycles[place].started_at, one_day)}


def _moment(value: datetime, one_day: bool) -> str:
    return date_format(timezone.localtime(value), "TIME_FORMAT" if one_day else "MONTH_DAY_FORMAT")


def nice_top(most: int) -> int:
    """The upper end of a scale: a round number whose half is a whole one."""
    size = 1
    while True:
        for step in (2, 4, 6, 8) if size == 1 else (1, 2, 3, 4, 5, 6, 8):
            if most <= step * size:
                return step * size
        size *= 10
