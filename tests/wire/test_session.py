"""The session against real servers: what it refuses, what it survives, and how it tells."""

import gzip
import socket
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import requests

from provisioning.errors import (
    OutOfTime,
    ProvisioningError,
    RequestTimeout,
    SettingsInvalid,
    UnexpectedAnswer,
    Unreachable,
)
from provisioning.wire.session import Session, new_session
from tests.wire.servers import answer, http_server, raw_server


@pytest.fixture
def session() -> Session:
    return new_session(timeout=5, allow_private=True)


def test_an_answer_is_read_whole(session: Session) -> None:
    with http_server(lambda handler: answer(handler, b'{"a": 1}')) as url:
        response = session.get(url)

    assert response.json() == {"a": 1}
    assert response.content == b'{"a": 1}'


def test_many_requests_share_one_connection(session: Session) -> None:
    ports = set()

    def answering(handler: BaseHTTPRequestHandler) -> None:
        ports.add(handler.client_address[1])
        answer(handler, b"x" * 100_000)

    with http_server(answering) as url:
        for _ in range(5):
            assert len(session.get(url).content) == 100_000

    assert len(ports) == 1


def test_the_head_of_a_request_and_its_body_are_sent_in_one_piece(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces: list[bytes] = []

    class Noting(socket.socket):
        def sendall(self, data: Any, flags: int = 0) -> None:
            pieces.append(bytes(data))
            super().sendall(data, flags)

    with http_server(answer) as url:
        monkeypatch.setattr(socket, "socket", Noting)
        assert session.post(url, json={"name": "Alva"}).ok

    assert pieces[0].startswith(b"POST /")
    assert pieces[0].endswith(b'{"name": "Alva"}')


# --- what goes wrong, and its words


def test_each_host_gets_its_own_requests_and_a_closed_session_opens_anew(session: Session) -> None:
    with (
        http_server(lambda handler: answer(handler, b"one")) as one,
        http_server(lambda handler: answer(handler, b"two")) as two,
    ):
        said = [session.get(url).text for url in (one, one, two, one, two, two)]
        session.close()
        said += [session.get(url).text for url in (two, one)]

    assert said == ["one", "one", "two", "one", "two", "two", "two", "one"]


def test_headers_of_a_request_win_over_those_of_the_session(session: Session) -> None:
    seen: list[Any] = []

    def answering(handler: BaseHTTPRequestHandler) -> None:
        seen.append((handler.headers.get_all("Accept"), handler.headers.get("User-Agent"), handler.path))
        answer(handler)

    with http_server(answering) as url:
        session.get(url, headers={"accept": "text/plain"}, params={"a": "b c"})

    assert seen == [(["text/plain"], "Provisioning-Portal", "/?a=b+c")]


def test_a_name_that_nobody_knows(session: Session) -> None:
    with pytest.raises(Unreachable, match=r"nobody\.invalid is not known"):
        session.get("https://nobody.invalid/")


def test_a_port_where_nobody_listens(session: Session) -> None:
    with pytest.raises(Unreachable, match="accepts no connection: Connection refused"):
        session.get("http://127.0.0.1:1/")


def test_a_server_that_does_not_accept_in_time() -> None:
    """Its queue of connections is full, so the next one is left waiting."""
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as listening,
        socket.create_connection(listening.getsockname()),
        socket.socket() as second,
    ):
        second.setblocking(False)
        second.connect_ex(listening.getsockname())
        with pytest.raises(Unreachable, match="did not accept the connection in time"):
            new_session(timeout=0.3, allow_private=True).get(f"http://127.0.0.1:{listening.getsockname()[1]}/")


def test_plain_http_where_https_is_spoken_to(session: Session) -> None:
    with http_server(answer) as url, pytest.raises(Unreachable, match="No secure connection"):
        session.get(url.replace("http", "https"))


def test_a_server_that_never_answers() -> None:
    def talking(connection: socket.socket) -> None:
        connection.recv(1)  # until the client leaves

    with raw_server(talking) as url, pytest.raises(RequestTimeout, match=r"within 0\.2 seconds"):
        new_session(timeout=0.2, allow_private=True).get(url)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"])
def test_a_server_that_drips_is_left_when_the_time_is_over(head: bytes) -> None:
    """Each byte comes in time for a plain read timeout; the server would go on for a minute."""
    sent: list[int] = []

    def talking(connection: socket.socket) -> None:
        connection.sendall(head)
        while len(sent) < 600:
            connection.sendall(b"x")
            sent.append(1)
            time.sleep(0.1)

    with raw_server(talking) as url, pytest.raises(RequestTimeout):
        new_session(timeout=0.5, allow_private=True).get(url)
    assert len(sent) < 100


def test_a_connection_that_is_reset(session: Session) -> None:
    def talking(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    with raw_server(talking) as url, pytest.raises(Unreachable, match="broke the connection off"):
        session.get(url)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", b"nonsense\r\n\r\n"])
def test_an_answer_that_is_cut_off_or_none_at_all(session: Session, said: bytes) -> None:
    with (
        raw_server(lambda connection: connection.sendall(said)) as url,
        pytest.raises(Unreachable, match="broke the connection off"),
    ):
        session.get(url)


def test_an_answer_that_can_not_be_unpacked(session: Session) -> None:
    with (
        http_server(lambda handler: answer(handler, b"no gzip", Content_Encoding="gzip")) as url,
        pytest.raises(UnexpectedAnswer, match="can't be unpacked"),
    ):
        session.get(url)


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_that_is_too_large_is_not_read_to_its_end(packed: bool) -> None:
    body = b"x" * 3_000_000

    def send(handler: BaseHTTPRequestHandler) -> None:
        if packed:
            answer(handler, gzip.compress(body), Content_Encoding="gzip")
        else:
            answer(handler, body)

    session = new_session(timeout=5, allow_private=True, max_bytes=1024 * 1024)
    with (
        http_server(send) as url,
        pytest.raises(UnexpectedAnswer, match=r"larger than 1\.0 MB"),
    ):
        session.get(url)


@pytest.mark.parametrize("url", ["nonsense", "ftp://contoso.example/", "http://", "https://[::1/", "https://a b/"])
def test_an_address_that_is_none(session: Session, url: str) -> None:
    with pytest.raises(SettingsInvalid, match="not an address"):
        session.get(url)


def test_a_password_in_an_address_is_refused_and_not_repeated(session: Session) -> None:
    with pytest.raises(SettingsInvalid) as raised:
        session.get("https://ada:geheim@contoso.example/")

    assert "geheim" not in str(raised.value)


def test_a_header_that_can_not_be_sent(session: Session) -> None:
    with pytest.raises(SettingsInvalid, match="can't be sent"):
        session.get("https://contoso.example/", headers={"Authorization": "Bearer a\nb"})


# --- redirects and cookies


def test_a_redirect_is_an_answer_and_not_followed(session: Session) -> None:
    asked = []

    def answering(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        answer(handler, status=302, Location="/elsewhere")

    with http_server(answering) as url:
        response = session.get(f"{url}/here", allow_redirects=True)

    assert response.status_code == 302
    assert asked == ["/here"]


def test_cookies_are_not_kept(session: Session) -> None:
    seen: list[Any] = []

    def answering(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers.get("Cookie"))
        answer(handler, Set_Cookie="a=b")

    with http_server(answering) as url:
        session.get(url)
        session.get(url)

    assert seen == [None, None]


# --- the hook


def test_the_hook_is_asked_before_every_request_and_may_forbid_it() -> None:
    asked = []
    calls = []

    def before() -> None:
        calls.append("before")
        if len(calls) > 2:
            raise OutOfTime

    def answering(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        answer(handler)

    with http_server(answering) as url:
        session = new_session(timeout=5, allow_private=True, before_send=before)
        session.get(url)
        session.send(session.prepare_request(requests.Request("GET", url)))
        with pytest.raises(OutOfTime):
            session.get(url)

    assert (len(asked), len(calls)) == (2, 3)


def test_a_failure_of_another_kind_is_unreachable_too(session: Session) -> None:
    class Broken(requests.adapters.BaseAdapter):
        def send(self, *args: Any, **kwargs: Any) -> requests.Response:
            raise requests.exceptions.RetryError("too often")

        def close(self) -> None:
            """Nothing is open."""

    session.mount("https://", Broken())

    with pytest.raises(Unreachable, match="too often"):
        session.get("https://contoso.example/")


def test_no_error_of_requests_gets_out(session: Session) -> None:
    tries: list[Callable[[], object]] = [
        lambda: session.get("https://" + "a" * 80 + ".example/"),
        lambda: session.get("https://contoso.example:99999/"),
        lambda: session.get("https://\ud800.example/"),
        lambda: session.get("https://xn--a.example:x/"),
    ]
    for attempt in tries:
        with pytest.raises(ProvisioningError):
            attempt()
