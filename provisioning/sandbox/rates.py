"""The limit of calls a second, for each token; off until the switch `calls_per_second` is thrown."""

import threading
import time
from collections import defaultdict, deque

from django.http import HttpRequest

from provisioning.sandbox.answers import Refused
from provisioning.sandbox.strictness import STRICTNESS

IN_BULK = "sandbox.in_bulk"
"""Says that a call is an operation of a Bulk request, which was counted as one."""


class Rates:
    """When each token called within the last second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def is_too_much(self, token: str) -> bool:
        now = time.monotonic()
        with self._lock:
            calls = self._calls[token]
            while calls and now - calls[0] >= 1:
                calls.popleft()
            if len(calls) >= STRICTNESS.calls_per_second:
                return True
            calls.append(now)
        return False


RATES = Rates()


class TooMany(Refused):
    """Come back in a second."""

    def __init__(self) -> None:
        # assumed(rate-limit): the body; the limit and the header are documented for the platform, not for these calls
        super().__init__(429, "too.many.requests")


def check(request: HttpRequest) -> None:
    """`TooMany` when this token called as often as it may within the last second. A Bulk request is one call."""
    if request.META.get(IN_BULK):
        return
    token = request.headers.get("Authorization", "")
    if STRICTNESS.calls_per_second and RATES.is_too_much(token):
        raise TooMany
