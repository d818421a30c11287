"""Functions of the language, each made from one Python function: its signature is theirs, its docstring their help."""

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from provisioning.expressions.errors import BadExpression
from provisioning.expressions.kinds import Kind
from provisioning.expressions.nodes import Call, Node, Omitted
from provisioning.texts import Message, gettext_noop, say

_NEEDS = gettext_noop("%(function)s needs %(parameter)s; got nothing. It is written %(signature)s.")
_TOO_MANY = gettext_noop("%(function)s has no room for this; got %(count)s arguments. It is written %(signature)s.")
_EXAMPLE = re.compile(r"\n\s*Example: `(?P<example>.*)` gives `(?P<gives>.*)`\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell whoever saves an expression. `position` counts its characters from 0."""

    message: Message
    position: int

    @property
    def column(self) -> int:
        return self.position + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How an expression is going to be used. None: not known, so nothing about it is checked."""

    on_create_only: bool | None = None
    matching: bool = False
    references: frozenset[str] = frozenset()


@dataclass(slots=True)
class Usage:
    """One call under examination: what is above it, and the warnings so far."""

    call: Call
    above: Node | None
    rules: Rules
    warnings: list[Finding] = field(default_factory=list)

    def warn(self, node: Node, text: str, **values: Any) -> None:
        self.warnings.append(Finding(say(text, **values), node.position))

    def refuse(self, node: Node, text: str, **values: Any) -> BadExpression:
        return BadExpression(say(text, function=self.call.name, **values), node.position)


Check = Callable[[Usage], None]
Slots = Callable[[Sequence[Node]], Sequence[Node]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """`required`: its slot must be there. `may_be_empty`: nothing need stand in the slot."""

    name: str
    kind: Kind
    required: bool = True
    may_be_empty: bool = False
    repeating: bool = False
    default: Any = None

    @property
    def type(self) -> str:
        return self.kind.type

    def __str__(self) -> str:
        return f"{self.name}{'?' if self.may_be_empty else ''}{'...' if self.repeating else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """`legacy`: still evaluated, no longer offered. `least`: how often the repeating parameter must stand there.

    `check` refuses or warns about a call when it is saved; `slots` gives older forms of a call the shape of today.
    """

    name: str
    body: Callable[..., Any]
    parameters: tuple[Parameter, ...]
    help: str
    example: str
    gives: str
    legacy: bool
    takes_run: bool
    least: int
    check: Check | None
    slots: Slots | None

    @property
    def signature(self) -> str:
        return f"{self.name}({', '.join(map(str, self.parameters))})"

    @property
    def decides(self) -> bool:
        """Whether it has delayed arguments, and so is a generator."""
        return any(each.kind.later for each in self.parameters)

    def bind(self, call: Call) -> list[tuple[Parameter, Node]]:
        """Each slot of a call with its parameter. Raises BadExpression."""
        nodes = self.slots(call.arguments) if self.slots else call.arguments
        last = self.parameters[-1] if self.parameters else None
        repeats = len(nodes) - len(self.parameters) if last and last.repeating else 0
        parameters = self.parameters + self.parameters[-1:] * repeats
        if len(nodes) > len(parameters):
            text = say(_TOO_MANY, function=self.name, signature=self.signature, count=len(nodes))
            raise BadExpression(text, nodes[len(parameters)].position)
        for parameter in self._missing(len(nodes)):
            raise self._needs(parameter, call.end)
        bound = list(zip(parameters, nodes, strict=False))
        for parameter, node in bound:
            if isinstance(node, Omitted) and not parameter.may_be_empty:
                raise self._needs(parameter, node.position)
        return bound

    def _missing(self, count: int) -> list[Parameter]:
        """The required parameters without a slot."""
        wanted = [each for each in self.parameters if not each.repeating]
        if len(wanted) < len(self.parameters):
            wanted += [self.parameters[-1]] * self.least
        return [each for each in wanted[count:] if each.required]

    def _needs(self, parameter: Parameter, position: int) -> BadExpression:
        text = say(_NEEDS, function=self.name, parameter=parameter.name, signature=self.signature)
        return BadExpression(text, position)


def function(
    *, legacy: bool = False, least: int = 1, check: Check | None = None, slots: Slots | None = None
) -> Callable[[Callable[..., Any]], Function]:
    """Makes a Python function one of the language. It has to stand in a file of functions/."""

    def make(body: Callable[..., Any]) -> Function:
        found = list(_parameters(body))
        text = inspect.cleandoc(body.__doc__ or "")
        example = _EXAMPLE.search(text)
        return Function(
            name=body.__name__,
            body=body,
            parameters=tuple(each for each in found if not each.kind.given),
            help=_EXAMPLE.sub("", text).strip(),
            example=" ".join(example["example"].split()) if example else "",
            gives=" ".join(example["gives"].split()) if example else "",
            legacy=legacy,
            takes_run=any(each.kind.given for each in found),
            least=least,
            check=check,
            slots=slots,
        )

    return make


def _parameters(body: Callable[..., Any]) -> list[Parameter]:
    hints = get_type_hints(body, include_extras=True)
    return [_parameter(each, hints[each.name]) for each in inspect.signature(body).parameters.values()]


def _parameter(declared: inspect.Parameter, hint: Any) -> Parameter:
    """`| None` says that the slot may be empty, a default that it may be missing."""
    may_be_empty = get_origin(hint) in (Union, UnionType)
    if may_be_empty:
        hint = next(each for each in get_args(hint) if each is not NoneType)
    repeating = declared.kind is inspect.Parameter.VAR_POSITIONAL
    has_default = declared.default is not inspect.Parameter.empty
    return Parameter(
        name=declared.name,
        kind=hint.__metadata__[0],
        required=not has_default,
        may_be_empty=may_be_empty or has_default,
        repeating=repeating,
        default=declared.default if has_default else None,
    )
