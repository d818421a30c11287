"""A target without a network: a transport for sessions that answers from a function and remembers what it was asked."""

import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from provisioning.wire.session import Session, new_session

Reply = tuple[int, Any]
"""Status and body: JSON, or bytes as they are."""


class Asked:
    """One request as the target saw it."""

    def __init__(self, request: requests.PreparedRequest) -> None:
        parts = urlsplit(request.url or "")
        self.method = request.method or ""
        self.path = unquote(parts.path)
        self.query = unquote(parts.query)
        self.raw_query = parts.query
        self.headers = request.headers
        body = request.body or b""
        self.text = body.decode() if isinstance(body, bytes) else str(body)

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Answers(BaseAdapter):
    """`answer` gives the reply to a request; `headers` go with every one."""

    def __init__(self, answer: Callable[[Asked], Reply]) -> None:
        super().__init__()
        self.answer = answer
        self.asked: list[Asked] = []
        self.headers: dict[str, str] = {}

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        asked = Asked(request)
        self.asked.append(asked)
        status, body = self.answer(asked)
        response = requests.Response()
        response.status_code = status
        response.url = request.url or ""
        response.request = request
        response.headers["Content-Type"] = "text/html" if isinstance(body, bytes) else "application/json"
        response.headers.update(self.headers)
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        response.raw = HTTPResponse(io.BytesIO(data), preload_content=False)
        return response

    def close(self) -> None:
        """Nothing is open."""


def session_with(answers: Answers) -> Session:
    session = new_session(timeout=5)
    session.mount("https://", answers)
    return session
