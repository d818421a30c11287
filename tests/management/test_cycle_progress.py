"""The progress bar of a cycle."""

from io import StringIO

from rich.console import Console

from provisioning.management.cycle_progress import CycleProgress


def drawn(*seen: tuple[int, int] | None) -> str:
    """What is on the screen at the end, when one look after the other gives these."""
    out, looks = StringIO(), iter(seen)
    with CycleProgress("GoTo", lambda: next(looks), Console(file=out, force_terminal=True, width=80)):
        pass
    return out.getvalue()


def test_the_bar_tells_how_far_the_cycle_is() -> None:
    assert "20/20" in drawn((20, 20))


def test_the_bar_waits_for_a_cycle_to_begin() -> None:
    assert "0/?" in drawn(None)


def test_nothing_is_drawn_and_nobody_is_asked_without_a_console() -> None:
    asked: list[int] = []

    with CycleProgress("GoTo", lambda: asked.append(1), None):
        pass

    assert asked == []
