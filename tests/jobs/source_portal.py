"""Another portal: a live process behind TLS with a database of its own, and a proxy before it that spoils answers."""

import contextlib
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import requests

from tests.wire.servers import LocalAuthority, answer, http_server

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
Spoil = Callable[[BaseHTTPRequestHandler, requests.Response], None]
"""Answers in place of the portal, which did what was asked."""


@dataclass
class SourcePortal:
    """`url`: of the proxy, `backend`: of the portal. `asked`: what was asked of Graph through the proxy.

    `spoil` answers the request with the number `at` in place of the portal, once.
    """

    backend: str
    session: requests.Session
    database: Path
    registered: dict[str, str]
    authority: LocalAuthority
    url: str = ""
    asked: list[str] = field(default_factory=list)
    at: int = 0
    spoil: Spoil | None = None

    @property
    def settings(self) -> dict[str, str]:
        """What a portal that reads this one needs."""
        return {
            "cloud": "custom",
            "tenant": self.registered["tenant_id"],
            "client_id": self.registered["client_id"],
            "client_secret": self.registered["client_secret"],
            "authority_url": self.url,
            "graph_url": f"{self.url}/graph",
            "authorities": self.authority.certificate.read_text(),
        }

    def fail(self, at: int, spoil: Spoil) -> None:
        self.asked.clear()
        self.at, self.spoil = at, spoil

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Straight from its database."""
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(query).fetchall()

    def call(self, method: str, path: str, body: Any = None) -> None:
        """Change it as a program does, past the proxy."""
        self.session.headers["Authorization"] = f"Bearer {self.token}"
        found = self.session.request(method, f"{self.backend}/graph/v1.0{path}", json=body, timeout=30)
        assert found.ok, found.text

    @cached_property
    def token(self) -> str:
        form = {"grant_type": "client_credentials", "scope": f"{self.backend}/.default"}
        form |= {name: self.registered[name] for name in ("client_id", "client_secret")}
        there = f"{self.backend}/{self.registered['tenant_id']}/oauth2/v2.0/token"
        return str(self.session.post(there, data=form, timeout=30).json()["access_token"])

    def answering(self, handler: BaseHTTPRequestHandler) -> None:
        """The proxy: the portal takes its address for its own, so that links lead here again."""
        kept = {name: value for name, value in handler.headers.items() if name.lower() in ("host", "authorization")}
        kept |= {"Content-Type": handler.headers.get("Content-Type", ""), "Accept-Encoding": "identity"}
        body = getattr(handler, "sent", b"")
        found = requests.request(
            handler.command, self.backend + handler.path, data=body, headers=kept, timeout=60, allow_redirects=False,
            verify=str(self.authority.certificate), proxies={"https": ""},
        )  # fmt: skip
        if handler.path.startswith("/graph/"):
            self.asked.append(handler.path)
            if self.spoil and len(self.asked) == self.at:
                spoil, self.spoil = self.spoil, None
                spoil(handler, found)
                return
        answer(handler, found.content, found.status_code, Content_Type=found.headers.get("Content-Type", ""))


@contextlib.contextmanager
def source_portal(folder: Path, authority: LocalAuthority, *, users: int, groups: int) -> Iterator[SourcePortal]:
    """A portal with a synthetic tenant."""
    port = _free_port()
    database = folder / "source.sqlite3"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DJANGO_"))}
    environment |= {
        "PORTAL_VAR": str(folder),
        "PORTAL_DATABASE_URL": f"sqlite:///{database}",
        "PORTAL_SECRET_KEY": "only-for-tests-" + "k" * 40,
        "PORTAL_ENCRYPTION_KEYS": os.environ["PORTAL_ENCRYPTION_KEYS"],
        "PORTAL_API_REQUESTS": "100000",
        "PORTAL_PRODUCTION": "0",
    }
    manage = [sys.executable, "manage.py"]
    _run([*manage, "migrate", "-v0"], environment)
    _run([*manage, "seed_directory", "--users", str(users), "--groups", str(groups), "--nested", "3"], environment)
    client = ["register_client", "The other portal", "--scope", "manage", "--json"]
    registered = json.loads(_run([*manage, *client], environment))
    argv = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--no-control-socket", "--bind", f"127.0.0.1:{port}"]
    argv += ["--worker-class", "gthread", "--threads", "4", "--certfile", str(authority.server)]
    with (folder / "source.log").open("wb") as log, requests.Session() as session:
        process = subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=log, stderr=log)
        session.trust_env, session.verify = False, str(authority.certificate)
        portal = SourcePortal(f"https://127.0.0.1:{port}", session, database, registered, authority)
        try:
            _await(portal.backend, session, process)
            with http_server(portal.answering, authority.server) as portal.url:
                yield portal
        finally:
            process.terminate()
            process.wait(timeout=30)


def _run(argv: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def _await(url: str, session: requests.Session, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(requests.RequestException):
            session.get(url, timeout=5, allow_redirects=False)
            return
        time.sleep(0.1)
    raise RuntimeError("The source portal did not start.")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port
