"""The engine's port `Taken` over rows: what SelectUniqueValue chose, seen by every worker at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from django.db import connection
from django.utils import timezone

from provisioning.choices import ObjectType
from provisioning.models import ReservedValue

LONGEST = 512


class Reservations:
    """Asked by the pool's threads, which have no database: one thread of its own writes for them, a row at a time."""

    def __init__(self, job_id: int) -> None:
        self._job_id = job_id
        self._writer: ThreadPoolExecutor | None = None
        self._starting = Lock()

    def reserve(self, type_: ObjectType, attribute: str, value: str, key: int) -> bool:
        with self._starting:
            if self._writer is None:
                self._writer = ThreadPoolExecutor(1, thread_name_prefix="reservations")
        return self._writer.submit(reserve, self._job_id, type_, attribute, value, key).result()

    def close(self) -> None:
        """The writer's connection ends with it."""
        if self._writer:
            self._writer.submit(_leave)
            self._writer.shutdown()


def _leave() -> None:
    connection.close()  # looked up here, in the writer's thread: each thread has its own


def reserve(job_id: int, type_: ObjectType, attribute: str, value: str, key: int) -> bool:
    """Keep the value for this object; False when another one has it."""
    now, short = timezone.now(), value[:LONGEST]
    row, _ = ReservedValue.objects.get_or_create(
        job_id=job_id,
        object_type=type_,
        attribute=attribute,
        value=short,
        defaults={"source_key": key, "reserved_at": now},
    )
    return row.source_key == key
