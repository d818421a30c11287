"""The loop that keeps the programs running until it is told to stop."""

import logging
import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType

from portal.supervisor.child import USUAL, Child, Patience
from portal.supervisor.orphans import Watcher
from portal.supervisor.ticker import Ticker

log = logging.getLogger(__name__)

Probe = Callable[[], bool]
"""Whether a program answers by now."""


class Supervisor:
    """Starts the children, starts again what dies or stalls, and ends them all on SIGINT or SIGTERM."""

    def __init__(self, children: Sequence[Child], ticker: Ticker | None = None, patience: Patience = USUAL) -> None:
        self.children = children
        self.ticker = ticker
        self.patience = patience
        self._watcher = Watcher(patience.grace)
        self._asked_to_stop = 0

    def run(self, probes: Sequence[Probe] = (), on_ready: Callable[[], None] = lambda: None) -> None:
        """Returns when everything has ended. `on_ready` is called once, when every probe has said yes."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # `nohup` is respected
                signal.signal(number, self._note_signal)
        unanswered, ready = list(probes), False
        if self.ticker:
            self.ticker.start()
        try:
            while not self._asked_to_stop:
                self._look()
                unanswered = [probe for probe in unanswered if not probe()]
                if not ready and not unanswered:
                    ready = True
                    on_ready()
                time.sleep(self.patience.look)
        finally:
            self._stop()

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop += 1

    def _look(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.look(now):
                self._tell_watcher()  # at once: a moment later the supervisor may be killed
        self._end_stalled(now)
        self._tell_watcher()

    def _tell_watcher(self) -> None:
        self._watcher.watch(child.group for child in self.children if child.group)

    def _end_stalled(self, now: float) -> None:
        while self.ticker and not self.ticker.stalled.empty():
            name = self.ticker.stalled.get()
            for child in self.children:
                if child.name == name and child.has_settled(now) and not child.is_ending:
                    log.warning("%s has work but does nothing: it is ended and started again", name)
                    child.end(now)

    def _stop(self) -> None:
        """A second signal, or `grace` seconds, and what has not ended is killed."""
        signals = self._asked_to_stop
        start = time.monotonic()
        for child in self.children:
            child.end(start)
        while living := [child for child in self.children if not child.has_ended()]:
            if self._asked_to_stop > signals or time.monotonic() - start >= self.patience.grace:
                for child in living:
                    child.kill()
            time.sleep(self.patience.look / 4)
        if self.ticker:
            self.ticker.stop()
        self._watcher.close()
