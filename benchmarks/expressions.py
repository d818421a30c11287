"""How fast an expression is evaluated, and whether its cost grows with its length alone."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from provisioning.expressions.language import Context, compile_expression

TURNS = 50_000
TRIES = 9
LONGEST = 9_600
"""Characters of the longest expression of a curve, a little below what the language allows."""

STEPS = (1, 2, 4, 8)

TYPICAL = 'ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [givenName], [surname]))), "contoso.example"))'
CONTEXT = Context(attributes={"givenName": "Zoë Ann", "surname": "García-López"}, now=datetime.now(UTC))


def nested_calls(size: int) -> str:
    return _nested(size, "ToLower(", ")")


def nested_decisions(size: int) -> str:
    return _nested(size, 'IIF([surname] = "x", "y", ', ")")


def many_arguments(size: int) -> str:
    return f'Join(",", {", ".join(["[surname]"] * (size // 11 - 1))})'


def many_keys(size: int) -> str:
    pairs = ', "key", "value"' * (size // 16 - 1)
    return f'Switch([surname], "z"{pairs})'


def long_text(size: int) -> str:
    return f'Append([surname], "{"x" * (size - 20)}")'


SHAPES: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "nested calls": nested_calls,
        "nested decisions": nested_decisions,
        "arguments": many_arguments,
        "keys": many_keys,
        "one long text": long_text,
    }
)


def main() -> None:
    """Prints the rate of a typical expression, and for each shape the milliseconds by length."""
    curves = {
        name: [_milliseconds(shape(LONGEST * step // STEPS[-1])) for step in STEPS] for name, shape in SHAPES.items()
    }
    found = {"evaluations_a_second": _rate(), "ratios": {name: _worst_ratio(spent) for name, spent in curves.items()}}
    sys.stdout.write(json.dumps(found) + "\n")


def _nested(size: int, before: str, after: str) -> str:
    times = (size - len("[surname]")) // len(before + after)
    return f"{before * times}[surname]{after * times}"


def _worst_ratio(milliseconds: list[float]) -> float:
    """The cost of a character in the longer expressions against that in the shortest."""
    return max(spent / step for spent, step in zip(milliseconds, STEPS, strict=True)) / milliseconds[0]


def _rate() -> float:
    program = compile_expression(TYPICAL)
    begun = time.process_time()
    for _ in range(TURNS):
        program.run(CONTEXT)
    return TURNS / (time.process_time() - begun)


def _milliseconds(text: str) -> float:
    """To compile an expression and run it: the median of some tries. A blank more makes it new to the compiler."""
    return statistics.median(_once(text + " " * number) for number in range(TRIES))


def _once(text: str) -> float:
    begun = time.process_time()
    compile_expression(text).run(CONTEXT)
    return 1000 * (time.process_time() - begun)


if __name__ == "__main__":
    main()
