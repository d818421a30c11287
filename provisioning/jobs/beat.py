"""The sign of life of a running task, at most one row written every ten seconds."""

import os
import socket
import threading
import time

from django.db.models.functions import Now

from provisioning.models import Beat

EVERY_SECONDS = 10
_last = threading.local()


def here() -> tuple[str, str]:
    """This host, and the cluster this process belongs to."""
    return socket.gethostname(), os.environ.get("Q_CLUSTER_NAME", "cycles")


def write() -> None:
    """Called by the thread that owns the database from inside a running task, and by nothing else."""
    now = time.monotonic()
    if now - getattr(_last, "at", -EVERY_SECONDS) < EVERY_SECONDS:
        return
    _last.at = now
    host, cluster = here()
    Beat.objects.update_or_create(host=host, cluster=cluster, defaults={"beat_at": Now()})
