"""A thread that calls the tick: a database that answers slowly must not keep the supervisor from its programs."""

import logging
import threading
from collections.abc import Callable, Iterable
from queue import SimpleQueue

log = logging.getLogger(__name__)

Tick = Callable[[], Iterable[str]]
"""What is done every few seconds. Returns the names of programs that have stalled."""


class Ticker:
    """Ticks every so many seconds from `start` to `stop`; whom a tick calls stalled waits in `stalled`."""

    def __init__(self, tick: Tick, every: float = 5) -> None:
        self.stalled: SimpleQueue[str] = SimpleQueue()
        self._tick, self._every = tick, every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tick", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Waits a moment for a tick that is under way; the thread does not keep the process alive."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def _run(self) -> None:
        while not self._over.wait(self._every):
            try:
                for name in self._tick():
                    self.stalled.put(name)
            except Exception:  # the one place above the tick: without it one bad row would end all ticks for ever
                log.exception("The tick failed; the next one comes in %g s", self._every)
