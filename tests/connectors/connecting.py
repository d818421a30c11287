"""Connectors to the stand-in, with its demo administrator's credentials and sessions that are closed at the end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from provisioning.connectors.http import HttpConnector
from provisioning.wire.session import new_session
from tests.goto_service import GotoService

T = TypeVar("T", bound=HttpConnector)


@contextmanager
def connecting(service: GotoService, kind: type[T]) -> Iterator[Callable[..., T]]:
    """Makes connectors of this kind; `connect(password="wrong")` changes a setting."""
    sessions = []

    def connect(**settings: str) -> T:
        sessions.append(new_session(timeout=10, allow_private=True))
        credentials = {
            "username": service.admin,
            "password": service.admin_password,
            "client_id": service.client_id,
            "client_secret": service.client_secret,
            "token_url": service.token_url,
            "api_url": service.url,
        }
        return kind({**credentials, **settings}, sessions[-1])

    yield connect
    for session in sessions:
        session.close()
