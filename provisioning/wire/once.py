"""A value that many threads need and one of them fetches, such as a token."""

import copy
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Generic, TypeVar

from provisioning.errors import ProvisioningError, StopJob

T = TypeVar("T")


class Once(Generic[T]):
    """Fetched at first use, by one thread; the others wait for it.

    A failure goes to everybody who waited: sixteen threads try a wrong password once, not sixteen times. One that
    stops the job is kept until `forget`; after another one the next caller tries again.
    """

    def __init__(self, fetch: Callable[[], T]) -> None:
        self._fetch = fetch
        self._lock: AbstractContextManager[object] = threading.Lock()
        self._values: tuple[T, ...] = ()
        self._failure: ProvisioningError | None = None
        self._failures = 0

    def get(self, but: T | None = None) -> T:
        """The value; with `but`, another one than this, which was found to be spent."""
        failures = self._failures
        with self._lock:
            if self._values and self._values[0] is not but:
                return self._values[0]
            if self._failure and (isinstance(self._failure, StopJob) or self._failures != failures):
                raise copy.copy(self._failure)
            return self._refresh()

    def _refresh(self) -> T:
        self._values, self._failure = (), None
        try:
            value = self._fetch()
        except ProvisioningError as error:
            self._failure = error
            self._failures += 1
            raise
        self._values = (value,)
        return value

    def forget(self) -> None:
        """The next caller fetches anew."""
        with self._lock:
            self._values, self._failure = (), None
