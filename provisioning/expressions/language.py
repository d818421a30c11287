"""The mapping language: an expression becomes a program once, and the program runs for each object."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from provisioning.expressions.checking import attributes_of, check_attributes, check_calls
from provisioning.expressions.errors import BadExpression, EvaluationFailed, ExpressionError, NoUniqueValue, Refused
from provisioning.expressions.machine import as_block, evaluate
from provisioning.expressions.nodes import Call, Node, walk
from provisioning.expressions.parsing import parse
from provisioning.expressions.rendering import Rendering
from provisioning.expressions.runs import AttributeIgnored, Context, ObjectIgnored, Result, Run, final
from provisioning.expressions.signatures import Finding, Rules
from provisioning.expressions.steps import Block
from provisioning.expressions.values import RoleValue
from provisioning.texts import Message

__all__ = [
    "BadExpression",
    "Context",
    "EvaluationFailed",
    "ExpressionError",
    "Finding",
    "NoUniqueValue",
    "Program",
    "Result",
    "RoleValue",
    "compile_expression",
    "compile_operand",
]

REDACTED = "[Redact]"
ROLE_FUNCTIONS = (
    "SingleAppRoleAssignment",
    "AppRoleAssignments",
    "AppRoleAssignmentsComplex",
    "AssertiveAppRoleAssignmentsComplex",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Program:
    """An expression ready for use, by any number of threads.

    `attributes` are the source attributes that it reads, `role_function` is the function for roles that it uses, or
    empty, and `warnings` are for whoever saves it.
    """

    text: str
    attributes: frozenset[str]
    functions: frozenset[str]
    warnings: tuple[Finding, ...]
    root: Node = field(repr=False)
    block: Block = field(repr=False)

    @property
    def selects_unique(self) -> bool:
        return "SelectUniqueValue" in self.functions

    @property
    def role_function(self) -> str:
        return next((each for each in ROLE_FUNCTIONS if each in self.functions), "")

    @property
    def canonical(self) -> str:
        """The expression written anew, one space after each comma."""
        return self._rendering.text

    @property
    def tree(self) -> dict[str, Any]:
        """The attributeMappingSource of Microsoft Graph, made anew each time."""
        return self._rendering.as_tree()

    @cached_property
    def _rendering(self) -> Rendering:
        return Rendering(self.root)

    def run(self, context: Context) -> Result:
        """The outcome for one object. Raises EvaluationFailed, and NoUniqueValue among these."""
        run = Run(context)
        try:
            value = final(evaluate(self.block, run))
        except AttributeIgnored as signal:
            return Result(ignored=True, skip_object=isinstance(signal, ObjectIgnored), redacted=run.redacted)
        except Refused as error:
            raise EvaluationFailed(error.message, self.root.position) from None
        except EvaluationFailed as error:
            raise self._hidden(error) from None
        return Result(value=value, redacted=run.redacted)

    def _hidden(self, error: EvaluationFailed) -> EvaluationFailed:
        """No value may be told of what is redacted, not even by the failure of a part that comes first."""
        if "Redact" not in self.functions:
            return error
        kept = ("function", "parameter", "limit")
        values = {name: value if name in kept else REDACTED for name, value in error.message.values.items()}
        return type(error)(Message(error.message.text, values), error.position)


def compile_expression(
    text: str,
    *,
    attributes: Collection[str] | None = None,
    on_create_only: bool | None = None,
    matching: bool = False,
    references: Collection[str] = (),
) -> Program:
    """The program of an expression. Raises BadExpression.

    `attributes` are the names that the source has, `references` those that refer to other objects. `matching` and
    `on_create_only` tell of the mapping (None: not known): they decide whether SelectUniqueValue may be used.
    """
    rules = Rules(on_create_only=on_create_only, matching=matching, references=frozenset(references))
    return _checked(_compiled(text), rules, attributes)


def compile_operand(
    text: str,
    *,
    attributes: Collection[str] | None = None,
    on_create_only: bool | None = None,
    matching: bool = False,
    references: Collection[str] = (),
) -> Program:
    """The same, but `[attribute]` or `"text"` may stand alone."""
    rules = Rules(on_create_only=on_create_only, matching=matching, references=frozenset(references))
    return _checked(_compiled(text, operand=True), rules, attributes)


def _checked(program: Program, rules: Rules, attributes: Collection[str] | None) -> Program:
    if rules != Rules():
        check_calls(program.root, rules)
    if attributes is not None:
        check_attributes(program.root, attributes)
    return program


@lru_cache(maxsize=256)
def _compiled(text: str, *, operand: bool = False) -> Program:
    root = parse(text, operand=operand)
    warnings = check_calls(root, Rules())
    return Program(
        text=text,
        attributes=frozenset(each.name for each in attributes_of(root)),
        functions=frozenset(node.name for node, _ in walk(root) if isinstance(node, Call)),
        warnings=warnings,
        root=root,
        block=as_block(root),
    )
