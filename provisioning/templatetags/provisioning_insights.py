"""The charts of Insights, drawn here as SVG: stacked columns and lines over time, each in a wide and a narrow frame."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.choices import Action
from provisioning.jobs.insights import HOUR, WEEK, Bucket, Insights
from provisioning.templatetags.provisioning_charts import LABEL_WIDTH, Frame, nice_top
from provisioning.templatetags.provisioning_texts import NOTHING, duration

register = template.Library()

WIDE = Frame(640, 200, left=44, labels=6, css="chart--wide")
NARROW = Frame(320, 170, left=40, labels=3, css="chart--narrow")
BARE = 0.4
"""The least height of what is not nothing."""

LENGTHS = (4, 10, 20, 60, 120, 240, 600, 1200, 3600, 7200, 14400, 28800, 86400)
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Series:
    """One quantity of a chart: `kind` is its colour, `shape` column, line or mark."""

    kind: str
    label: Text
    value: Callable[[Bucket], float | None]
    shape: str = "column"


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn, how its numbers are written, and the upper end of its scale.

    With a fixed `top` nothing but a gap is no value: a rate of 0 is one.
    """

    name: str
    title: Text
    series: Sequence[Series]
    written: Callable[[float], str]
    top: int = 0
    nice: Callable[[int], int] = nice_top


@dataclass(frozen=True, slots=True)
class Grid:
    """Where things are in a frame: so wide is the room of one bucket, so high is one unit."""

    frame: Frame
    slot: float
    unit: float

    def x(self, number: int) -> float:
        """The middle of a bucket."""
        return self.frame.left + self.slot * (number + 0.5)

    def y(self, value: float) -> float:
        return self.frame.floor - value * self.unit


def _whole(value: float) -> str:
    return str(intcomma(round(value)))


def _percent(value: float) -> str:
    return f"{number_format(round(value, 1) if value % 1 else round(value), use_l10n=True)} %"


def _length(value: float) -> str:
    return duration(timedelta(seconds=value)) if value else "0"


def _nice_length(most: int) -> int:
    """Seconds that are a round number of minutes or hours, as their half is."""
    return next((each for each in LENGTHS if most <= each), nice_top(most))


def _of(action: Action) -> Callable[[Bucket], float]:
    return lambda bucket: bucket.actions[action]


CHARTS = {
    "actions": Chart(
        "actions",
        gettext_lazy("Actions over time"),
        [
            Series("made", gettext_lazy("Create"), _of(Action.CREATE)),
            Series("changed", gettext_lazy("Update"), _of(Action.UPDATE)),
            Series("skip", gettext_lazy("Disable"), _of(Action.DISABLE)),
            Series("err", gettext_lazy("Delete"), _of(Action.DELETE)),
        ],
        _whole,
    ),
    "rate": Chart(
        "rate", gettext_lazy("Success rate"), [Series("ok", gettext_lazy("Success"), lambda b: b.rate, "line")],
        _percent, top=100,
    ),
    "lengths": Chart(
        "lengths",
        gettext_lazy("Duration of cycles"),
        [
            Series("changed", gettext_lazy("Average"), lambda b: b.average),
            Series("warn", gettext_lazy("Longest"), lambda b: b.longest, "mark"),
        ],
        _length,
        nice=_nice_length,
    ),
    "created": Chart(
        "created",
        gettext_lazy("Accounts created to date"),
        [Series("made", gettext_lazy("Accounts created"), lambda b: b.created_to_date, "line")],
        _whole,
    ),
}  # fmt: skip


@register.inclusion_tag("provisioning/insights/chart.html")
def insights_chart(found: Insights, name: str) -> dict[str, Any]:
    """`{% insights_chart found "actions" %}`: the chart, its key, and its numbers as a table."""
    chart = CHARTS[name]
    most = max((_height(chart, each) for each in found.buckets), default=0)
    return {
        "chart": chart,
        "most": chart.written(most),
        "is_empty": not any(_has(chart, each) for each in found.buckets),
        "drawings": [_drawn(chart, found, frame, chart.top or chart.nice(ceil(most))) for frame in (WIDE, NARROW)],
        "rows": [(_moment(each, found.unit), _texts(chart, each)) for each in found.buckets if _has(chart, each)],
    }


def _has(chart: Chart, bucket: Bucket) -> bool:
    values = [each.value(bucket) for each in chart.series]
    return any(value is not None and (value > 0 or chart.top > 0) for value in values)


def _height(chart: Chart, bucket: Bucket) -> float:
    """Of what stands on each other, or of what is highest."""
    columns = sum(_value(each, bucket) for each in chart.series if each.shape == "column")
    return max([columns, *(_value(each, bucket) for each in chart.series if each.shape != "column")])


def _value(series: Series, bucket: Bucket) -> float:
    return series.value(bucket) or 0


def _texts(chart: Chart, bucket: Bucket) -> list[tuple[Text, str]]:
    values = [(each.label, each.value(bucket)) for each in chart.series]
    return [(label, NOTHING if value is None else chart.written(value)) for label, value in values]


def _drawn(chart: Chart, found: Insights, frame: Frame, top: int) -> dict[str, Any]:
    scale = {n: chart.written(n) for n in (0, top / 2, top)}
    frame = frame.beside(*scale.values())
    grid = Grid(frame, (frame.width - frame.left) / max(len(found.buckets), 7), (frame.floor - frame.top) / top)
    lines = [each for each in chart.series if each.shape == "line"]
    return {
        "frame": frame,
        "lines": [{"text": text, "y": f"{grid.y(n):.1f}"} for n, text in scale.items()],
        "columns": [
            {"title": _told(chart, bucket, found.unit), "rects": list(_rects(chart, bucket, grid, grid.x(number)))}
            for number, bucket in enumerate(found.buckets)
        ],
        "paths": [path for each in lines for path in _paths(each, found.buckets, grid)],
        "labels": list(_labels(found, grid)),
    }


def _told(chart: Chart, bucket: Bucket, unit: timedelta) -> str:
    values = ", ".join(f"{label}: {text}" for label, text in _texts(chart, bucket))
    return f"{_moment(bucket, unit)}. {values}"


def _rects(chart: Chart, bucket: Bucket, grid: Grid, middle: float) -> Iterator[dict[str, str]]:
    y, width = grid.y(0), grid.slot * 0.72
    for each in chart.series:
        height = _value(each, bucket) * grid.unit
        if not height or each.shape == "line":
            continue
        if each.shape == "column":
            y -= max(height, BARE)
            yield _rect(each.kind, middle - width / 2, y, width, max(height, BARE))
        else:
            yield _rect(each.kind, middle - grid.slot / 2, grid.y(0) - height - 1, grid.slot, 2)


def _rect(kind: str, x: float, y: float, width: float, height: float) -> dict[str, str]:
    return {"kind": kind, "x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{width:.1f}", "height": f"{height:.1f}"}


def _paths(series: Series, buckets: Sequence[Bucket], grid: Grid) -> Iterator[dict[str, Any]]:
    """One for each stretch without a gap, with its points."""
    stretch: list[tuple[str, str]] = []
    for number, bucket in enumerate([*buckets, None]):
        value = series.value(bucket) if bucket else None
        if value is not None:
            stretch.append((f"{grid.x(number):.1f}", f"{grid.y(value):.1f}"))
        elif stretch:
            yield {"kind": series.kind, "points": " ".join(map(",".join, stretch)), "dots": stretch}
            stretch = []


def _labels(found: Insights, grid: Grid) -> Iterator[dict[str, str]]:
    number = len(found.buckets)
    step = max(1, round(number / grid.frame.labels), ceil(LABEL_WIDTH / grid.slot))
    for place in range(step // 2, number, step):
        yield {
            "x": f"{grid.x(place):.1f}",
            "text": _moment(found.buckets[place], found.unit, short=True),
        }


def _moment(bucket: Bucket, unit: timedelta, *, short: bool = False) -> str:
    start = timezone.localtime(bucket.start)
    if unit == HOUR:
        return date_format(start, "TIME_FORMAT" if short else "SHORT_DATETIME_FORMAT")
    day = date_format(start, "MONTH_DAY_FORMAT" if short else "SHORT_DATE_FORMAT")
    return _("Week from %(day)s") % {"day": day} if unit == WEEK and not short else day
