"""A progress bar that a thread of its own draws while the work goes on."""

import threading
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

LOOK_SECONDS = 0.5


class CycleProgress:
    """Asks `look` for (done, total) while the context lasts; None: not known yet. Draws nothing without a console."""

    def __init__(self, label: str, look: Callable[[], tuple[int, int] | None], console: Console | None) -> None:
        self._look = look
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=console) if console else None
        self._task = self._bar.add_task(label, total=None) if self._bar else None

    def __enter__(self) -> None:
        if self._bar:
            self._bar.start()
            self._thread.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar:
            self._over.set()
            self._thread.join()
            self._bar.stop()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self._draw()
        self._draw()

    def _draw(self) -> None:
        seen = self._look()
        if seen and self._bar and self._task is not None:
            self._bar.update(self._task, completed=seen[0], total=seen[1])
