"""Test Connection: one try of credentials against the application, within ten seconds, a few at a time."""

import functools
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.utils import timezone

from provisioning.connectors.base import ConnectionReport
from provisioning.connectors.tokens import Tokens
from provisioning.directory.base import SourceReport
from provisioning.errors import ProvisioningError, RequestTimeout, RetryLater
from provisioning.jobs import rules
from provisioning.models import EnterpriseApplication
from provisioning.records import Exchange
from provisioning.texts import gettext_noop, say
from provisioning.wire.session import Session

SECONDS = float(rules.TEST_SECONDS)
RESERVE = 0.5
"""The last request ends so much earlier, so that its own error is told and not only that time was up."""
AT_ONCE = 4

TIME_UP = gettext_noop("The test took longer than %(seconds)s seconds.")
ALL_BUSY = gettext_noop("%(number)s connection tests are running already.")


class TooManyTests(RetryLater):
    code = "TooManyTests"
    remedy = gettext_noop("Try again in a moment.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionTest:
    """How a test ended: with a report of an application or a source, or with an error of `provisioning.errors`.

    Secrets are struck out.
    """

    report: ConnectionReport | None = None
    source: SourceReport | None = None
    error: ProvisioningError | None = None
    exchanges: tuple[Exchange, ...] = ()
    seconds: float = 0.0
    at: datetime = field(default_factory=timezone.now)
    request_id: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def passed(self) -> bool:
        return self.report is not None or self.source is not None

    @property
    def milliseconds(self) -> int:
        return round(self.seconds * 1000)


class ConnectionTests:
    """Runs tests, each in a thread of its own: looking up a name has no time limit, and nobody waits longer for it.

    A test that was given up keeps its place until its thread has ended.
    """

    def __init__(self, at_once: int = AT_ONCE, seconds: float = SECONDS) -> None:
        self._at_once, self._seconds = at_once, seconds
        self._places = threading.BoundedSemaphore(at_once)

    def run(
        self, application: EnterpriseApplication, credentials: Mapping[str, str], tokens: Tokens | None = None
    ) -> ConnectionTest:
        """Try these credentials, changing nothing anywhere. Whatever the application does is told in the result.

        tokens: of a consent that is not saved yet.
        """
        return self.attempt(functools.partial(_try, application, dict(credentials), self._seconds - RESERVE, tokens))

    def attempt(self, tried: Callable[[], ConnectionTest]) -> ConnectionTest:
        """Any such try, with the same limits."""
        if connection.in_atomic_block:
            raise RuntimeError("HTTP inside a database transaction")
        if not self._places.acquire(blocking=False):
            return ConnectionTest(error=TooManyTests(say(ALL_BUSY, number=self._at_once)))
        result: Future[ConnectionTest] = Future()
        threading.Thread(target=self._work, args=(result, tried), daemon=True).start()
        try:
            return result.result(self._seconds)
        except TimeoutError:
            error = RequestTimeout(say(TIME_UP, seconds=round(self._seconds)))
            return ConnectionTest(error=error, seconds=self._seconds)

    def _work(self, result: "Future[ConnectionTest]", tried: Callable[[], ConnectionTest]) -> None:
        try:
            result.set_result(tried())
        except BaseException as error:  # whoever waits for the result gets it
            result.set_exception(error)
        finally:
            self._places.release()


def _try(
    application: EnterpriseApplication, credentials: dict[str, str], seconds: float, tokens: Tokens | None
) -> ConnectionTest:
    began = time.monotonic()
    report, failure = None, None

    def leave_the_rest() -> None:
        """A request gets what is left of the whole time."""
        if isinstance(target.session, Session):
            target.session.timeout = max(seconds - (time.monotonic() - began), 0.01)

    target = rules.connector(application, credentials, seconds, leave_the_rest, tokens)
    try:
        report = target.test_connection()
    except ProvisioningError as error:
        failure = error
    spent = time.monotonic() - began
    return ConnectionTest(report=report, error=failure, exchanges=target.exchanges(), seconds=spent)


TESTS = ConnectionTests()
"""Those of this process."""
