"""Ports that are taken, and servers that answer."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from portal.supervisor.addresses import answers, is_free


class Answering(BaseHTTPRequestHandler):
    """Answers with the status that the path names."""

    def do_GET(self) -> None:
        self.send_response(int(self.path[1:]))
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Tests need no access log."""


@pytest.fixture
def server() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_a_port_is_free_until_someone_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert not is_free("127.0.0.1", port)

    assert is_free("127.0.0.1", port)


def test_a_port_that_someone_listens_on_at_every_address_is_taken() -> None:
    with socket.create_server(("0.0.0.0", 0)) as listener:
        assert not is_free("127.0.0.1", listener.getsockname()[1])


def test_an_address_of_another_machine_is_an_error_and_not_a_taken_port() -> None:
    with pytest.raises(OSError, match="Cannot assign"):
        is_free("192.0.2.1", 8000)


@pytest.mark.parametrize(("status", "answered"), [(200, True), (301, True), (404, True), (503, True), (500, False)])
def test_a_failure_of_the_server_is_no_answer(server: int, status: int, answered: bool) -> None:
    assert answers("127.0.0.1", server, f"/{status}", {}) is answered


def test_nobody_there_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert not answers("127.0.0.1", port, "/200", {})
