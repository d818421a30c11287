"""One request as the routes see it, whether it came by itself or inside a batch, and what they reply."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from provisioning.api.errors import BadRequest, WrongContentType
from provisioning.models import ApiClient, Directory

SAFE = "$'(),-:._~/@"


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """What came over the wire. `root`: scheme and host. `path` begins with a slash, after the version."""

    method: str
    root: str
    version: str
    path: str
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    content: bytes = b""

    @property
    def base(self) -> str:
        return f"{self.root}/graph/{self.version}"


@dataclass(frozen=True)
class Reply:
    """`body` is sent as JSON, a text as plain text, None as nothing."""

    body: Mapping[str, Any] | str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def adding(self, more: Mapping[str, Any]) -> "Reply":
        """The same with more in its body, which must be JSON."""
        if self.body is None or isinstance(self.body, str):
            raise TypeError(self.body)
        return replace(self, body={**self.body, **more})


NO_CONTENT = Reply(status=204)


@dataclass(frozen=True, kw_only=True)
class Call:
    """`options`: the query options that the route takes, by name with the dollar sign."""

    incoming: Incoming
    client: ApiClient
    path: Mapping[str, str]
    options: Mapping[str, str]
    body: Mapping[str, Any]

    @cached_property
    def directory(self) -> Directory:
        return Directory.objects.the_one()

    def url(self, path: str, **query: str) -> str:
        """An address of this face; names in the query get the dollar sign that keyword arguments cannot have."""
        text = urlencode({f"${name}": value for name, value in query.items()}, quote_via=quote, safe=SAFE)
        return f"{self.incoming.base}{path}{'?' if text else ''}{text}"

    def context(self, of: str) -> str:
        """The value of @odata.context."""
        return f"{self.incoming.base}/$metadata#{of}"

    def prefers(self, wish: str) -> bool:
        """Whether the header Prefer names this wish."""
        wishes = self.incoming.headers.get("Prefer", "").lower().replace(" ", "").replace(";", ",").split(",")
        return wish in wishes


def read_json(incoming: Incoming) -> Mapping[str, Any]:
    """The body as an object. Raises BadRequest, WrongContentType."""
    if not incoming.content.strip():
        return {}
    kind = incoming.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise WrongContentType
    try:
        body = json.loads(incoming.content, parse_constant=_no_number)
    except (ValueError, RecursionError):
        text = _("Unable to read JSON request payload. Please ensure the payload is of valid JSON format.")
        raise BadRequest(text) from None
    if not isinstance(body, dict):
        raise BadRequest(_("The request body must be a JSON object."))
    check_texts(body)
    return body


def check_texts(value: Any) -> None:
    """No database holds a NUL, and lone halves of a character cannot even be sent on."""
    if isinstance(value, dict):
        check_texts(list(value))
        check_texts(list(value.values()))
    elif isinstance(value, list):
        for each in value:
            check_texts(each)
    elif isinstance(value, str) and ("\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value)):
        raise BadRequest(_("The request holds a character that cannot be stored."))


def _no_number(text: str) -> float:
    raise ValueError(text)
