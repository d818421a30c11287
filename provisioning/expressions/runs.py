"""One evaluation: what it is given, what it may use up, and what it gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from provisioning.expressions.errors import Refused
from provisioning.expressions.values import RoleValue, as_text, as_value
from provisioning.texts import gettext_noop, say

ROLES = "appRoleAssignments"
"""The source attribute that stands for the roles of a person."""

LARGEST_RESULT = 64 * 1024
"""Bytes in UTF-8, of all values together."""

LARGEST = 256 * 1024
"""Characters of a value on the way."""

MOST_WORK = 4 * 1024 * 1024
"""Characters that one evaluation may read and make altogether."""

PATTERN_SECONDS = 1.0
"""Of processor time, for all patterns of one evaluation."""

_LARGE = gettext_noop("A value has more than %(limit)s characters.")
_WORK = gettext_noop("The expression handles too much text for one object.")
_RESULT = gettext_noop("The result is larger than %(limit)s KB.")
_PATTERNS = gettext_noop("The patterns take too long altogether; repeat nothing that repeats itself.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What an expression is evaluated with. `now` is the one reading of the clock.

    `roles`, where given, are the values of [appRoleAssignments]; else the attribute itself is, a list of texts or of
    mappings with id, value and displayName. `taken` tells whether a value is in use, None: nobody asks. Whatever it
    raises is not caught here.
    """

    attributes: Mapping[str, Any]
    now: datetime
    default_domain: str | None = None
    roles: Sequence[RoleValue] = ()
    taken: Callable[[str], bool] | None = None
    case_exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`ignored`: the target attribute is left alone. `skip_object`: the object is (then `ignored` is true as well).

    `redacted`: the value must not be shown in any log. `value`: None, a text, number or boolean, or a tuple of these;
    functions for roles give a tuple of dicts.
    """

    value: Any = None
    ignored: bool = False
    skip_object: bool = False
    redacted: bool = False


class AttributeIgnored(Exception):
    """Ends the evaluation: the attribute takes no part in the flow."""


class ObjectIgnored(AttributeIgnored):
    """Ends the evaluation: the object is skipped."""


class Run:
    """The state of one evaluation."""

    __slots__ = ("context", "pattern_seconds", "redacted", "work")

    def __init__(self, context: Context) -> None:
        self.context = context
        self.redacted = False
        self.work = 0
        self.pattern_seconds = 0.0

    @property
    def now(self) -> datetime:
        """In whole seconds, as it is shown."""
        return as_utc(self.context.now)

    def load(self, name: str) -> Any:
        """The value of a source attribute, null without one. Raises Refused."""
        if name == ROLES and self.context.roles:
            return self.weighed(tuple(self.context.roles))
        raw = self.context.attributes.get(name)
        return self.weighed(raw if raw is None or type(raw) is str else as_value(raw))

    def weighed(self, value: Any) -> Any:
        """The same value, counted as work. Raises Refused."""
        size = len(value) if type(value) is str else _size(value)
        self.work += size
        if size > LARGEST:
            raise too_large()
        if self.work > MOST_WORK:
            raise Refused(say(_WORK))
        return value

    def took(self, seconds: float) -> None:
        """Count the time of a pattern. Raises Refused."""
        self.pattern_seconds += seconds
        if self.pattern_seconds > PATTERN_SECONDS:
            raise Refused(say(_PATTERNS))


def as_utc(moment: datetime) -> datetime:
    value: datetime = as_value(moment)
    return value.replace(microsecond=0, tzinfo=UTC)


def too_large() -> Refused:
    return Refused(say(_LARGE, limit=LARGEST))


def _size(value: Any) -> int:
    if type(value) is tuple:
        return len(value) + sum(len(each) if type(each) is str else _size(each) for each in value)
    return 16 + sum(map(len, _texts(value)))


def _texts(value: Any) -> tuple[Any, ...]:
    """What one value holds of texts or bytes."""
    if isinstance(value, RoleValue):
        return (value.id, value.value, value.display_name)
    if isinstance(value, dict):
        return tuple(each for each in value.values() if isinstance(each, str))
    return (value,) if isinstance(value, str | bytes) else ()


def final(value: Any) -> Any:
    """A value as results hold it: moments and roles as texts. Raises Refused."""
    if type(value) is str and 4 * len(value) <= LARGEST_RESULT:
        return value  # no character takes more than 4 bytes
    values = value if type(value) is tuple else (value,)
    found = tuple(_final(each) for each in values)
    size = sum(len(text.encode("utf-8", "surrogatepass")) for each in found for text in _texts(each))
    if size > LARGEST_RESULT:
        raise Refused(say(_RESULT, limit=LARGEST_RESULT // 1024))
    return found if type(value) is tuple else found[0]


def _final(value: Any) -> Any:
    return as_text(value) if isinstance(value, datetime | RoleValue | bytes) else value
