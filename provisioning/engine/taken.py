"""Values that SelectUniqueValue chose, kept in memory: for previews, which leave nothing behind, and for tests."""

import threading

from provisioning.choices import ObjectType


class TakenInMemory:
    """The engine's port `Taken` for one process."""

    def __init__(self) -> None:
        self._holders: dict[tuple[ObjectType, str, str], int] = {}
        self._lock = threading.Lock()

    def reserve(self, type_: ObjectType, attribute: str, value: str, key: int) -> bool:
        with self._lock:
            return self._holders.setdefault((type_, attribute, value), key) == key
