"""Where a walk hands over what it wants written: it is sent by itself, or with the writes of other objects.

A walk is a generator: it yields a write, and goes on with the id of the written object, or with the error.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from provisioning.connectors.base import Connector, Write, Written
from provisioning.records import Exchange

T = TypeVar("T")
Writing = Generator[Write, str, T]
Step = Callable[[], Write]


@dataclass(frozen=True, slots=True)
class Paused:
    """A walk that waits for its write, and what it said over the wire before."""

    writing: Writing[Any]
    write: Write
    said: tuple[Exchange, ...]


def at_once(writing: Writing[T], target: Connector) -> T:
    """Walk to the end; each write is sent by itself as soon as it is due."""
    return _to_the_end(writing, target, partial(next, writing))


def up_to_a_write(writing: Writing[T], target: Connector) -> T | Paused:
    """Walk to the end, or to the first write if that can be sent with others."""
    try:
        write = next(writing)
    except StopIteration as end:
        result: T = end.value
        return result
    if target.takes_along(write):
        return Paused(writing, write, target.exchanges())
    return _to_the_end(writing, target, _sent(writing, target, write))


def go_on(paused: Paused, written: Written, target: Connector) -> Any:
    """Walk to the end, now that the write was sent. What else is to be written is sent by itself."""
    writing = paused.writing
    target.recall((*paused.said, *written.said))
    if written.alone:
        return _to_the_end(writing, target, _sent(writing, target, paused.write))
    if written.error:
        return _to_the_end(writing, target, partial(writing.throw, written.error))
    return _to_the_end(writing, target, partial(writing.send, written.id))


def _to_the_end(writing: Writing[T], target: Connector, step: Step) -> T:
    try:
        while True:
            step = _sent(writing, target, step())
    except StopIteration as end:
        result: T = end.value
        return result


def _sent(writing: Writing[Any], target: Connector, write: Write) -> Step:
    """Whatever goes wrong is told to the walk: it knows what that means for its object."""
    try:
        id_ = target.write(write)
    except Exception as error:
        return partial(writing.throw, error)
    return partial(writing.send, id_)
