"""A portal of its own: `manage.py serve` with a short lease, and a helper that writes and reads its rows."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.chaos import processes
from tests.chaos.processes import Cluster

ROOT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 3
WORKERS = 2
START_SECONDS = 120
ANSWER_SECONDS = 120
HELPER = "import django; django.setup(); from tests.chaos.steps import main; main()"


class Portal:
    """A running portal. `folder` holds its data and its log."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.folder, self.env = folder, env
        self.log = folder / "portal.log"
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--prepare"], cwd=ROOT, env=env, stdout=out, stderr=out
            )
        self.helper: subprocess.Popen[str] | None = None
        self._clusters: dict[int, Cluster] = {}

    def await_ready(self) -> None:
        until = time.monotonic() + START_SECONDS
        while "The portal is ready" not in self.said():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"The portal did not start:\n{self.said()}")
            time.sleep(0.2)
        self.cluster()  # looked at before anything in it is killed

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def ask(self, step: str, **words: Any) -> Any:
        """Have a step of steps.py done, and give what it gives."""
        if self.helper is None:
            self.helper = self._start_helper()
        assert self.helper.stdin
        assert self.helper.stdout
        self.helper.stdin.write(json.dumps({"step": step, **words}) + "\n")
        self.helper.stdin.flush()
        ready, _, _ = select.select([self.helper.stdout], [], [], ANSWER_SECONDS)
        line = self.helper.stdout.readline() if ready else ""
        answer = json.loads(line) if line else {"failed": f"{step}: no answer"}
        if "failed" in answer:
            raise StepFailed(answer["failed"])
        return answer["answer"]

    def cluster(self) -> Cluster:
        """The cluster that runs cycles now; after a restart another one."""
        marks = "qcluster --name cycles "
        pid = next(pid for pid in processes.children(self.process.pid) if marks in processes.command(pid))
        if pid not in self._clusters:
            self._clusters[pid] = Cluster(pid, WORKERS)
        return self._clusters[pid]

    def busy(self) -> list[int]:
        """The worker processes that hold a slice now, on whichever host."""
        return [pid_of(owner) for owner in self.ask("owners").values()]

    def stop(self) -> None:
        """End everything; whatever a test froze is woken first."""
        for pid in processes.below(self.process.pid):
            processes.send(pid, signal.SIGCONT)
        if self.helper:
            self.helper.communicate(timeout=30)
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)

    def _start_helper(self) -> "subprocess.Popen[str]":
        with (self.folder / "helper.log").open("ab") as errors:
            return subprocess.Popen(
                [sys.executable, "-c", HELPER],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )


def pid_of(owner: str) -> int:
    """Workers name themselves by host and process."""
    return int(owner.rpartition(":")[2])


class StepFailed(Exception):
    """A step of the helper raised; the text is its traceback."""


@contextlib.contextmanager
def running_portal(folder: Path, port: int, **environment: str) -> Iterator[Portal]:
    """A portal with an empty directory, as long as the context lasts."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    env |= {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PYTHONPATH": str(ROOT),
        "PORT": str(port),
        "PORTAL_VAR": str(folder),
        "PORTAL_ALLOW_PRIVATE": "1",
        "PORTAL_WORKERS": str(WORKERS),
        "PORTAL_LEASE_SECONDS": str(LEASE_SECONDS),
        "PORTAL_ADMIN_PASSWORD": "Only-for-tests-1",
        "PORTAL_SECRET_KEY": os.environ["PORTAL_SECRET_KEY"],
        "PORTAL_ENCRYPTION_KEYS": os.environ["PORTAL_ENCRYPTION_KEYS"],
        **environment,
    }
    portal = Portal(folder, env)
    try:
        portal.await_ready()
        yield portal
    finally:
        portal.stop()
