"""The tree of an expression. Trees may be deep: nothing here or elsewhere walks them by recursion."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Attribute:
    """A source attribute, [name]."""

    name: str
    position: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Text:
    """A text constant."""

    value: str
    position: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Number:
    """A number constant; `text` as it was written."""

    value: int | Decimal
    text: str
    position: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Keyword:
    """A bare word such as vbTextCompare."""

    name: str
    position: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Omitted:
    """An empty slot."""

    position: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Comparison:
    """Two operands and the sign between them."""

    sign: str
    left: "Node"
    right: "Node"
    position: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Call:
    """A function and its slots; `end` is the place of its closing parenthesis."""

    name: str
    arguments: tuple["Node", ...]
    position: int
    end: int


Node: TypeAlias = Attribute | Text | Number | Keyword | Omitted | Comparison | Call


def below(node: Node) -> tuple[Node, ...]:
    """The nodes directly below this one."""
    if isinstance(node, Call):
        return node.arguments
    return (node.left, node.right) if isinstance(node, Comparison) else ()


def walk(root: Node) -> Iterator[tuple[Node, Node | None]]:
    """Every node with the one above it, from left to right, the upper ones first."""
    waiting: list[tuple[Node, Node | None]] = [(root, None)]
    while waiting:
        node, above = waiting.pop()
        yield node, above
        waiting.extend((each, node) for each in reversed(below(node)))
