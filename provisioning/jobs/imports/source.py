"""The source of the directory, ready to be read or tested."""

import functools
import time
from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.db import connection

from provisioning.directory import source_class
from provisioning.directory.base import ConnectedSource, Selected, SourceApplication
from provisioning.errors import ProvisioningError
from provisioning.jobs.connection import RESERVE, SECONDS, TESTS, ConnectionTest
from provisioning.jobs.imports.selection import wanted
from provisioning.models import Directory
from provisioning.wire.session import new_session


def connect(
    directory: Directory, selection: Mapping[str, Sequence[str]], timeout: float, before_send: Callable[[], None]
) -> ConnectedSource:
    """The saved source. Raises SettingsInvalid when its settings can't be read or used."""
    return _made(directory.source, directory.unlock(), selection, timeout, before_send)


def test(directory: Directory, key: str, credentials: Mapping[str, str]) -> ConnectionTest:
    """Try these settings within ten seconds, saving nothing. Whatever the source does is told in the result."""
    selection = wanted(directory)
    return TESTS.attempt(functools.partial(_try, key, dict(credentials), selection))


def find_applications(directory: Directory, text: str) -> tuple[Sequence[SourceApplication], ProvisioningError | None]:
    """Ask the saved source for enterprise applications, within the limits of a test; and why it could not be asked."""
    selection, found = wanted(directory), list[SourceApplication]()

    def ask() -> ConnectionTest:
        try:
            made = _made(directory.source, directory.unlock(), selection, SECONDS - RESERVE, lambda: None)
            found.extend(made.find_applications(text))
        except ProvisioningError as error:
            return ConnectionTest(error=error)
        return ConnectionTest()

    error = TESTS.attempt(ask).error
    return ([] if error else found), error


def _try(key: str, credentials: Mapping[str, str], selection: Mapping[str, Sequence[str]]) -> ConnectionTest:
    began, report, failure = time.monotonic(), None, None
    try:
        report = _made(key, credentials, selection, SECONDS - RESERVE, lambda: None).test_connection()
    except ProvisioningError as error:
        failure = error
    spent = time.monotonic() - began
    return ConnectionTest(source=report, error=failure, exchanges=failure.exchanges if failure else (), seconds=spent)


def _made(
    key: str,
    credentials: Mapping[str, str],
    selection: Mapping[str, Sequence[str]],
    timeout: float,
    before_send: Callable[[], None],
) -> ConnectedSource:
    """HTTP inside a database transaction is refused: it would hold the rows locked."""

    def refuse_in_transaction() -> None:
        if connection.in_atomic_block:
            raise RuntimeError("HTTP inside a database transaction")
        before_send()

    session = new_session(
        timeout=timeout, before_send=refuse_in_transaction, allow_private=settings.PORTAL_ALLOW_PRIVATE
    )
    selected = Selected(
        users=frozenset(selection["users"]),
        groups=frozenset(selection["groups"]),
        applications=tuple(selection["applications"]),
    )
    return source_class(key)(credentials, session, selected=selected)
