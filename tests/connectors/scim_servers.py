"""SCIM servers that connectors are tried against over HTTP, and connectors to them whose sessions are closed."""

import contextlib
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from provisioning.connectors.scim import Scim
from provisioning.wire.session import new_session

TOKEN = "secret-token-1"  # made up
START_SECONDS = 60

Connect = Callable[..., Scim]


@dataclass
class Server:
    """Its address, and a client that sees what a connector does not tell."""

    url: str
    token: str = TOKEN
    http: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.http.trust_env = False
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, self.url + path, json=body, timeout=START_SECONDS)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def empty(self) -> None:
        """Delete everybody and every group."""
        for path in ("/Groups", "/Users"):
            while found := self.ask("GET", f"{path}?count=500").get("Resources"):
                for each in found:
                    self.ask("DELETE", f"{path}/{each['id']}")

    def members(self, id_: str) -> set[str]:
        return {str(each["value"]) for each in self.ask("GET", f"/Groups/{id_}").get("members") or ()}


@contextlib.contextmanager
def scim2_server(folder: Path, *options: str) -> Iterator[Server]:
    """The server of PyPI's scim2-server, in memory, as long as the context lasts."""
    words = [
        str(Path(sys.executable).parent / "scim2-server"),
        "--port",
        str(free_port()),
        "--bearer-token",
        TOKEN,
        *options,
    ]
    log = folder / "scim2-server.log"
    with log.open("w") as out, subprocess.Popen(words, stdout=out, stderr=out) as process:
        try:
            yield Server(_ready_url(process, log))
        finally:
            process.kill()


def free_port() -> int:
    """One that nobody listens on now: this server can't be told to take any."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _ready_url(process: "subprocess.Popen[bytes]", log: Path) -> str:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if found := re.search(r"http://[\d.]+:\d+\S*", log.read_text()):
            return found[0]
        time.sleep(0.05)
    raise RuntimeError(f"scim2-server did not start: {log.read_text()}")


@contextlib.contextmanager
def connecting(server: Server, profile: Mapping[str, Any] | None = None) -> Iterator[Connect]:
    """Makes connectors: `connect(token="wrong")` changes a setting, `profile` what the administrator chose."""
    sessions = []

    def connect(profile: Mapping[str, Any] | None = profile, kind: type[Scim] = Scim, **settings: str) -> Scim:
        sessions.append(new_session(timeout=30, allow_private=True))
        made = kind({"tenant_url": server.url, "token": server.token, **settings}, sessions[-1])
        made.adapt({"administrator": profile or {}})
        return made

    yield connect
    for session in sessions:
        session.close()
