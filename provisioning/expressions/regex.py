"""Regular expressions as .NET understands them, compiled once and matched within a time limit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex

from provisioning.expressions.dotnet import translate
from provisioning.expressions.scanning import BadPattern
from provisioning.texts import Message, gettext_noop, say

__all__ = ["BadPattern", "Pattern", "PatternTimeout", "compile_pattern"]

TIME_LIMIT = 0.25
"""Seconds of processor time for one value."""

LONGEST_PATTERN = 2000
LONGEST_VALUE = 100_000
"""Both bound the memory that matching takes."""


class PatternTimeout(Exception):
    """Matching was given up: neither a match nor none."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern ready for use. `groups`: by .NET's number and name of a group, its name in the matches."""

    text: str
    program: Any
    groups: Mapping[str, str]

    def fullmatch(self, value: str) -> Any:
        """The match of the whole value, None when it does not match. Raises PatternTimeout."""
        return self._run(self.program.fullmatch, value)

    def search(self, value: str) -> Any:
        """The first match anywhere in the value, None when there is none. Raises PatternTimeout."""
        return self._run(self.program.search, value)

    def sub(self, value: str, build: Callable[[Any], str]) -> str:
        """The value with each match replaced by what `build` makes of it. Raises PatternTimeout."""
        return str(self._run(lambda text, timeout: self.program.sub(build, text, timeout=timeout), value))

    def _run(self, call: Callable[..., Any], value: str) -> Any:
        if len(value) > LONGEST_VALUE:
            raise PatternTimeout(say(gettext_noop("The value is too long for a pattern.")))
        try:
            return call(value, timeout=TIME_LIMIT)
        except (TimeoutError, MemoryError):
            text = gettext_noop("The pattern %(pattern)s takes too long; repeat nothing that repeats itself.")
            raise PatternTimeout(say(text, pattern=self.text)) from None


@lru_cache(maxsize=256)
def compile_pattern(text: str) -> Pattern:
    """The pattern, ready for use. Raises BadPattern when it is wrong, or can't be translated."""
    if len(text) > LONGEST_PATTERN:
        raise BadPattern(
            say(gettext_noop("The pattern is longer than %(limit)s characters"), limit=LONGEST_PATTERN), LONGEST_PATTERN
        )
    try:
        ours, groups = translate(text)
        return Pattern(text, regex.compile(ours, regex.VERSION0, cache_pattern=False), groups)
    except (regex.error, RecursionError, MemoryError, OverflowError):
        raise BadPattern(say(gettext_noop("The pattern is beyond what can be run here; write it simpler"))) from None
