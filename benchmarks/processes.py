"""Programs of the bench: started from the folder above, told what to do by arguments, answering with JSON."""

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import requests

from benchmarks.target import BEARER, CREDENTIALS

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


class Failed(Exception):
    """A program of the bench ended with an error; its last words are in the text."""


class Program:
    """A started module. It may print a line when it is ready, and prints JSON as its last line.

    What it complains about goes to a file: a pipe that nobody reads would fill up and hold it.
    """

    def __init__(self, module: str, *arguments: object, env: Mapping[str, str] | None = None) -> None:
        self.module = module
        errors, name = tempfile.mkstemp(prefix="bench-")
        self._errors = Path(name)
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        os.close(errors)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        self._process.communicate()
        self._errors.unlink()

    def ready(self) -> str:
        """Wait for its first line."""
        seen, _, _ = select.select([self._process.stdout], [], [], START_SECONDS)
        line = self._process.stdout.readline().strip() if seen else ""
        if not line:
            raise Failed(f"{self.module} did not start: {self.complaints()[-2000:]}")
        return line

    def go(self) -> None:
        """Let one that is ready begin."""
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def result(self) -> Any:
        """Wait for its end and give what it told."""
        out, _ = self._process.communicate()
        if self._process.returncode:
            raise Failed(f"{self.module}: {self.complaints()[-2000:]}")
        return json.loads(out.strip().splitlines()[-1])

    def complaints(self) -> str:
        return self._errors.read_text(errors="replace")


def told(module: str, *arguments: object, env: Mapping[str, str] | None = None) -> Any:
    """Run a module to its end and give what it told."""
    with Program(module, *arguments, env=env) as program:
        return program.result()


class Target:
    """The bench's target, running."""

    application = "citrix_gotomeeting"
    module = "benchmarks.target"

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def credentials(self) -> dict[str, str]:
        return {**CREDENTIALS, "token_url": f"{self.url}/oauth/token", "api_url": self.url}

    def take_stats(self) -> dict[str, int]:
        """How often each call was made since this was asked last."""
        with requests.Session() as session:
            session.trust_env = False
            counted: dict[str, int] = session.get(f"{self.url}/stats", timeout=START_SECONDS).json()["requests"]
            session.delete(f"{self.url}/stats", timeout=START_SECONDS)
        return counted


class ScimTarget(Target):
    """The one that speaks SCIM."""

    application = "scim"
    module = "benchmarks.scim_target"

    @property
    def credentials(self) -> dict[str, str]:
        return {"sign_in": "bearer", "tenant_url": f"{self.url}/scim/v2", "token": BEARER}


@contextmanager
def running_target(latency_ms: float = 0.0, kind: type[Target] = Target) -> Iterator[Target]:
    with Program(kind.module, "--latency-ms", latency_ms) as program:
        yield kind(program.ready())
