"""The process that ends what is left when the supervisor itself was killed, and the supervisor's line to it.

Run as a program it reads process groups from its input ("+12", "-12"). The input ends when the supervisor is gone,
however it went. Only the standard library is used, so that this costs a few megabytes and starts at once.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress


class Watcher:
    """The supervisor's side. A watcher that died is started again and told everything anew."""

    def __init__(self, grace: float) -> None:
        self.grace = grace
        self._groups: set[int] = set()
        self._process: subprocess.Popen[str] | None = None

    def watch(self, groups: Iterable[int]) -> None:
        """From now on exactly these groups are ended if the supervisor goes."""
        wanted = set(groups)
        if self._process is None or self._process.poll() is not None:
            self._start()
        lines = [f"-{group}\n" for group in self._groups - wanted] + [f"+{group}\n" for group in wanted - self._groups]
        if lines and self._process and self._process.stdin:
            with suppress(BrokenPipeError):  # it died a moment ago; the next call starts another
                self._process.stdin.write("".join(lines))
                self._process.stdin.flush()
        self._groups = wanted

    def close(self) -> None:
        if self._process:
            with suppress(BrokenPipeError):
                self._process.communicate()

    def _start(self) -> None:
        self.close()
        self._groups = set()
        argv = [sys.executable, "-I", "-S", __file__, str(self.grace)]
        self._process = subprocess.Popen(argv, stdin=subprocess.PIPE, text=True, start_new_session=True)


def main(grace: float) -> None:
    """Reads until the supervisor is gone, then ends the groups that are still there."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    for group in groups:
        with suppress(ProcessLookupError):
            os.kill(group, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and any(_lives(group) for group in groups):
        time.sleep(0.1)
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main(float(sys.argv[1]))
