"""The programs of the portal: what `serve` starts, and how it knows that they answer."""

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from portal.supervisor.addresses import answers, is_free
from portal.supervisor.child import Child
from portal.supervisor.supervisor import Probe

CLUSTERS = ("cycles", "now")
WEB_PROCESSES = 2  # a page that computes for long in one leaves the other
ROOT = Path(settings.BASE_DIR)


@dataclass(frozen=True)
class Listener:
    """Where a program listens, and what has to be asked there to know that it works."""

    label: str
    host: str
    port: int
    headers: tuple[tuple[str, str], ...] = ()

    def is_taken(self) -> bool:
        """Raises OSError when the address cannot be used at all."""
        return not is_free(self.host, self.port)

    def as_probe(self) -> Probe:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  compared, not bound
        return partial(answers, host, self.port, "/healthz", dict(self.headers))


def listeners() -> list[Listener]:
    # Asked as the reverse proxy asks: a production site answers to its own name over https only.
    site = urlsplit(settings.PORTAL_ADDRESS)
    headers = (("Host", site.netloc), ("X-Forwarded-Proto", site.scheme))
    found = [Listener(_("The portal"), settings.PORTAL_BIND, settings.PORTAL_PORT, headers)]
    if settings.PORTAL_SANDBOX:
        found.append(Listener(_("The demo GoTo service"), "127.0.0.1", settings.PORTAL_SANDBOX_PORT))
    return found


def children() -> list[Child]:
    found = [_web(), *map(_cluster, CLUSTERS)]
    if settings.PORTAL_SANDBOX:
        found.append(_sandbox())
    return found


def _web() -> Child:
    bind = f"[{settings.PORTAL_BIND}]" if ":" in settings.PORTAL_BIND else settings.PORTAL_BIND
    options = {
        "bind": f"{bind}:{settings.PORTAL_PORT}",
        "worker-class": "gthread",
        "workers": WEB_PROCESSES,
        "threads": settings.PORTAL_WEB_THREADS,
        "graceful-timeout": 8,  # less than the supervisor's grace
        "log-level": "warning",
        "chdir": ROOT,
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    return _python("web", "-m", "gunicorn", "portal.wsgi", "--no-control-socket", *arguments)


def _cluster(name: str) -> Child:
    # The environment decides, since django-q2 reads it on import; the argument tells the clusters apart in `ps`.
    return _python(name, str(ROOT / "manage.py"), "qcluster", "--name", name, Q_CLUSTER_NAME=name)


def _sandbox() -> Child:
    data = Path(settings.VAR_DIR) / "sandbox.sqlite3"
    port = str(settings.PORTAL_SANDBOX_PORT)
    return _python("sandbox", "-m", "provisioning.sandbox", "--port", port, "--data", str(data))


def _python(name: str, *arguments: str, **env: str) -> Child:
    # The folder is named, since `serve` may be started from anywhere; lines come out when they are written.
    return Child(name, [sys.executable, *arguments], {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **env})
