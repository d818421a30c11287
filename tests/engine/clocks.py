"""Time and threads that tests hold in their hands."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import TypeVar

from tests.engine.values import NOW

T = TypeVar("T")


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


class Inline:
    """A pool that does everything at once, in the caller's thread."""

    def __init__(self, size: int = 4) -> None:
        self.size = size

    def resize(self, size: float) -> None:
        """At once is at once."""

    def submit(self, do: Callable[[], T]) -> "Future[T]":
        future: Future[T] = Future()
        future.set_result(do())
        return future

    def wait(self, futures: Sequence["Future[T]"], seconds: float) -> bool:
        return all(future.done() for future in futures)


class OneByOne:
    """A pool that does one piece of work per wait, so that the caller has to wait again and again.

    `last_first` does them in the other order, as threads may.
    """

    def __init__(self, size: int = 4, last_first: bool = False) -> None:
        self.size, self.last_first = size, last_first
        self.waiting: list[Callable[[], None]] = []

    def resize(self, size: float) -> None:
        """One at a time already."""

    def submit(self, do: Callable[[], T]) -> "Future[T]":
        future: Future[T] = Future()
        self.waiting.append(lambda: future.set_result(do()))
        return future

    def wait(self, futures: Sequence["Future[T]"], seconds: float) -> bool:
        if all(future.done() for future in futures):
            return True
        self.waiting.pop(-1 if self.last_first else 0)()
        return False
