"""Steps for the machine: one loads an attribute, one gives a constant, and one calls a function."""

from collections.abc import Callable
from typing import Any, Protocol

from provisioning.expressions.casing import BadCulture
from provisioning.expressions.errors import EvaluationFailed, NothingFree, NoUniqueValue, Refused
from provisioning.expressions.kinds import Steps
from provisioning.expressions.moments import BadDate
from provisioning.expressions.regex import BadPattern, PatternTimeout
from provisioning.expressions.runs import Run
from provisioning.expressions.signatures import Parameter
from provisioning.texts import Message

Failure = Refused | BadDate | BadCulture | BadPattern | PatternTimeout
FAILURES = (Refused, BadDate, BadCulture, BadPattern, PatternTimeout)
"""What functions and conversions raise, each with a `message`."""


class Step(Protocol):
    """Takes its arguments from the stack and gives its value. A Decision gives a generator instead."""

    def do(self, stack: list[Any], run: Run) -> Any: ...


Block = list[Step]
"""Steps whose last one leaves the value of all of them. It is only read, once it is made."""


class Constant:
    def __init__(self, value: Any) -> None:
        self.value = value

    def do(self, stack: list[Any], run: Run) -> Any:
        return self.value


class Outcome:
    """Ends the evaluation, by raising."""

    def __init__(self, signal: type[Exception]) -> None:
        self.signal = signal

    def do(self, stack: list[Any], run: Run) -> Any:
        raise self.signal


class Load:
    def __init__(self, name: str, position: int) -> None:
        self.name = name
        self.position = position

    def do(self, stack: list[Any], run: Run) -> Any:
        try:
            return run.load(self.name)
        except Refused as error:
            raise EvaluationFailed(named(error, self.name), self.position) from None


class Invocation:
    """A call. `fixed` are its arguments as far as they are constants, converted; `moving` come from the stack."""

    def __init__(self, name: str, body: Callable[..., Any], position: int, *, takes_run: bool = False) -> None:
        self.name = name
        self.body = body
        self.position = position
        self.takes_run = takes_run
        self.fixed: list[Any] = []
        self.moving: list[tuple[int, Callable[[Any], Any]]] = []
        self.parameters: list[tuple[Parameter, int]] = []
        self.source = -1
        self.of_nothing = True

    def add(self, parameter: Parameter, position: int, value: Any = None, *, moves: bool = False) -> None:
        """Give the next slot its value; `moves`: it will lie on the stack."""
        kind = parameter.kind
        if kind.each:
            self.source, self.of_nothing = len(self.fixed), kind.of_nothing
        if moves:
            self.moving.append((len(self.fixed), _of_each(kind.convert) if kind.each else kind.convert))
        self.fixed.append(value)
        self.parameters.append((parameter, position))

    def do(self, stack: list[Any], run: Run) -> Any:
        values = self.take(stack)
        try:
            source = values[self.source] if self.source >= 0 else ""
            if type(source) is tuple:
                return self._apply_to_each(source, values, run)
            return self._apply(source, values, run)
        except FAILURES as error:
            raise self.failed(error) from None

    def take(self, stack: list[Any]) -> list[Any]:
        """The arguments, those from the stack converted."""
        values = self.fixed.copy()
        if not self.moving:
            return values
        at = len(stack) - len(self.moving)
        moved = stack[at:]
        del stack[at:]
        try:
            for (at, convert), value in zip(self.moving, moved, strict=True):
                values[at] = convert(value)
        except FAILURES as error:
            parameter, position = self.parameters[at]
            raise EvaluationFailed(named(error, self.name, parameter.name), position) from None
        return values

    def _apply(self, source: Any, values: list[Any], run: Run) -> Any:
        if source is None and not self.of_nothing:
            return None
        return run.weighed(self.body(run, *values) if self.takes_run else self.body(*values))

    def _apply_to_each(self, sources: tuple[Any, ...], values: list[Any], run: Run) -> Any:
        found = []
        for source in sources:
            values[self.source] = source
            found.append(self._apply(source, values, run))
        return tuple(each for each in found if each is not None)

    def failed(self, error: Failure) -> EvaluationFailed:
        family = NoUniqueValue if isinstance(error, NothingFree) else EvaluationFailed
        return family(named(error, self.name), self.position)


class Decision(Invocation):
    """A call of a function with delayed arguments, which is resumed with each value that it asks for."""

    def do(self, stack: list[Any], run: Run) -> Steps:
        values = self.take(stack)
        steps: Steps = self.body(run, *values) if self.takes_run else self.body(*values)
        return steps

    def resume(self, steps: Steps, value: Any) -> tuple[Block | None, Any]:
        """Go on with a value that was asked for: the block to evaluate next, or None and the result."""
        try:
            while True:
                wanted = steps.send(value)
                if not wanted.is_constant:
                    return wanted.block, None
                value = wanted.value
        except StopIteration as end:
            return None, end.value
        except FAILURES as error:
            raise self.failed(error) from None


def _of_each(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Several values stay several, each converted."""

    def convert_all(value: Any) -> Any:
        return tuple(map(convert, value)) if type(value) is tuple and len(value) > 1 else convert(value)

    return convert_all


def named(error: Failure, function: str, parameter: str = "") -> Message:
    """The message of a failure, which may name the function and the parameter."""
    if not isinstance(error, Refused):
        return error.message
    return Message(error.message.text, {"function": function, "parameter": parameter, **error.message.values})
