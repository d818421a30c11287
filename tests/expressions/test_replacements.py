"""Replacements with references, as .NET reads them."""

import pytest

from tests.expressions.running import value


@pytest.mark.parametrize(
    ("text", "pattern", "replacement", "expected"),
    [
        pytest.param("ab", "(?<x>a)(b)", "$1", "b", id="unnamed groups are numbered first"),
        pytest.param("ab", "(?<x>a)(b)", "$2", "a", id="then named ones"),
        pytest.param("ab", "(?<x>a)(b)", "${x}-${1}", "a-b", id="by name and number in braces"),
        pytest.param("ab", "a", "${zz}", "${zz}b", id="an unknown name is literal"),
        pytest.param("ab", "a", "$7", "$7b", id="an unknown number is literal"),
        pytest.param("ab", "(a)", "$10", "$10b", id="all digits are the number"),
        pytest.param("ab", "(a)", "$01", "ab", id="zeros before it do not count"),
        pytest.param("ab", "a", "<$0$&>", "<aa>b", id="the whole match"),
        pytest.param("ab", "a", "$$1", "$1b", id="a dollar"),
        pytest.param("ab", "a", "$", "$b", id="a dollar alone"),
        pytest.param("ab", "a", "$x", "$xb", id="a dollar before a letter"),
        pytest.param("abc", "b", "[$`|$'|$_]", "a[a|c|abc]c", id="what is around the match"),
        pytest.param("ab", "(?<x>a)|(b)", "[$+]", "[a][]", id="the last group"),
        pytest.param("ab", "a", "$+", "ab", id="without groups the whole match"),
        pytest.param("ab", "(a)|(b)", "$2", "b", id="a group that took no part is empty"),
        pytest.param("abc", "b*", "-", "-a--c-", id="empty matches"),
        pytest.param("aa", "a", "\\\\n", "\\n\\n", id="a backslash means nothing"),
    ],
)
def test_a_replacement_refers_to_the_match(text: str, pattern: str, replacement: str, expected: str) -> None:
    assert value(f'Replace([x], , "{pattern}", , "{replacement}", , )', x=text) == expected


def test_a_replacement_may_be_a_value() -> None:
    assert value('Replace("ab", , [p], , [r], , )', p="(a)", r="$1$1") == "aab"
    assert value('Replace("ab", , "a", , [r], , )') == "b"


def test_one_group_is_replaced_literally_in_every_match() -> None:
    assert value('Replace("a1b2", , "[a-z](?<n>[0-9])", "n", "$&", , )') == "a$&b$&"
    assert value('Replace("a1b", , "[a-z](?<n>[0-9])?", "n", "-", , )') == "a-b"
    assert value('Replace("a1", , "([a-z])([0-9])", "2", "-", , )') == "a-"


def test_a_template_is_filled_with_the_source() -> None:
    assert value('Replace([x], "{u}", , , , , "{u}@contoso.example")', x="$1") == "$1@contoso.example"
    assert value('Replace([n], "{u}", , , , , "{u}@contoso.example")') == "@contoso.example"
