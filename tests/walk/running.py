"""Start the whole portal as a newcomer's `make run` does: web server, clusters and stand-in, on free ports."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "Only-for-tests-1"
START_SECONDS = 180


@dataclass(frozen=True)
class RunningPortal:
    """Its addresses, without a slash at the end, its process, and the environment in which its commands run."""

    url: str
    service: str
    process: "subprocess.Popen[bytes]"
    log: Path
    environment: dict[str, str]

    def accounts(self) -> dict[str, Any]:
        """What the GoTo service holds now, by e-mail address."""
        with requests.Session() as http:
            http.trust_env = False
            found = http.get(f"{self.service}/sandbox/accounts.json", timeout=10).json()["accounts"]
        return {one["email"]: one for one in found}


def prepared_folder(folder: Path) -> Path:
    """Make `folder` what a started portal finds there, as a copy of one beside it: to make it takes many seconds."""
    original = folder.parent / "prepared"
    if not original.exists():
        original.mkdir()
        command = [sys.executable, "manage.py", "prepare"]
        subprocess.run(command, cwd=ROOT, env=_environment(original), check=True, capture_output=True)
    shutil.copytree(original, folder, dirs_exist_ok=True)
    return folder


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DJANGO_"))}
    return kept | {
        "PORTAL_VAR": str(folder),
        "PORTAL_SANDBOX": "1",
        "PORTAL_ADMIN_PASSWORD": PASSWORD,
        "PORTAL_SECRET_KEY": "only-for-tests-" + "k" * 40,
        "PORTAL_ENCRYPTION_KEYS": os.environ["PORTAL_ENCRYPTION_KEYS"],
    }


@contextlib.contextmanager
def running_portal(folder: Path, **environment: str) -> Iterator[RunningPortal]:
    """A portal with the demo tenant and its data in `folder`, as long as the context lasts."""
    port = _free_pair()
    env = _environment(folder) | {"PORT": str(port), **environment}
    log = folder / "portal.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--prepare"], cwd=ROOT, env=env, stdout=out, stderr=out
        )
    portal = RunningPortal(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}", process, log, env)
    try:
        _await_ready(portal)
        yield portal
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _await_ready(portal: RunningPortal) -> None:
    until = time.monotonic() + START_SECONDS
    while b"The portal is ready" not in portal.log.read_bytes():
        if portal.process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"The portal did not start:\n{portal.log.read_text()}")
        time.sleep(0.2)


def _free_pair() -> int:
    """A port that is free together with the next one, which the stand-in takes."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            with contextlib.suppress(OSError):
                second.bind(("127.0.0.1", port + 1))
                return port
