"""Whether an expression may be saved: its functions, their arguments, its attributes and its keywords."""

import difflib
from collections.abc import Collection, Iterator

from provisioning.expressions.errors import BadExpression
from provisioning.expressions.functions import all_functions
from provisioning.expressions.nodes import Attribute, Call, Comparison, Keyword, Node, walk
from provisioning.expressions.parsing import IGNORE_ATTRIBUTE, IGNORE_OBJECT
from provisioning.expressions.signatures import Finding, Function, Rules, Usage
from provisioning.texts import Message, gettext_noop, say

_FUNCTION = gettext_noop("There is no function %(name)s.")
_FUNCTION_LIKE = gettext_noop("There is no function %(name)s; did you mean %(nearest)s?")
_ATTRIBUTE = gettext_noop("The source has no attribute %(name)s.")
_ATTRIBUTE_LIKE = gettext_noop("The source has no attribute %(name)s; did you mean %(nearest)s?")
_KEYWORD = gettext_noop("%(word)s can't stand here.")
_NO_RESULT = gettext_noop("%(word)s ends the whole expression, not this part of it alone.")
_LONGEST_NAME = 200


def check_calls(root: Node, rules: Rules) -> tuple[Finding, ...]:
    """Look at every call; gives the warnings. Raises BadExpression."""
    warnings: list[Finding] = []
    for node, above in walk(root):
        if isinstance(node, Call):
            function = find_function(node)
            _check_keywords(node, function)
            usage = Usage(node, above, rules, warnings)
            if function.check:
                function.check(usage)
        elif isinstance(node, Comparison):
            for each in (node.left, node.right):
                if isinstance(each, Keyword):
                    raise BadExpression(say(_KEYWORD, word=each.name), each.position)
    return (*warnings, *_ignoring_words(root))


def _ignoring_words(root: Node) -> Iterator[Finding]:
    """A warning for each word that ignores more than the branch in which it stands."""
    waiting, results = [root], set()
    while waiting:
        node = waiting.pop()
        results.add(id(node))
        if isinstance(node, Call):
            bound = find_function(node).bind(node)
            waiting += [below for parameter, below in bound if IGNORE_ATTRIBUTE in parameter.kind.words]
    for node, _ in walk(root):
        if isinstance(node, Keyword) and node.name in (IGNORE_ATTRIBUTE, IGNORE_OBJECT) and id(node) not in results:
            yield Finding(say(_NO_RESULT, word=node.name), node.position)


def find_function(call: Call) -> Function:
    """The function that is called. Raises BadExpression."""
    found = all_functions().get(call.name)
    if found:
        return found
    offered = [name for name, each in all_functions().items() if not each.legacy]
    raise BadExpression(_no_such(call.name, offered, (_FUNCTION, _FUNCTION_LIKE)), call.position)


def _check_keywords(call: Call, function: Function) -> None:
    for parameter, node in function.bind(call):
        if isinstance(node, Keyword) and node.name not in parameter.kind.words:
            raise BadExpression(say(_KEYWORD, word=node.name), node.position)


def attributes_of(root: Node) -> Iterator[Attribute]:
    """Every attribute that is read, as often as it stands there."""
    return (node for node, _ in walk(root) if isinstance(node, Attribute))


def check_attributes(root: Node, attributes: Collection[str]) -> None:
    """Raises BadExpression for one that is not among these, in upper and lower case."""
    known = attributes if isinstance(attributes, set | frozenset | dict) else frozenset(attributes)
    for each in attributes_of(root):
        if each.name not in known:
            raise BadExpression(_no_such(each.name, known, (_ATTRIBUTE, _ATTRIBUTE_LIKE)), each.position)


def _no_such(name: str, names: Collection[str], texts: tuple[str, str]) -> Message:
    """With the nearest name, first by its letters in any case."""
    shown = name[:_LONGEST_NAME]
    lower = {each.lower(): each for each in sorted(names)}
    near = difflib.get_close_matches(shown.lower(), lower, n=1)
    return say(texts[1], name=shown, nearest=lower[near[0]]) if near else say(texts[0], name=shown)
