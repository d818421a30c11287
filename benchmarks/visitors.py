"""People at the portal's pages while workers run: they read, and they write through a form."""

import itertools
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from benchmarks.databases import ADMINISTRATOR, Env
from benchmarks.processes import START_SECONDS, Failed, Program

PAGES = ("/applications/", "/users/", "/groups/", "/logs/", "/healthz")
_HIDDEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class WebServer:
    """The portal's web server as `serve` starts it, on a free port."""

    def __init__(self, program: Program, url: str) -> None:
        self.program, self.url = program, url

    def wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                if requests.get(f"{self.url}/healthz", timeout=5).ok:
                    return
            except requests.ConnectionError:
                time.sleep(0.1)
        raise Failed(f"The web server did not start: {self.program.complaints()[-2000:]}")


@contextmanager
def web_server(env: Env) -> Iterator[WebServer]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    options = (f"--bind={address}", "--worker-class=gthread", "--workers=2", "--threads=8", "--no-control-socket")
    with Program("gunicorn", "portal.wsgi", *options, env=env) as program:
        server = WebServer(program, f"http://{address}")
        server.wait()
        yield server


@contextmanager
def visiting(server: WebServer, visitors: int) -> Iterator[Counter[str]]:
    """So many visitors as long as the context lasts; counts what they were answered, "ok", "failed" and "written"."""
    seen: Counter[str] = Counter()
    over = threading.Event()
    threads = [threading.Thread(target=_visit, args=(server.url, number, seen, over)) for number in range(visitors)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _visit(url: str, number: int, seen: Counter[str], over: threading.Event) -> None:
    with requests.Session() as session:
        session.trust_env = False
        name, word = ADMINISTRATOR
        _post(session, f"{url}/sign-in/", {"username": name, "password": word})
        for turn in itertools.count(1):
            if over.is_set():
                return
            try:
                _look_around(session, url, seen)
                seen["written" if _write(session, url, f"{number}.{turn}") else "failed"] += 1
            except requests.RequestException:
                seen["failed"] += 1


def _look_around(session: requests.Session, url: str, seen: Counter[str]) -> None:
    """A page that only leads to the sign-in was not seen."""
    for page in PAGES:
        answer = session.get(url + page, timeout=START_SECONDS)
        seen["ok" if answer.status_code == 200 and not answer.history else "failed"] += 1


def _write(session: requests.Session, url: str, name: str) -> bool:
    """Make a person; a form that was accepted leads on to the person's own page."""
    fields = {"display_name": f"Visitor {name}", "user_principal_name": f"visitor{name}@contoso.example"}
    answer = _post(session, f"{url}/users/new/", {**fields, "user_type": "Member", "account_enabled": "on"})
    return answer.ok and answer.url.startswith(f"{url}/users/") and not answer.url.endswith("/new/")


def _post(session: requests.Session, url: str, fields: dict[str, str]) -> requests.Response:
    form = session.get(url, timeout=START_SECONDS)
    found = _HIDDEN.search(form.text)
    hidden = {"csrfmiddlewaretoken": found[1]} if found else {}
    return session.post(url, data={**hidden, **fields}, timeout=START_SECONDS)
