"""How often accounts were created, suspended and deleted through the API, by e-mail address. Kept in memory.

The state of the accounts alone does not tell whether one was made twice or was without access for a while.
"""

import threading
from collections import Counter, defaultdict

from django.db import transaction

CREATED, SUSPENDED, DELETED = "created", "suspended", "deleted"


class Deeds:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def note(self, deed: str, email: str) -> None:
        """Count it, once the running transaction is committed."""
        transaction.on_commit(lambda: self._count(deed, email.casefold()))

    def listed(self) -> dict[str, dict[str, int]]:
        with self._lock:
            return {deed: dict(self._counts[deed]) for deed in (CREATED, SUSPENDED, DELETED)}

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()

    def _count(self, deed: str, email: str) -> None:
        with self._lock:
            self._counts[deed][email] += 1


DEEDS = Deeds()
