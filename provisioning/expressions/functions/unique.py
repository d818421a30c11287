"""Unique values. The first of several that nobody uses."""

from provisioning.expressions.errors import NothingFree
from provisioning.expressions.kinds import Given, Later, Steps
from provisioning.expressions.signatures import Usage, function
from provisioning.expressions.values import as_text, one
from provisioning.texts import gettext_noop, say

_TOP = gettext_noop("%(function)s can't be inside another function; put the other functions into its rules.")
_MATCHING = gettext_noop("%(function)s can't give the value of an attribute that matches objects.")
_ON_CREATE = gettext_noop("%(function)s needs a mapping that applies only during object creation.")
_IN_USE = gettext_noop("None of the values is free: %(values)s.")
_EMPTY = gettext_noop("None of the rules of %(function)s gives a value.")
MOST_SHOWN = 5


def _check(usage: Usage) -> None:
    if usage.above is not None:
        raise usage.refuse(usage.call, _TOP)
    if usage.rules.matching:
        raise usage.refuse(usage.call, _MATCHING)
    if usage.rules.on_create_only is False:
        raise usage.refuse(usage.call, _ON_CREATE)


@function(least=2, check=_check)
def SelectUniqueValue(run: Given, *rule: Later) -> Steps:
    """The value of the first rule that nobody in the target has yet. Only for mappings that apply at creation.

    Rules without a value are passed over. When every value is in use, the object waits and is tried again later.

    Example: `SelectUniqueValue([mailNickname], Append([mailNickname], "2"))` gives `ann`
    """
    tried: dict[str, str] = {}
    for each in rule:
        found = yield each
        value = one(found)
        text = as_text(value)
        key = text if run.context.case_exact else text.casefold()
        if not text or key in tried:
            continue
        if run.context.taken is None or not run.context.taken(text):
            return value
        tried[key] = text
    shown = ", ".join(text[:60] for text in list(tried.values())[:MOST_SHOWN])
    raise NothingFree(say(_IN_USE, values=shown) if tried else say(_EMPTY))
