"""Access tokens of Microsoft Entra by msal: one application object per tenant and client in this process, kept."""

import base64
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msal
import requests

from provisioning.errors import UnexpectedAnswer
from provisioning.texts import gettext_noop, say
from provisioning.wire.client import Answer

MISREAD = (AttributeError, KeyError, RuntimeError, TypeError, ValueError)
"""What msal raises for an answer it does not understand."""
KEPT = 16
"""Applications of this process: one for each set of credentials that was in use lately."""
NO_TOKEN = gettext_noop("The sign-in address answers, but not as Microsoft Entra does: %(detail)s")

Sending = Callable[[requests.Request], Answer]
"""Sends a request of msal's, records it, and raises what a bad answer means."""


@dataclass(frozen=True, slots=True)
class Registration:
    """An app registration and how one signs in with it. `credential`: a secret, or private key and certificate."""

    authority: str
    client_id: str
    credential: tuple[str, ...] = field(repr=False)
    scope: str
    trusted: str = ""
    """Which certificates are trusted: a session that trusts others must not use what this one found."""


@dataclass(frozen=True, slots=True)
class Entered:
    """An access token, the seconds it lasts, and whether it was just made."""

    text: str
    seconds: float
    is_new: bool


class Application:
    """msal's application with its cache of tokens. Whoever needs a token lends the way to send requests."""

    def __init__(self, registration: Registration) -> None:
        self._registration = registration
        self._lock = threading.Lock()
        self._wire = _Wire()
        self._msal: Any = None

    def token(self, sending: Sending, refused: str = "") -> Entered:
        """A token that still serves; never the one that was refused, as far as the service gives another."""
        with self._lock:
            self._wire.sending = sending
            try:
                found = self._acquire()
                if refused and found.text == refused:
                    self._msal.remove_tokens_for_client()
                    found = self._acquire()
            except _Failed as failed:
                raise failed.error from failed
            except MISREAD as error:
                raise UnexpectedAnswer(say(NO_TOKEN, detail=str(error) or repr(error))) from error
            finally:
                del self._wire.sending
        return found

    def forget(self) -> None:
        """The next token is asked for, whatever was kept."""
        with self._lock:
            self._msal = None

    def _acquire(self) -> Entered:
        if self._msal is None:
            self._msal = self._new()
        answer: Mapping[str, Any] = self._msal.acquire_token_for_client([self._registration.scope])
        is_new = answer.get("token_source") != "cache"
        return Entered(str(answer["access_token"]), float(answer.get("expires_in") or 0), is_new)

    def _new(self) -> Any:
        """No look-up of the cloud at Microsoft: the addresses are ours, and other clouds may not reach it."""
        key, *certificate = self._registration.credential
        return msal.ConfidentialClientApplication(
            self._registration.client_id,
            client_credential={"private_key": key, "public_certificate": certificate[0]} if certificate else key,
            authority=self._registration.authority,
            instance_discovery=False,
            http_client=self._wire,
        )


@lru_cache(KEPT)
def application(registration: Registration) -> Application:
    """The application of this registration, the same for everybody in this process."""
    return Application(registration)


def told_roles(token: str) -> tuple[str, ...] | None:
    """The permissions a token names, when it can be read: a hint only, nobody vouches for it here. None: it can't."""
    try:
        middle = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        return tuple(sorted(str(each) for each in claims.get("roles", ())))
    except (IndexError, ValueError, AttributeError, TypeError):
        return None


class _Failed(requests.RequestException):
    """Carries an error through msal, which goes on with a token that still serves when renewing it early fails."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True, slots=True)
class _Reply:
    """An answer in the form that msal reads."""

    status_code: int
    text: str
    headers: Mapping[str, str]
    """Always none: msal would keep an answer that has a Retry-After, and give it again."""


class _Wire:
    """What msal sends its requests by."""

    sending: Sending

    def get(self, url: str, **more: Any) -> _Reply:
        return self._send("GET", url, more)

    def post(self, url: str, **more: Any) -> _Reply:
        return self._send("POST", url, more)

    def close(self) -> None:
        """Sessions are closed by whoever made them."""

    def _send(self, method: str, url: str, more: Mapping[str, Any]) -> _Reply:
        request = requests.Request(method, url, **{name: more.get(name) for name in ("headers", "params", "data")})
        try:
            answer = self.sending(request)
        except Exception as error:  # also that too little time is left: msal's own errors must be told from these
            raise _Failed(error) from error
        return _Reply(answer.status, json.dumps(answer.data), {})
