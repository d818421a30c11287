"""The geometry of donut, share bar and bars."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from provisioning.models import Cycle
from provisioning.templatetags.provisioning_charts import Share, cycle_bars, donut, nice_top, passed_over, share_bar

SHARES = [Share("ok", "Success", 24, "?ok"), Share("skip", "Skipped", 5, "?skip"), Share("err", "Failure", 2, "?err")]


def cycles(*numbers: tuple[int, int, int]) -> list[Cycle]:
    """One for each (created, skipped, failed), the last of them the newest; newest first."""
    now = timezone.now()
    return [
        Cycle(created=created, skipped=skipped, failed=failed, started_at=now - timedelta(minutes=20 * age))
        for age, (created, skipped, failed) in enumerate(reversed(numbers))
    ]


def test_held_removals_are_counted_where_their_entries_are() -> None:
    assert passed_over(Cycle(skipped=2, held=3)) == 5
    assert cycle_bars([Cycle(skipped=2, held=3, failed=1, started_at=timezone.now())])["sums"]["skip"] == 5


def test_the_arcs_of_a_donut_follow_each_other_around_the_circle() -> None:
    arcs = donut(SHARES, 31)["arcs"]

    assert [arc["kind"] for arc in arcs] == ["ok", "skip", "err"]
    assert arcs[0] == {"kind": "ok", "dash": "76.22 23.78", "offset": "25.00"}
    assert float(arcs[1]["offset"]) == pytest.approx(25 - 100 * 24 / 31, abs=0.01)


def test_one_result_alone_closes_the_donut() -> None:
    assert donut([Share("ok", "Success", 3)], 3)["arcs"][0]["dash"] == "100.00 0.00"


def test_an_empty_donut_has_no_arcs() -> None:
    assert donut([Share("ok", "Success", 0)], 0)["arcs"] == []


def test_shares_fill_their_line() -> None:
    rects = share_bar(SHARES, 10_000)["rects"]

    assert float(rects[-1]["x"]) + float(rects[-1]["width"]) == pytest.approx(1000, abs=0.2)


def test_the_smallest_share_can_still_be_seen() -> None:
    rects = share_bar([Share("ok", "Success", 100_000), Share("err", "Failure", 1)], 10_000)["rects"]

    assert rects[1]["width"] == "1.0"


def test_bars_stand_on_each_other_oldest_first() -> None:
    chart = cycle_bars(cycles((0, 0, 4), (6, 2, 2)))["charts"][0]

    first, second = (bar["rects"] for bar in chart["bars"])
    assert [each["kind"] for each in first] == ["err"]
    assert [each["kind"] for each in second] == ["ok", "skip", "err"]
    assert float(second[0]["y"]) == pytest.approx(float(second[1]["y"]) + float(second[1]["height"]), abs=0.11)
    assert second[-1]["y"] == "8.0"  # ten is the upper end of the scale
    assert [line["text"] for line in chart["lines"]] == ["0", "5", "10"]


def test_large_numbers_of_the_scale_have_room_beside_the_bars() -> None:
    for chart in cycle_bars(cycles((1_234_567, 0, 0)))["charts"]:
        longest = chart["lines"][-1]["text"]

        assert longest == "2,000,000"
        assert chart["frame"].left >= 10 + 6 * len(longest)
        assert float(chart["bars"][0]["rects"][0]["x"]) >= chart["frame"].left


def test_a_large_number_in_the_donut_is_written_smaller() -> None:
    assert [donut([Share("ok", "Success", n)], n)["is_long"] for n in (999, 1_000)] == [False, True]


def test_no_bar_leaves_the_frame_with_36_cycles() -> None:
    for chart in cycle_bars(cycles(*[(each, 1, 0) for each in range(36)]))["charts"]:
        rects = [rect for bar in chart["bars"] for rect in bar["rects"]]

        assert max(float(each["x"]) + float(each["width"]) for each in rects) <= chart["frame"].width
        assert min(float(each["y"]) for each in rects) >= chart["frame"].top


def test_moments_below_the_bars_do_not_touch() -> None:
    for several in (2, 12, 36):
        for chart in cycle_bars(cycles(*[(each, 1, 0) for each in range(several)]))["charts"]:
            places = [float(label["x"]) for label in chart["labels"]]
            assert all(right - left >= 40 for left, right in pairwise(places))


@pytest.mark.parametrize(
    ("most", "top"), [(0, 2), (1, 2), (3, 4), (9, 10), (11, 20), (44, 50), (81, 100), (101, 200), (9_500, 10_000)]
)
def test_a_scale_ends_at_a_round_number(most: int, top: int) -> None:
    assert nice_top(most) == top
    assert top % 2 == 0


def test_the_chart_tells_its_numbers_to_those_who_do_not_see_it() -> None:
    with translation.override("en"):
        drawn = Template("{% load provisioning_charts %}{% cycle_bars cycles %}").render(
            Context({"cycles": cycles((6, 2, 2), (1, 0, 0))})
        )

    assert 'role="img" aria-labelledby="bars-t1 bars-d1"' in drawn
    assert "7 succeeded, 2 skipped, 2 failed. Most in one cycle: 10." in drawn


def test_cycles_that_changed_nothing_are_told_in_words() -> None:
    template = Template("{% load provisioning_charts %}{% cycle_bars cycles %}")

    assert "No account was changed" in template.render(Context({"cycles": cycles((0, 0, 0))}))
    assert "<svg" not in template.render(Context({"cycles": []}))


def test_numbers_in_svg_keep_their_point_in_every_language() -> None:
    with translation.override("sv"):
        drawn = Template("{% load provisioning_charts %}{% donut shares 31 %}").render(Context({"shares": SHARES}))

    assert 'stroke-dasharray="76.22 23.78"' in drawn
