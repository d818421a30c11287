"""What all share who speak HTTP and JSON: requests, signing in, errors by status, the record of what was said."""

import json
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from types import MappingProxyType
from typing import Any, ClassVar, Self
from urllib.parse import quote, urlencode, urlsplit

import requests

from provisioning.errors import (
    Conflict,
    CredentialsRejected,
    InsufficientRights,
    ProvisioningError,
    Rejected,
    RequestTimeout,
    ServerError,
    TargetObjectMissing,
    TooManyRequests,
    UnexpectedAnswer,
)
from provisioning.records import Exchange
from provisioning.texts import Message, gettext_noop, say
from provisioning.wire.exchanges import Recorder, cleaned, cut, strike_url
from provisioning.wire.once import Once
from provisioning.wire.settings import Setting

_PAGE = re.compile(r"\s*<(!doctype|html)\b", re.IGNORECASE)
_MARKUP = re.compile(r"<(script|style|title)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL)

# First what it means, then what the application said, then to which request.
SIGN_IN_REFUSED = gettext_noop("%(app)s does not accept the sign-in: %(detail)s (%(method)s %(path)s: %(status)s)")
NOT_ALLOWED = gettext_noop("%(app)s does not allow this: %(detail)s (%(method)s %(path)s: %(status)s)")
NOT_THERE = gettext_noop("%(app)s does not have what was asked for: %(detail)s (%(method)s %(path)s: %(status)s)")
IN_USE = gettext_noop("%(app)s has another account with this value: %(detail)s (%(method)s %(path)s: %(status)s)")
REFUSED = gettext_noop("%(app)s refused the values: %(detail)s (%(method)s %(path)s: %(status)s)")
TOO_SLOW = gettext_noop("%(app)s took too long: %(detail)s (%(method)s %(path)s: %(status)s)")
FAILED = gettext_noop("%(app)s failed: %(detail)s (%(method)s %(path)s: %(status)s)")
NOT_JSON = gettext_noop(
    "Something else than the API of %(app)s answered: %(content_type)s where JSON is due "
    "(%(method)s %(path)s: %(status)s)"
)
REDIRECTED = gettext_noop("%(app)s points to another address, %(location)s (%(method)s %(path)s: %(status)s)")
SLOW_DOWN = gettext_noop("%(app)s receives too many requests and asks to wait (%(method)s %(path)s: %(status)s)")

MEANINGS: Mapping[int, tuple[type[ProvisioningError], str]] = {
    401: (CredentialsRejected, SIGN_IN_REFUSED),
    403: (InsufficientRights, NOT_ALLOWED),
    404: (TargetObjectMissing, NOT_THERE),
    409: (Conflict, IN_USE),
}

DETAIL_LIMIT = 500
LONGEST_WAIT = 24 * 3600.0
REPLACED_BEFORE = 120.0
"""Seconds before the end of a token from which on it is replaced: no request may arrive after it."""
_SUSPICIOUS = re.compile(rb"\\u(?:0000|d[89a-f])", re.IGNORECASE)
"""Escapes of NUL and of surrogates; only then is a value walked through."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application answered. `data` is its JSON; None when the body is empty or no JSON (`is_json` tells)."""

    status: int
    headers: Mapping[str, str]
    data: Any
    is_json: bool
    exchange: Exchange

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300 and self.is_json


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """A bearer token. Two are never equal, so that a spent one is told from its successor even with the same text.

    `until`: when another one is asked for, by the monotonic clock; None: when the application refuses it.
    """

    text: str
    until: float | None = None

    @classmethod
    def lasting(cls, text: str, seconds: float | None) -> Self:
        """A token that ends in so many seconds (None: not known). It is replaced some time before."""
        ahead = None if seconds is None else seconds - min(REPLACED_BEFORE, seconds / 2)
        return cls(text, None if ahead is None else time.monotonic() + ahead)

    @property
    def is_old(self) -> bool:
        return self.until is not None and time.monotonic() >= self.until


class JsonClient(ABC):
    """Speaks HTTP with JSON and bearer tokens. A subclass signs in, names paths and reads its own errors."""

    label: str
    settings: ClassVar[tuple[Setting, ...]]
    headers: Mapping[str, str] = MappingProxyType({})
    """Sent with every request, beside the usual ones or in their place."""

    def __init__(self, credentials: Mapping[str, str], session: requests.Session) -> None:
        self.credentials = credentials
        self.session = session
        self._settings = {each.name: each for each in self.settings}
        self._recorder = Recorder([credentials.get(each.name, "") for each in self.settings if each.secret])
        self._token = Once(self.sign_in)

    # --- what a subclass tells

    @property
    @abstractmethod
    def base_url(self) -> str:
        """Where paths begin."""

    @abstractmethod
    def sign_in(self) -> Token:
        """Get a new access token with `exchange`. Raises CredentialsRejected, PermissionMissing or SettingsInvalid."""

    def is_token_spent(self, answer: Answer) -> bool:
        """Whether this answer means: sign in again."""
        return answer.status == 401

    def authorization(self, token: Token) -> Mapping[str, str]:
        """The header that shows who we are."""
        return {"Authorization": f"Bearer {token.text}"}

    def meaning(self, answer: Answer) -> ProvisioningError:
        """The error of a 4xx answer; other failures are told here already. 401 comes after a fresh token only."""
        family, text = MEANINGS.get(answer.status, (Rejected, REFUSED))
        return self.error(family, answer, text)

    def detail(self, answer: Answer) -> str:
        """The words of the application itself, for the message; of a web page what a reader would see."""
        said = answer.exchange.response
        return (page_words(said) or said) if _PAGE.match(said) else said

    # --- what a subclass uses

    def setting(self, name: str) -> str:
        """The value entered, or the setting's default. Only secrets keep spaces around them."""
        setting = self._settings[name]
        value = self.credentials.get(name) or setting.default
        return value if setting.secret else value.strip()

    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """Send, signed in, and give the JSON that came back (None: an empty body). Raises ProvisioningError."""
        url = self.base_url.rstrip("/") + path
        if query:  # %20 for a space: some servers read + as a plus sign
            url += "?" + urlencode(query, quote_via=quote)
        answer = self.signed_in(method, url, body)
        if not answer.ok:
            raise self.failure(answer)
        return answer.data

    def signed_in(self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Send with a token, and with a new one when that is refused. Raises only when no answer came.

        A body of bytes is JSON already.
        """
        token = self._token.get()
        if token.is_old:
            token = self._token.get(but=token)
        content = {"data": body} if isinstance(body, bytes) else {"json": body}
        answer = self._send_with(token, requests.Request(method, url, headers, **content))
        if self.is_token_spent(answer):
            token = self._token.get(but=token)
            answer = self._send_with(token, requests.Request(method, url, headers, **content))
        return answer

    def exchange(self, request: requests.Request) -> Answer:
        """Send one request as it is and record what was said. Raises only when no answer came."""
        prepared = self.session.prepare_request(request)
        began = time.monotonic()
        try:
            response = self.session.send(prepared)
        except ProvisioningError as error:
            error.exchanges = (self._recorder.record(prepared, None, _since(began)),)
            raise
        data, is_json = read_json(response.content)
        exchange = self._recorder.record(prepared, response, _since(began))
        return Answer(response.status_code, response.headers, data, is_json, exchange)

    def failure(self, answer: Answer) -> ProvisioningError:
        """The error that an answer means."""
        if 300 <= answer.status < 400:
            return self.error(UnexpectedAnswer, answer, REDIRECTED)
        if answer.status in (429, 503):
            return self._told_to_wait(answer)
        if answer.status >= 500:
            return self.error(ServerError, answer, FAILED)
        if answer.status == 408:
            return self.error(RequestTimeout, answer, TOO_SLOW)
        if not answer.is_json and answer.status != 401:
            return self.error(UnexpectedAnswer, answer, NOT_JSON)
        return self.meaning(answer)

    def error(self, family: type[ProvisioningError], answer: Answer, text: str) -> ProvisioningError:
        """An error of this family about this answer, with the exchange."""
        return family(self.told(text, answer), (answer.exchange,))

    def told(self, text: str, answer: Answer) -> Message:
        """A text with those of an answer's values that it names."""
        said = answer.exchange
        values = {
            "app": self.label,
            "status": answer.status,
            "method": said.method,
            "path": urlsplit(said.url).path,
            "detail": cut(self.detail(answer), DETAIL_LIMIT),
            "content_type": answer.headers.get("Content-Type", "-"),
            "location": strike_url(answer.headers.get("Location", "-")),
        }
        return say(text, **{name: value for name, value in values.items() if f"%({name})" in text})

    def exchanges(self) -> tuple[Exchange, ...]:
        """What this thread said over the wire since it asked last; asking forgets."""
        return self._recorder.take()

    def recall(self, exchanges: Sequence[Exchange]) -> None:
        """This is what the thread said, and nothing else."""
        self._recorder.put(exchanges)

    def be_signed_in(self) -> None:
        """Sign in, if that was not done yet."""
        self._token.get()

    def forget_sign_in(self) -> None:
        """The next request signs in anew, even after the credentials were refused."""
        self._token.forget()

    # --- inside

    def _send_with(self, token: Token, request: requests.Request) -> Answer:
        usual = {"Accept": "application/json", **self.headers, **self.authorization(token)}
        request.headers = {**usual, **(request.headers or {})}
        return self.exchange(request)

    def _told_to_wait(self, answer: Answer) -> ProvisioningError:
        family, text = (TooManyRequests, SLOW_DOWN) if answer.status == 429 else (ServerError, FAILED)
        later = family(self.told(text, answer), (answer.exchange,))
        later.retry_after = seconds_to_wait(answer.headers.get("Retry-After", ""), datetime.now(UTC))
        return later


def page_words(page: str) -> str:
    """The words that a web page shows, on one line."""
    return " ".join(unescape(_MARKUP.sub(" ", page)).split())


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def seconds_to_wait(text: str, now: datetime) -> float | None:
    """Retry-After, which is seconds or a date (RFC 9110, 10.2.3); None when it is neither. At most a day."""
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", text.strip()):
        return min(float(text), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # "-0000": UTC without saying so
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_WAIT)


def read_json(body: bytes) -> tuple[Any, bool]:
    """The JSON value, cleaned of what databases refuse, and whether it was JSON. An empty body is None, and fine."""
    if not body.strip():
        return None, True
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None, False
    return (cleaned(value) if _SUSPICIOUS.search(body) else value), True
