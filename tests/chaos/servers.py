"""A PostgreSQL and a Redis of the tests' own, in temporary folders, which tests may restart or empty."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass(frozen=True)
class Postgres:
    """A running server; `url` names its database."""

    url: str
    folder: Path
    port: int

    def restart(self, mode: str = "immediate") -> None:
        """As a crash does (`immediate`), or as an administrator (`fast`)."""
        self.control("-m", mode, "-w", "restart", "-o", self.options)

    def control(self, *words: str) -> None:
        program = _postgres_programs() / "pg_ctl"
        log = str(self.folder / "server.log")
        _run_as_postgres(self.folder, [str(program), "-D", "data", "-l", log, *words])

    @property
    def options(self) -> str:
        return f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories= -c fsync=off"


@contextlib.contextmanager
def running_postgres(port: int) -> Iterator[Postgres]:
    """PostgreSQL refuses to run as root, so the folder is one that its own user can get at."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    server = Postgres(f"postgres://tests@127.0.0.1:{port}/postgres", folder, port)
    initdb = str(_postgres_programs() / "initdb")
    try:
        _run_as_postgres(folder, [initdb, "-D", "data", "-U", "tests", "--auth=trust", "--encoding=UTF8", "--no-sync"])
        server.control("-w", "start", "-o", server.options)
        yield server
        server.control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_programs() -> Path:
    """Debian keeps them off the PATH."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    found_there = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert found_there, "Chaos tests need PostgreSQL (Debian: apt-get install postgresql)."
    return found_there[-1]


def _run_as_postgres(folder: Path, words: list[str]) -> None:
    user = pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else None
    with (folder / "log").open("ab") as log:
        subprocess.run(words, cwd=folder, user=user, stdout=log, stderr=log, check=True, timeout=START_SECONDS)


@contextlib.contextmanager
def running_redis(port: int) -> Iterator[str]:
    """Gives its address."""
    program = shutil.which("redis-server")
    assert program, "Chaos tests need Redis (Debian: apt-get install redis-server)."
    folder = Path(tempfile.mkdtemp(prefix="chaos-redis-"))
    words = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    with (folder / "log").open("wb") as log, subprocess.Popen([*words, "--dir", str(folder)], stdout=log) as process:
        try:
            _await_text(folder / "log", "Ready to accept connections")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS)
    shutil.rmtree(folder)


def _await_text(log: Path, text: str) -> None:
    until = time.monotonic() + START_SECONDS
    while text not in log.read_text():
        if time.monotonic() > until:
            raise TimeoutError(log.read_text())
        time.sleep(0.1)
