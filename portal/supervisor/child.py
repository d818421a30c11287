"""One program that has to run: how it starts, ends and comes back."""

import logging
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """How long the supervisor waits for what, in seconds."""

    grace: float = 10  # between asking a program to end and killing its process group
    backoff: float = 1  # before a program that died is started again; doubled each time
    backoff_most: float = 30
    steady: float = 60  # a program that lived as long is taken as well: its next death waits `backoff` again
    settle: float = 75  # after its start nobody may call a cluster stalled: 15 s to start, and it has not had its 60 s
    look: float = 0.2  # between two looks at the programs


USUAL = Patience()


class Child:
    """A program in a session of its own, so that Ctrl-C reaches the supervisor alone.

    Asking to end goes to the program itself, which knows in what order its workers end; killing goes to its whole
    group, since a cluster's workers outlive a cluster that was killed.
    """

    def __init__(
        self, name: str, argv: Sequence[str], env: Mapping[str, str] | None = None, patience: Patience = USUAL
    ) -> None:
        self.name = name
        self.argv = list(argv)
        self.env = {**os.environ, **(env or {})}
        self.patience = patience
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.start_at = 0.0
        self.kill_at: float | None = None
        self._deaths = 0

    @property
    def group(self) -> int | None:
        """The process group, which is the id of the program itself; None while it does not run."""
        return self.process.pid if self.process else None

    @property
    def is_ending(self) -> bool:
        """It was asked to end and has not ended yet."""
        return self.kill_at is not None

    def has_settled(self, now: float) -> bool:
        """Whether it has run long enough to be called stalled."""
        return self.process is not None and now - self.started >= self.patience.settle

    def start(self, now: float) -> None:
        self.process = subprocess.Popen(self.argv, env=self.env, stdin=subprocess.DEVNULL, start_new_session=True)
        self.started, self.kill_at = now, None

    def end(self, now: float) -> None:
        """Asks the program to end. Whoever looks at it kills it when `grace` has passed."""
        if self.process and not self.is_ending:
            self.kill_at = now + self.patience.grace
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kills the program and everything it started."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def has_ended(self) -> bool:
        """Whether the program is gone. Then what is left of its group is killed too.

        The group is killed before the program's exit is collected: until then its id cannot belong to a stranger.
        """
        if self.process is None or self.process.returncode is not None:
            return True
        if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return False
        self.kill()
        self.process.wait()
        return True

    def look(self, now: float) -> bool:
        """Does what is due: kill it, note its death, start it again. Returns whether it was started."""
        if self.process is None:
            if now < self.start_at:
                return False
            self.start(now)
            return True
        if self.has_ended():
            self._note_death(now)
        elif self.kill_at is not None and now >= self.kill_at:
            log.warning("%s did not end in %g s and is killed", self.name, self.patience.grace)
            self.kill()
        return False

    def _note_death(self, now: float) -> None:
        asked, status = self.is_ending, self.process.returncode if self.process else None
        self._deaths = 0 if asked or now - self.started >= self.patience.steady else self._deaths + 1
        wait = min(self.patience.backoff * 2 ** max(self._deaths - 1, 0), self.patience.backoff_most)
        self.process, self.kill_at = None, None
        self.start_at = now if asked else now + wait
        log.warning("%s ended (%s); it is started again in %g s", self.name, _in_words(status), self.start_at - now)


def _in_words(status: int | None) -> str:
    if status is not None and status < 0:
        return f"signal {signal.Signals(-status).name}"
    return f"exit status {status}"
