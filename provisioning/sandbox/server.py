"""The web server of the stand-in: gunicorn with one worker process, because faults and log live in its memory."""

import socket
import sys

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.utils.translation import gettext
from gunicorn.app.base import BaseApplication

THREADS = 32  # more than the portal's connections: one that hangs must not hold up the others


def listen(port: int) -> socket.socket:
    """Bind the port on loopback, before anything else is done. `OSError` when it is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Serve on a socket that already listens, until SIGTERM or SIGINT."""

    def __init__(self, listener: socket.socket) -> None:
        self.port: int = listener.getsockname()[1]
        self.descriptor = listener.detach()
        super().__init__()

    def load_config(self) -> None:
        values = {
            "bind": f"fd://{self.descriptor}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "preload_app": True,
            "keepalive": 60,
            "timeout": 0,
            "graceful_timeout": 3,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": self.tell_ready,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        return get_wsgi_application()

    def tell_ready(self, worker: object) -> None:
        sys.stdout.write(gettext("The demo GoTo service is ready: %s") % f"http://127.0.0.1:{self.port}/" + "\n")
        sys.stdout.flush()
