"""What was said over the wire, with secrets struck out, in the form that reports keep."""

import json
import re
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

import requests

from provisioning.records import Exchange

KEPT = 50
"""Exchanges of one thread that nobody asked for; the oldest are dropped."""
BODY_LIMIT = 8 * 1024
HIDDEN = "[hidden]"
SECRET_NAMES = frozenset(
    {
        "access_token",
        "api_key",
        "apikey",
        "assertion",
        "authorization",
        "client_assertion",
        "client_secret",
        "id_token",
        "oauth_token",
        "passwd",
        "password",
        "pat",
        "personal_access_token",
        "refresh_token",
        "secret",
        "token",
    }
)
FORM_SECRET_NAMES = SECRET_NAMES | {"code", "code_verifier"}
"""In a form `code` is the one-time code of a sign-in; in JSON it usually is an error code."""

SHORTEST_SECRET = 4
"""A shorter value is part of too many words: striking it would garble the text and show where it stood."""

_NAMES = r"\b(?:" + "|".join(sorted(FORM_SECRET_NAMES)) + r")\b"
_AS_WORDS = {name: re.compile(rf"{name}(?<!\w{name})\b") for name in FORM_SECRET_NAMES}
"""Each name as a word of its own. It begins with the name, which is searched for much faster than a boundary."""
_STEMS = {
    stem: tuple(_AS_WORDS[name] for name in sorted(FORM_SECRET_NAMES) if stem in name)
    for stem in sorted(FORM_SECRET_NAMES)
    if not any(other in stem for other in FORM_SECRET_NAMES - {stem})
}
"""Names that hold none of the others, with those that hold them: a text without a stem has none of these."""
_LOOSE = re.compile(
    r"(?P<name>[\"']?" + _NAMES + r"[\"']?\s*[:=]\s*)"
    r"(?P<value>\"(?:[^\"\\]|\\.)*\"?|'[^']*'?|[^\s&,;<>\"'}\]]+)",
    re.IGNORECASE,
)
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


class Recorder:
    """Keeps what each thread said until it asks. `secrets` are values that appear nowhere."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        self._secrets = tuple(secrets)
        self._thread = _Said()

    def record(
        self, request: requests.PreparedRequest, response: requests.Response | None, milliseconds: int
    ) -> Exchange:
        """Note one request and its answer (None: no answer came). No header is kept, so no Authorization either."""
        hidden = (*self._secrets, *str(request.headers.get("Authorization", "")).split()[1:])
        in_parts = self._thread.in_parts and response is not None and _is_json(response)
        exchange = Exchange(
            method=request.method or "",
            url=strike_url(request.url or "", hidden),
            request="" if self._thread.in_parts else _body(request.body, request.headers, hidden),
            status=0 if response is None else response.status_code,
            response="" if response is None or in_parts else _body(response.content, response.headers, hidden),
            milliseconds=milliseconds,
        )
        self._thread.hidden = hidden
        self._thread.said.append(exchange)
        return exchange

    @contextmanager
    def in_parts(self) -> Iterator[None]:
        """What is sent holds things of many, and so does its answer if it was taken: only `part` tells them."""
        self._thread.in_parts = True
        try:
            yield
        finally:
            self._thread.in_parts = False

    def part(self, whole: Exchange, request: str, status: int, response: str) -> Exchange:
        """One object's part of the exchange that this thread made last; nobody gets it by asking."""
        hidden = self._thread.hidden
        request, response = strike_body(request, "", hidden), strike_body(response, "", hidden)
        return replace(whole, status=status, request=request, response=response)

    def take(self) -> tuple[Exchange, ...]:
        """What this thread said since it asked last."""
        said = tuple(self._thread.said)
        self._thread.said.clear()
        return said

    def put(self, exchanges: Iterable[Exchange]) -> None:
        """This, and nothing else, is what the thread said."""
        self._thread.said = deque(exchanges, maxlen=KEPT)


class _Said(threading.local):
    """Of each thread its own."""

    def __init__(self) -> None:
        self.said: deque[Exchange] = deque(maxlen=KEPT)
        self.hidden: tuple[str, ...] = ()
        self.in_parts = False


def _is_json(response: requests.Response) -> bool:
    return response.ok and "json" in response.headers.get("Content-Type", "").lower()


def _body(body: Any, headers: Any, hidden: Iterable[str]) -> str:
    text = body.decode(errors="replace") if isinstance(body, bytes) else str(body or "")
    return strike_body(text, str(headers.get("Content-Type", "")), hidden)


def strike_body(text: str, content_type: str, secrets: Iterable[str]) -> str:
    """A request's or answer's body for the report: secrets by name and by value hidden, cut at 8 KB."""
    if text and "x-www-form-urlencoded" in content_type:
        text = _strike_form(text)
    elif _mentions_secrets(text):
        text = _strike_json(text)
    return cut(clean(strike_values(text, secrets)), BODY_LIMIT)


def strike_url(url: str, secrets: Iterable[str] = ()) -> str:
    """An address for the report: no user and password before the host, no secrets in the query."""
    if "@" not in url and not _mentions_secrets(url):
        return clean(strike_values(url, secrets))
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    query = _strike_form(parts.query) if _mentions_secrets(parts.query) else parts.query
    return clean(strike_values(urlunsplit(parts._replace(netloc=host, query=query)), secrets))


def _mentions_secrets(text: str) -> bool:
    """The plain search first: it is ten times as fast, and most texts end there."""
    lowered = text.lower()
    return any(stem in lowered and any(word.search(lowered) for word in words) for stem, words in _STEMS.items())


def strike_values(text: str, secrets: Iterable[str], mark: str = HIDDEN) -> str:
    """Hide the values themselves, in each way they may be written: some servers repeat a password in their answer."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            for written in _ways_to_write(secret):
                text = text.replace(written, mark)
    return text


@lru_cache(maxsize=64)  # those of one connection are looked for in all that it says
def _ways_to_write(secret: str) -> frozenset[str]:
    return frozenset({secret, json.dumps(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)})


def clean(text: str) -> str:
    """Without NUL and lone surrogates, which databases refuse."""
    return _NOT_TEXT.sub("", text)


def cleaned(value: Any) -> Any:
    """The same for every text inside a JSON value."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [cleaned(each) for each in value]
    if isinstance(value, dict):
        return {clean(name): cleaned(each) for name, each in value.items()}
    return value


def cut(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8."""
    data = text.encode()
    return text if len(data) <= limit else data[: limit - 3].decode(errors="ignore") + "…"


def _strike_form(text: str) -> str:
    pairs = parse_qsl(text, keep_blank_values=True)
    return urlencode(
        [(name, HIDDEN if name.lower() in FORM_SECRET_NAMES else value) for name, value in pairs], safe="[]"
    )


def _strike_json(text: str) -> str:
    try:
        return json.dumps(_hide(json.loads(text)), ensure_ascii=False)
    except (ValueError, RecursionError):
        return _LOOSE.sub(lambda found: found["name"] + HIDDEN, text)


def _hide(value: Any) -> Any:
    if isinstance(value, list):
        return [_hide(each) for each in value]
    if isinstance(value, dict):
        return {name: HIDDEN if name.lower() in SECRET_NAMES else _hide(each) for name, each in value.items()}
    return value
