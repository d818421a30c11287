"""A disk that is full while a file says so: SQLite may not grow its database then. An app for DJANGO_SETTINGS_MODULE
`tests.chaos.full_disk_settings`, in every process of the portal.

`PRAGMA max_page_count` belongs to a connection, so that each one is asked before each statement.
"""

import os
from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

NO_LIMIT = 1_073_741_823
SMALLEST = 1  # SQLite takes the present size instead, if that is more


class FullDisk(AppConfig):
    name = "tests.chaos"
    label = "full_disk"

    def ready(self) -> None:
        connection_created.connect(_watch, dispatch_uid="full disk")


def mark_of(folder: object) -> str:
    """The file that fills the disk of a portal with its data in this folder."""
    return os.path.join(str(folder), "disk-is-full")


def _watch(connection: BaseDatabaseWrapper, **more: object) -> None:
    mark = mark_of(settings.VAR_DIR)
    was_full = False

    def execute(do: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal was_full
        is_full = os.path.exists(mark)
        if is_full != was_full:
            was_full = is_full
            connection.connection.execute(f"PRAGMA max_page_count={SMALLEST if is_full else NO_LIMIT}")
        return do(sql, params, many, context)

    connection.execute_wrappers.append(execute)
