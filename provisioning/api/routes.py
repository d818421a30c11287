"""What can be called: one declaration per route, from which both the answers and their description are made."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from provisioning.api import resources
from provisioning.api.calls import Call, Reply
from provisioning.api.errors import MethodRefused, NoSuchPath
from provisioning.api.options import Option
from provisioning.choices import ApiScope

Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route answers with: one object of Microsoft's `type`, many of them, text, other JSON, or nothing."""

    type: str = ""
    many: bool = False
    status: int = 200


NOTHING = Answer(status=204)
JSON = Answer("json")
TEXT = Answer("text")
PLAIN = frozenset({"", JSON.type, TEXT.type})
"""No types of Microsoft's."""


def one(type_: str, status: int = 200) -> Answer:
    return Answer(type_, status=status)


def many(type_: str) -> Answer:
    return Answer(type_, many=True)


@dataclass(frozen=True)
class Route:
    """`path` begins with a slash; segments in braces are parameters. `body`: a JSON Schema, None where none is read."""

    method: str
    path: str
    handle: Handler
    summary: str
    answer: Answer
    scope: ApiScope
    options: Sequence[Option] = ()
    body: Mapping[str, Any] | None = None
    tag: str = field(default="", kw_only=True)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Graph does not tell upper and lower case in its segments apart."""
        pieces = re.split(r"\{(\w+)\}", self.path)
        text = "".join(f"(?P<{piece}>[^/]+)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))
        return re.compile(text, re.IGNORECASE)

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"\{(\w+)\}", self.path)


_declared: list[Route] = []


def route(
    method: str,
    *paths: str,
    answer: Answer,
    options: Iterable[Option] = (),
    body: Mapping[str, Any] | None = None,
    scope: ApiScope | None = None,
) -> Callable[[Handler], Handler]:
    """Declare that the function answers these paths; the first line of its docstring says what it does.

    Reading asks for the scope read, anything else for manage, unless `scope` says otherwise.
    """

    def declare(handle: Handler) -> Handler:
        summary = (handle.__doc__ or "").strip().partition("\n")[0]
        asked = scope or (ApiScope.READ if method == "GET" else ApiScope.MANAGE)
        tag = handle.__module__.rpartition(".")[2]
        for path in paths:
            _declared.append(Route(method, path, handle, summary, answer, asked, tuple(options), body, tag=tag))
        return handle

    return declare


@cache
def all_routes() -> Sequence[Route]:
    """Every route. A function declared in one of the files of `resources` is one; plain paths before ones in braces."""
    for info in iter_modules(resources.__path__):
        import_module(f"{resources.__name__}.{info.name}")
    return tuple(sorted(_declared, key=lambda each: (len(each.parameters), each.path, each.method)))


def find(method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    """The route and the parameters of its path. Raises NoSuchPath, MethodRefused.

    Types in a path may be written short, as Microsoft's own SDKs do: graph.user for microsoft.graph.user.
    """
    path = path.replace("/graph.", "/microsoft.graph.")
    found = [(each, match) for each in all_routes() if (match := each.pattern.fullmatch(path))]
    if not found:
        raise NoSuchPath(_first_unknown(path))
    fewest = min(len(each.parameters) for each, _match in found)
    for each, match in found:
        if each.method == method and len(each.parameters) == fewest:
            return each, match.groupdict()
    allowed = sorted({each.method for each, _match in found if len(each.parameters) == fewest})
    raise MethodRefused(", ".join(allowed))


def _first_unknown(path: str) -> str:
    """The segment at which no route goes on, for the message."""
    segments = path.strip("/").split("/")
    known = [each.path.strip("/").split("/") for each in all_routes()]
    for place, segment in enumerate(segments):
        known = [each for each in known if len(each) > place and (each[place][0] == "{" or each[place] == segment)]
        if not known:
            return segment
    return segments[-1]
