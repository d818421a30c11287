"""Connectors to the stand-in, with its demo administrator's credentials and sessions that are closed at the end."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from provisioning.connectors.goto_sign_in import GoToSignIn
from provisioning.connectors.tokens import Granted
from provisioning.wire.session import new_session
from tests.consent import consent
from tests.goto_service import GotoService

T = TypeVar("T", bound=GoToSignIn)

BY_TOKEN = {"sign_in": "personal_access_token", "username": "", "password": ""}
BY_CONSENT = {"sign_in": "authorization_code", "username": "", "password": ""}
BACK = "http://localhost/authorized/"


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


class Kept:
    """The port `Tokens` in memory."""

    def __init__(self, granted: Granted) -> None:
        self.granted = granted

    def access(self, renew: Callable[[str], Granted], owner: str, spent: str = "") -> Granted:
        if self.granted.access_token == spent or not self.granted.seconds:
            new = renew(self.granted.refresh_token)
            self.granted = replace(new, refresh_token=new.refresh_token or self.granted.refresh_token)
        return self.granted


def after_consent(connect: Callable[..., T], service: GotoService, **settings: str) -> T:
    """A connector that the administrator's consent signs in."""
    target = connect(**BY_CONSENT, authorize_url=service.authorize_url, **settings)
    verifier = "v" * 64
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    back = consent(service, target.consent_address("a-state", challenge, BACK))
    assert back["state"] == "a-state"
    target.shared_tokens = Kept(target.redeem(back["code"], verifier, BACK))
    return target
