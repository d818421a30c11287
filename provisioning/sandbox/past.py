"""Reads that lag behind: people and licences as they were when a copy was taken. Tokens are always those of now."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator

from django.db import connection, connections
from django.db.models import Model

PAST = "past"
OF_NOW = {"token", "code", "client", "personaltoken"}


class _Here(threading.local):
    is_past = False


_here = _Here()


class Router:
    """Django asks it where to read: from the copy while this thread is `reading` the past."""

    def db_for_read(self, model: type[Model], **hints: object) -> str | None:
        return PAST if _here.is_past and model._meta.model_name not in OF_NOW else None

    def allow_migrate(self, alias: str, app: str, **hints: object) -> bool | None:
        return False if alias == PAST else None


def take() -> None:
    """Copy the database as it is now; the copy before is overwritten."""
    connection.ensure_connection()
    with contextlib.closing(sqlite3.connect(connections[PAST].settings_dict["NAME"])) as copy:
        connection.connection.backup(copy)


@contextlib.contextmanager
def reading() -> Iterator[None]:
    _here.is_past = True
    try:
        yield
    finally:
        _here.is_past = False
