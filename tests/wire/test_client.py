"""What targets and sources over HTTP share: errors by status, signing in again, the record of what was said."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import requests

from provisioning.errors import (
    Conflict,
    CredentialsRejected,
    InsufficientRights,
    OutOfTime,
    ProvisioningError,
    Rejected,
    RequestTimeout,
    ServerError,
    TargetObjectMissing,
    TooManyRequests,
    UnexpectedAnswer,
    Unreachable,
)
from provisioning.wire.client import Answer, JsonClient, Token, read_json, seconds_to_wait
from provisioning.wire.session import new_session
from tests.wire.answers import Answers, Asked, Reply, session_with
from tests.wire.servers import answer, http_server, raw_server

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Plain(JsonClient):
    """A client with nothing of its own."""

    label = "Plain"
    settings = ()

    def __init__(self, session: requests.Session, url: str = "https://plain.example") -> None:
        super().__init__({}, session)
        self.url = url
        self.tokens = iter(f"token-{number}" for number in range(1, 100))

    @property
    def base_url(self) -> str:
        return self.url

    def sign_in(self) -> Token:
        return Token(next(self.tokens))


def asked_of(reply: Callable[[Asked], Reply] | Reply) -> tuple[Plain, Answers]:
    transport = Answers(reply if callable(reply) else lambda _: reply)
    return Plain(session_with(transport)), transport


# --- what comes back


@pytest.mark.parametrize(
    ("reply", "data"),
    [
        ((200, {"a": 1}), {"a": 1}),
        ((201, ["x"]), ["x"]),
        ((200, "text"), "text"),
        ((204, None), None),
        ((200, b" "), None),
    ],
)
def test_json_or_nothing_comes_back(reply: Reply, data: Any) -> None:
    assert asked_of(reply)[0].call("GET", "/x") == data


def test_a_request_holds_token_query_and_json() -> None:
    target, transport = asked_of((200, None))

    target.call("POST", "/x", query={"q": 'a "b"+c/d'}, body={"name": "Åsa"})

    (asked,) = transport.asked
    assert asked.headers["Authorization"] == "Bearer token-1"
    assert asked.headers["Accept"] == "application/json"
    assert asked.raw_query == "q=a%20%22b%22%2Bc%2Fd"
    assert asked.json == {"name": "Åsa"}


def test_what_databases_refuse_is_taken_out_of_answers() -> None:
    body = b'{"name": "a\\u0000b\\ud800c \\ud83d\\ude42"}'

    assert asked_of((200, body))[0].call("GET", "/x") == {"name": "abc \U0001f642"}


# --- errors by status


@pytest.mark.parametrize(
    ("reply", "error", "text"),
    [
        ((301, None), UnexpectedAnswer, "another address, https://elsewhere.example/"),
        ((304, None), UnexpectedAnswer, "points to"),
        ((400, {"a": 1}), Rejected, r"^Plain refused the values: .*a.* \(GET /x: 400\)$"),
        ((403, {}), InsufficientRights, "403"),
        ((404, {}), TargetObjectMissing, "404"),
        ((408, None), RequestTimeout, "408"),
        ((409, {}), Conflict, "409"),
        ((422, {}), Rejected, "422"),
        ((429, None), TooManyRequests, "asks to wait"),
        ((500, {}), ServerError, "500"),
        ((502, b"<html>Bad gateway</html>"), ServerError, "Bad gateway"),
        (
            (500, b"<!doctype html><title>Error</title><h1>Busy</h1> Wait &amp; see"),
            ServerError,
            ": Busy Wait & see [(]",
        ),
        ((503, None), ServerError, "503"),
        ((200, b"<html>"), UnexpectedAnswer, ": text/html where JSON is due"),
        ((404, b"<html>"), UnexpectedAnswer, ": text/html where JSON is due"),
        ((403, b"<html>"), UnexpectedAnswer, ": text/html where JSON is due"),
        ((200, b'{"a": '), UnexpectedAnswer, "where JSON is due"),
        ((200, b"[" * 100_000), UnexpectedAnswer, "where JSON is due"),
        ((200, b"\xff\xfe\xfd"), UnexpectedAnswer, "where JSON is due"),
    ],
)
def test_a_status_is_an_error_of_its_family(reply: Reply, error: type[ProvisioningError], text: str) -> None:
    target, transport = asked_of(reply)
    transport.headers = {"Location": "https://elsewhere.example/?token=geheim"}

    with pytest.raises(error, match=text) as raised:
        target.call("GET", "/x")

    (said,) = raised.value.exchanges
    assert (said.method, said.url, said.status) == ("GET", "https://plain.example/x", reply[0])
    assert target.exchanges() == raised.value.exchanges
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize("status", [429, 503])
def test_how_long_to_wait_is_handed_on(status: int) -> None:
    target, transport = asked_of((status, None))
    transport.headers = {"Retry-After": "7"}

    with pytest.raises((TooManyRequests, ServerError)) as raised:
        target.call("GET", "/x")

    assert raised.value.retry_after == 7


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        (" 0.5 ", 0.5),
        ("0", 0),
        ("Thu, 01 Jan 2026 12:00:30 GMT", 30),
        ("Thu, 01 Jan 2026 12:00:30 -0000", 30),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0),
        ("999999999", 24 * 3600),
        ("Fri, 01 Jan 2038 00:00:00 GMT", 24 * 3600),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("nan", None),
        ("1e99", None),
        ("٧", None),
        ("Thu, 01 Jan 99999999999999999999 12:00:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    assert seconds_to_wait(text, NOW) == seconds


def test_a_long_answer_is_cut_in_the_message() -> None:
    with pytest.raises(Rejected) as raised:
        asked_of((400, "x" * 5000))[0].call("GET", "/x")

    assert len(str(raised.value)) < 700


def test_an_unreachable_target_is_recorded_too() -> None:
    target = Plain(new_session(timeout=1, allow_private=True), "http://127.0.0.1:1")

    with pytest.raises(Unreachable) as raised:
        target.call("POST", "/x", body={"password": "geheim"})

    (said,) = raised.value.exchanges
    assert (said.status, said.request, said.response) == (0, '{"password": "[hidden]"}', "")
    assert target.exchanges() == (said,)


def test_too_little_time_left_is_no_failure_of_the_target() -> None:
    def before() -> None:
        raise OutOfTime

    target = Plain(new_session(timeout=1, before_send=before))

    with pytest.raises(OutOfTime):
        target.call("GET", "/x")
    assert target.exchanges() == ()


# --- signing in


def test_a_refused_token_is_replaced_and_the_request_repeated_once() -> None:
    def reply(asked: Asked) -> Reply:
        return (401, None) if asked.headers["Authorization"] == "Bearer token-1" else (200, {"a": 1})

    target, transport = asked_of(reply)

    assert target.call("PUT", "/x", body={"b": 2}) == {"a": 1}
    assert [each.json for each in transport.asked] == [{"b": 2}, {"b": 2}]


def test_a_fresh_token_that_is_refused_is_the_end() -> None:
    target, transport = asked_of((401, None))

    with pytest.raises(CredentialsRejected):
        target.call("GET", "/x")

    assert [each.headers["Authorization"] for each in transport.asked] == ["Bearer token-1", "Bearer token-2"]


def test_threads_with_one_spent_token_sign_in_once() -> None:
    def reply(asked: Asked) -> Reply:
        return (401, None) if asked.headers["Authorization"] == "Bearer token-1" else (200, None)

    target, _ = asked_of(reply)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: target.call("GET", "/x"), range(64)))

    assert next(target.tokens) == "token-3"


# --- over real connections


def test_html_with_status_200_is_told_as_such() -> None:
    def answering(handler: BaseHTTPRequestHandler) -> None:
        answer(handler, b"<html>Sign in</html>", Content_Type="text/html")

    with http_server(answering) as url, pytest.raises(UnexpectedAnswer, match="text/html"):
        Plain(new_session(timeout=5, allow_private=True), url).call("GET", "/x")


def test_a_redirect_is_not_followed_with_the_token() -> None:
    seen = []

    def answering(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.path)
        answer(handler, status=307, Location="/other")

    with http_server(answering) as url, pytest.raises(UnexpectedAnswer, match="another address, /other "):
        Plain(new_session(timeout=5, allow_private=True), url).call("POST", "/x", body={})

    assert seen == ["/x"]


def test_an_answer_that_is_lost_leaves_the_request_in_the_record() -> None:
    def talking(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{")

    with raw_server(talking) as url:
        target = Plain(new_session(timeout=5, allow_private=True), url)
        with pytest.raises(Unreachable):
            target.call("POST", "/x", body={"a": 1})

    (said,) = target.exchanges()
    assert (said.request, said.status) == ('{"a": 1}', 0)


def test_an_answer_without_body_is_fine_and_other_text_is_not() -> None:
    assert read_json(b"") == (None, True)
    assert read_json(b"null") == (None, True)
    assert read_json(b"OK") == (None, False)


def test_an_answer_is_ok_with_2xx_and_json_only() -> None:
    exchange = asked_of((200, None))[0].exchange(requests.Request("GET", "https://plain.example/")).exchange

    assert Answer(204, {}, None, True, exchange).ok
    assert not Answer(200, {}, None, False, exchange).ok
    assert not Answer(302, {}, None, True, exchange).ok
