"""From text to a JSON document, with everything that is wrong about the text itself told in a sentence."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

LARGEST = 1_000_000
"""Bytes. The largest schema that anybody has is a tenth of it."""
DEEPEST = 200
"""Objects and lists in one another; an expression takes three for each function in a function."""

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
PLAIN_KEY = re.compile(r"[A-Za-z_]\w*")


class Unreadable(ValueError):
    """The text is no JSON document; the message says where it goes wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a document. `path` is the place, like `directories[0].name`, empty for the whole."""

    path: str
    reason: str


class _Doubled(dict[str, Any]):
    """An object in which keys occur more than once."""

    twice: tuple[str, ...] = ()


def text_of(data: bytes) -> str:
    """The text of a file. Raises Unreadable when it is too large or no text."""
    if len(data) > LARGEST:
        raise Unreadable(_too_large())
    try:
        utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # what a Windows shell writes
        return data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(_("The file is no text in UTF-8. Choose the JSON file that was downloaded.")) from error


def document_of(text: str) -> Any:
    """The document. Raises Unreadable; what may be wrong inside it is told by `faults`."""
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        raise Unreadable(_too_large())
    if not text.strip():
        raise Unreadable(_("There is nothing in it. Paste a schema, or discard your changes."))
    try:
        document = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_as_object, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno, "reason": error.msg}
        text = _("This is not JSON: line %(line)s, column %(column)s: %(reason)s. Correct it there.")
        raise Unreadable(text % place) from error
    except RecursionError as error:
        raise Unreadable(_too_deep()) from error
    except Unreadable:
        raise
    except ValueError as error:
        raise Unreadable(_("A number in it has too many digits.")) from error
    if _is_deep(document):
        raise Unreadable(_too_deep())
    return document


def faults(document: Any, path: str = "") -> Iterator[Problem]:
    """Keys that occur twice in one object, and texts that can't be stored, wherever they are."""
    if isinstance(document, str) and UNSTORABLE.search(document):
        yield Problem(path, _("It holds a character that can't be stored (NUL or half a character). Take it out."))
    if isinstance(document, _Doubled):
        for key in document.twice:
            yield Problem(path, _("The key %(key)s is there twice. Take one of them out.") % {"key": key})
    if isinstance(document, dict):
        for key, value in document.items():
            yield from faults(value, below(path, key))
    if isinstance(document, list):
        for place, value in enumerate(document):
            yield from faults(value, f"{path}[{place}]")


def below(path: str, key: str) -> str:
    """The path of a key of the object at this path."""
    if not PLAIN_KEY.fullmatch(key):
        return f"{path}[{json.dumps(key)}]"
    return f"{path}.{key}" if path else key


def _as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    doubled = _Doubled(found)
    doubled.twice = tuple(key for key, times in Counter(key for key, _value in pairs).items() if times > 1)
    return doubled


def _refuse(constant: str) -> Any:
    raise Unreadable(_("%(constant)s is no number of JSON. Write a number or null.") % {"constant": constant})


def _is_deep(document: Any) -> bool:
    layer = [document]
    for _depth in range(DEEPEST):
        layer = [inner for each in layer for inner in _inside(each)]
        if not layer:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [each for each in inner if isinstance(each, dict | list)]


def _too_large() -> str:
    return _("It is larger than a schema can be (%(size)s bytes at most).") % {"size": LARGEST}


def _too_deep() -> str:
    return _("Objects and lists are nested deeper than in any schema (%(depth)s levels at most).") % {"depth": DEEPEST}
