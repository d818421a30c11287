"""The tick goes on whatever happens to one of them."""

import threading
from collections.abc import Iterable

import pytest

from portal.supervisor.ticker import Ticker


def test_a_tick_that_fails_is_told_and_does_not_end_the_ticking(caplog: pytest.LogCaptureFixture) -> None:
    calls = 0
    thrice = threading.Event()

    def tick() -> Iterable[str]:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ValueError("one bad row")
        if calls == 3:
            thrice.set()
        return ["cycles"]

    ticker = Ticker(tick, every=0.01)
    ticker.start()
    assert thrice.wait(30)
    ticker.stop()

    assert ticker.stalled.get(timeout=30) == "cycles"
    assert "one bad row" in caplog.text


def test_stopping_a_ticker_that_never_started_is_no_error() -> None:
    Ticker(lambda: []).stop()
