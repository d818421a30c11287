"""The engine's port `Pool` as real threads, and the rate that belongs to a job."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from provisioning.errors import OutOfTime

T = TypeVar("T")


class Threads:
    """As many threads as connections, of which only so many work at once as the target bears."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._executor = ThreadPoolExecutor(size, thread_name_prefix="object")
        self._places = threading.Condition()
        self._allowed, self._busy = size, 0

    def resize(self, size: float) -> None:
        with self._places:
            self._allowed = max(1, min(int(size), self.size))
            self._places.notify_all()

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        return self._executor.submit(self._in_turn, work)

    def wait(self, futures: "Sequence[Future[T]]", seconds: float) -> bool:
        return not wait(futures, timeout=seconds).not_done

    def close(self) -> None:
        self._executor.shutdown()

    def _in_turn(self, work: Callable[[], T]) -> T:
        with self._places:
            self._places.wait_for(lambda: self._busy < self._allowed)
            self._busy += 1
        try:
            return work()
        finally:
            with self._places:
                self._busy -= 1
                self._places.notify()


class Rate:
    """At most so many requests a second, for all threads of a worker. `monotonic` and `sleep` are those of time."""

    def __init__(self, per_second: float, monotonic: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._pause = 1 / per_second
        self._monotonic, self._sleep = monotonic, sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, most_seconds: float) -> None:
        """Wait for the next turn. Raises OutOfTime when it comes too late."""
        with self._lock:
            now = self._monotonic()
            turn = max(self._next, now)
            if turn - now > most_seconds:
                raise OutOfTime
            self._next = turn + self._pause
        if turn > now:
            self._sleep(turn - now)
