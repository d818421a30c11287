"""Start the stand-in once its settings are chosen: port, tables, demo data, web server."""

import sqlite3
import sys
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connections
from django.utils.translation import gettext

from provisioning.sandbox import demo
from provisioning.sandbox.models import Account
from provisioning.sandbox.server import Server, listen
from provisioning.sandbox.settings import SANDBOX_EMPTY, SANDBOX_SEATS


def serve(port: int, data: Path) -> None:
    """Serve until SIGTERM or SIGINT. Ends with a message and exit code 1 when port or file cannot be used."""
    try:
        listener = listen(port)
    except OSError as error:
        message = gettext("The demo GoTo service cannot use port %(port)s: %(reason)s.")
        sys.exit(message % {"port": port, "reason": (error.strerror or str(error)).lower()})
    try:
        prepare(data)
    except (OSError, DatabaseError, sqlite3.Error) as error:
        listener.close()
        message = gettext("The demo GoTo service cannot use the file %(file)s: %(reason)s.")
        sys.exit(message % {"file": data, "reason": error})
    Server(listener).run()


def prepare(data: Path) -> None:
    """Create the tables, and at the first start the demo data."""
    data.parent.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    if not Account.objects.exists():
        demo.fill(empty=SANDBOX_EMPTY, seats=SANDBOX_SEATS)
    demo.register()
    connections.close_all()  # the worker process opens its own
