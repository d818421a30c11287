"""The processes of a running portal, found through /proc: nothing is asked of the programs themselves."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def children(pid: int) -> list[int]:
    """The living children of a process, oldest first."""
    found: list[int] = []
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return sorted((each for each in found if is_alive(each)), key=_started)


def is_alive(pid: int) -> bool:
    """Whether it runs or is stopped; a zombie does not count."""
    try:
        return _stat(pid)[0] not in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return False


def command(pid: int) -> str:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def below(pid: int) -> list[int]:
    """The process and everything it started, by parent."""
    return [pid, *(deeper for child in children(pid) for deeper in below(child))]


class Cluster:
    """One `qcluster` process with its sentinel, workers, monitor and pusher.

    django-q2 starts workers first, then monitor and pusher; a worker that replaces a dead one comes last. Seen before
    anything was killed, the two that are no workers can be told for good.
    """

    def __init__(self, pid: int, workers: int) -> None:
        self.pid = pid
        self.sentinel = _await(lambda: children(pid))[0]
        self._others = _await(lambda: children(self.sentinel)[workers : workers + 2], least=2)

    @property
    def workers(self) -> list[int]:
        return [pid for pid in children(self.sentinel) if pid not in self._others]

    @property
    def pusher(self) -> int:
        return self._others[1]


def _await(look: Callable[[], list[int]], least: int = 1, seconds: float = 30) -> list[int]:
    until = time.monotonic() + seconds
    while len(found := look()) < least:
        if time.monotonic() > until:
            raise TimeoutError("The cluster has not started its processes.")
        time.sleep(0.1)
    return found


def _started(pid: int) -> tuple[int, int]:
    try:
        return int(_stat(pid)[19]), pid
    except (FileNotFoundError, ProcessLookupError):
        return 0, pid


def _stat(pid: int) -> list[str]:
    """The fields behind the name, from the state on."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
