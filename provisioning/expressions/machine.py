"""Makes steps of a tree, and evaluates them: a stack of values, and one of the calls that wait for an argument."""

from typing import Any

from provisioning.expressions.comparing import COMPARISONS
from provisioning.expressions.functions import all_functions
from provisioning.expressions.kinds import SINGLE, Delayed, Steps
from provisioning.expressions.nodes import Attribute, Call, Comparison, Keyword, Node, Number, Omitted, Text
from provisioning.expressions.parsing import IGNORE_ATTRIBUTE, IGNORE_OBJECT
from provisioning.expressions.runs import AttributeIgnored, ObjectIgnored, Run
from provisioning.expressions.signatures import Parameter
from provisioning.expressions.steps import FAILURES, Block, Constant, Decision, Invocation, Load, Outcome, Step

_SIGNALS = {IGNORE_ATTRIBUTE: AttributeIgnored, IGNORE_OBJECT: ObjectIgnored}
_SIDES = tuple(Parameter(name, SINGLE) for name in ("the left side", "the right side"))


def evaluate(block: Block, run: Run) -> Any:
    """The value of a block. Raises EvaluationFailed, and AttributeIgnored or ObjectIgnored."""
    stack: list[Any] = []
    waiting: list[tuple[Decision, Steps, Block, int]] = []
    at = 0
    while True:
        if at < len(block):
            step = block[at]
            at += 1
            if not isinstance(step, Decision):
                stack.append(step.do(stack, run))
                continue
            decision, steps, value = step, step.do(stack, run), None
        elif waiting:
            decision, steps, block, at = waiting.pop()
            value = stack.pop()
        else:
            return stack.pop()
        wanted, value = decision.resume(steps, value)
        if wanted is None:
            stack.append(value)
        else:
            waiting.append((decision, steps, block, at))
            block, at = wanted, 0


def as_block(root: Node) -> Block:
    """The steps of a tree that was checked."""
    return _Builder().build(root)


class _Builder:
    """`work` holds, last first, the nodes to make steps of and the steps to put behind those of their arguments."""

    def __init__(self) -> None:
        self.work: list[tuple[Node | Step, Block]] = []

    def build(self, root: Node) -> Block:
        block: Block = []
        self.work.append((root, block))
        while self.work:
            item, into = self.work.pop()
            match item:
                case Call() | Comparison():
                    self.call(item, into)
                case Attribute():
                    into.append(Load(item.name, item.position))
                case Keyword() if item.name in _SIGNALS:
                    into.append(Outcome(_SIGNALS[item.name]))
                case Text() | Number() | Keyword() | Omitted():
                    into.append(Constant(_constant(item)))
                case _:
                    into.append(item)
        return block

    def call(self, node: Call | Comparison, into: Block) -> None:
        step, bound = _invocation(node)
        self.work.append((step, into))
        first = len(self.work)
        for parameter, argument in bound:
            self.argument(step, parameter, argument, into)
        self.work[first:] = reversed(self.work[first:])

    def argument(self, step: Invocation, parameter: Parameter, node: Node, into: Block) -> None:
        if isinstance(node, Omitted):
            step.add(parameter, node.position, parameter.default)
        elif parameter.kind.later:
            step.add(parameter, node.position, self.delayed(node))
        else:
            fixed = _fixed(parameter, node)
            if fixed is None:
                self.work.append((node, into))
            step.add(parameter, node.position, *(fixed or ()), moves=fixed is None)

    def delayed(self, node: Node) -> Delayed:
        if isinstance(node, Text | Number):
            return Delayed([], is_constant=True, value=_constant(node))
        later = Delayed([])
        self.work.append((node, later.block))
        return later


def _invocation(node: Call | Comparison) -> tuple[Invocation, list[tuple[Parameter, Node]]]:
    if isinstance(node, Comparison):
        bound = list(zip(_SIDES, (node.left, node.right), strict=True))
        return Invocation(node.sign, COMPARISONS[node.sign], node.position), bound
    function = all_functions()[node.name]
    family = Decision if function.decides else Invocation
    return family(function.name, function.body, node.position, takes_run=function.takes_run), function.bind(node)


def _constant(node: Node) -> Any:
    return node.name if isinstance(node, Keyword) else node.value if isinstance(node, Text | Number) else None


def _fixed(parameter: Parameter, node: Node) -> tuple[Any] | None:
    """A constant as the function takes it. What can't be converted fails when it is evaluated, if ever."""
    if not isinstance(node, Text | Number | Keyword):
        return None
    try:
        return (parameter.kind.convert(_constant(node)),)
    except FAILURES:
        return None
