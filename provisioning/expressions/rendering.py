"""An expression written anew: as text in one manner, and as the attributeMappingSource of Microsoft Graph."""

from collections.abc import Iterator
from typing import Any

from provisioning.expressions.functions import all_functions
from provisioning.expressions.nodes import Attribute, Call, Comparison, Keyword, Node, Number, Text
from provisioning.expressions.tokens import escaped

DEEPEST = 100
"""Levels of the tree that Graph gets. A function below them has its text, but no parameters: JSON is not for more."""


class Rendering:
    """The text of a tree, one space after each comma, and the part of it that each node has."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.parts: dict[int, tuple[int, int]] = {}
        """By the identity of a node: where its text begins and ends."""
        self.text = self._render()

    def _render(self) -> str:
        written: list[str] = []
        length = 0
        waiting: list[str | Node | tuple[Node, int]] = [self.root]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                written.append(item)
                length += len(item)
            elif isinstance(item, tuple):
                self.parts[id(item[0])] = (item[1], length)
            else:
                waiting += [(item, length), *reversed(list(_pieces(item)))]
        return "".join(written)

    def of(self, node: Node) -> str:
        start, end = self.parts[id(node)]
        return self.text[start:end]

    def as_tree(self) -> dict[str, Any]:
        """Type, name, expression and parameters, nested."""
        tree = self._node(self.root)
        waiting = [(self.root, tree, 1)]
        while waiting:
            node, made, depth = waiting.pop()
            if depth >= DEEPEST:
                continue
            for key, below in _parameters(node):
                value = self._node(below)
                made["parameters"].append({"key": key, "value": value})
                waiting.append((below, value, depth + 1))
        return tree

    def _node(self, node: Node) -> dict[str, Any]:
        text = self.of(node)
        match node:
            case Call():
                kind, name = "Function", node.name
            case Comparison():
                kind, name = "Function", node.sign
            case Attribute():
                kind, name = "Attribute", node.name
            case Number():
                kind, name, text = "Constant", node.text, escaped(node.text)
            case _:
                kind, name = "Constant", node.value if isinstance(node, Text) else text
        return {"expression": text, "name": name, "type": kind, "parameters": []}


def _pieces(node: Node) -> Iterator[str | Node]:
    """What a node is written of, from left to right."""
    match node:
        case Call():
            yield f"{node.name}("
            for number, each in enumerate(node.arguments):
                yield from (", ", each) if number else (each,)
            yield ")"
        case Comparison():
            yield from (node.left, f" {node.sign} ", node.right)
        case Attribute():
            yield f"[{node.name}]"
        case Text():
            yield escaped(node.value)
        case Number():
            yield node.text
        case Keyword():
            yield node.name


def _parameters(node: Node) -> Iterator[tuple[str, Node]]:
    """Slots that are not empty, with the names that Graph has for them."""
    if isinstance(node, Comparison):
        yield from (("left", node.left), ("right", node.right))
    elif isinstance(node, Call):
        bound = all_functions()[node.name].bind(node)
        yield from ((parameter.name, each) for parameter, each in bound if not _is_empty(each))


def _is_empty(node: Node) -> bool:
    return not isinstance(node, Call | Comparison | Attribute | Text | Number | Keyword)
