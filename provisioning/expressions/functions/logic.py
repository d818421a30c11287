"""Decisions. Which of several values flows, and whether any does."""

from typing import NoReturn

from provisioning.expressions.errors import Refused
from provisioning.expressions.kinds import Anything, Branch, Condition, Later, One, Steps, Text
from provisioning.expressions.nodes import Attribute, Call, Comparison, Keyword, Node, Omitted
from provisioning.expressions.nodes import Text as TextNode
from provisioning.expressions.runs import AttributeIgnored
from provisioning.expressions.signatures import Usage, function
from provisioning.expressions.values import as_text, is_empty, is_nothing, one
from provisioning.texts import gettext_noop, say

IGNORE_IF_EMPTY = "IgnoreFlowIfNullOrEmpty"

_NO_CONDITION = gettext_noop("IgnoreFlowIfNullOrEmpty can't be in a condition; put it around the whole IIF.")
_USE_SWITCH = gettext_noop(
    'IIF does not decide reliably about a source without a value; use Switch: Switch([source], [source], "", "other").'
)
_QUESTION = gettext_noop('Compare the value itself: Switch([source], [source], "", "other").')
_ODD = gettext_noop("%(function)s needs a value for every key; add one, or take the last key away.")
_REFERENCE = gettext_noop("%(function)s can't handle %(name)s, which refers to another object.")
_KEY = gettext_noop("%(word)s can be a value of %(function)s, but no key.")
_ONLY_LAST = gettext_noop("%(function)s needs something here; only the last argument may be left empty.")
_INSIDE = gettext_noop("When this finds no value, the whole expression is ignored, not this part of it alone.")
_MESSAGE = gettext_noop("%(message)s")


def _is_call(node: Node, *names: str) -> bool:
    return isinstance(node, Call) and node.name in names


def _check_condition(usage: Usage) -> None:
    condition = usage.call.arguments[0]
    sides = (condition.left, condition.right) if isinstance(condition, Comparison) else (condition,)
    for each in sides:
        if _is_call(each, IGNORE_IF_EMPTY):
            raise usage.refuse(each, _NO_CONDITION)
    compares_empty = any(isinstance(each, TextNode) and not each.value for each in sides)
    while isinstance(condition, Call) and condition.name == "Not":
        condition = condition.arguments[0]
    if compares_empty or _is_call(condition, "IsNullOrEmpty", "IsPresent"):
        usage.warn(condition, _USE_SWITCH)


@function(check=_check_condition)
def IIF(condition: Condition, valueIfTrue: Branch, valueIfFalse: Branch) -> Steps:
    """One value if the condition is true, else the other. Conditions compare with =, <>, >, >=, < and <=.

    A comparison with null or an empty text is False; to ask for these use Switch.

    Example: `IIF([country] = "USA", "domestic", "abroad")` gives `abroad`
    """
    return (yield valueIfTrue if condition else valueIfFalse)


def _check_switch(usage: Usage) -> None:
    arguments = usage.call.arguments
    if len(arguments) % 2:
        raise usage.refuse(arguments[-1], _ODD)
    for each in arguments:
        if isinstance(each, Attribute) and each.name in usage.rules.references:
            raise usage.refuse(each, _REFERENCE, name=each.name)
    for key in arguments[2::2]:
        if isinstance(key, Keyword):
            raise usage.refuse(key, _KEY, word=key.name)
    if _is_call(arguments[0], "IsPresent", "IsNull", "IsNullOrEmpty"):
        usage.warn(arguments[0], _QUESTION)


@function(least=2, check=_check_switch)
def Switch(source: One, defaultValue: Branch | None, *switchValue: Branch) -> Steps:
    """The value after the first key that equals the source; without one the default value.

    Keys and values take turns. Upper and lower case differ. A source that is null or empty equals the key "".

    Example: `Switch([country], "other", "NO", "Norway", "SE", "Sweden")` gives `Norway`
    """
    wanted = as_text(source)
    for key, value in zip(switchValue[::2], switchValue[1::2], strict=True):
        found = yield key
        if as_text(one(found)) == wanted:
            return (yield value)
    return (yield defaultValue) if defaultValue else None


def _check_coalesce(usage: Usage) -> None:
    for each in usage.call.arguments[:-1]:
        if isinstance(each, Omitted):
            raise usage.refuse(each, _ONLY_LAST)


@function(check=_check_coalesce)
def Coalesce(*source: Later | None) -> Steps:
    """The first source that has a value, else null. The last one may be a text as default, also "".

    Example: `Coalesce([mobile], [mail], "none")` gives `ann.ek@contoso.example`
    """
    found = []
    for each in source:
        if each:
            value = yield each
            found.append((value, each.is_constant))
    return next((value for value, is_constant in found if is_constant or not is_empty(value)), None)


def _check_ignore(usage: Usage) -> None:
    if usage.above is not None:
        usage.warn(usage.call, _INSIDE)


@function(check=_check_ignore)
def IgnoreFlowIfNullOrEmpty(expr: Anything) -> object:
    """The value unchanged. Null or an empty text leave the target attribute alone.

    Example: `IgnoreFlowIfNullOrEmpty([givenName])` gives `Ann`
    """
    if is_nothing(expr) or is_empty(expr):
        raise AttributeIgnored
    return expr


@function()
def Error(message: Text) -> NoReturn:
    """Always an error, with this message.

    Example: `IIF([surname] = "Ek", "known", Error("Who is that?"))` gives `known`
    """
    raise Refused(say(_MESSAGE, message=message))
