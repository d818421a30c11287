"""Patterns mean what they mean in .NET, or are refused with a reason; hostile ones are given up."""

from contextlib import suppress

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from provisioning.expressions.blocks import BLOCKS, CATEGORIES
from provisioning.expressions.regex import (
    LONGEST_PATTERN,
    LONGEST_VALUE,
    BadPattern,
    PatternTimeout,
    compile_pattern,
)

PIECES = [*"()[]{}|*+?.^$\\-,:=!<>#'aAé1 \n", "(?:", "(?<n>", "(?'n'", "(?(1)", "(?(?=", "(?i)", "(?x-n:", "[^", "-["]
PIECES += [
    "\\d",
    "\\W",
    "\\b",
    "\\Z",
    "\\1",
    "\\k<n>",
    "\\p{Lu}",
    "\\P{IsGreek}",
    "{2}",
    "{1,3}",
    "\\x41",
    "\\u00e9",
    "(?#",
]
HOSTILE = ["(?:a|aa)+b", "(a+)+b", "(?:(?:a|aa)+|a+)+[bc]", "(?=(?:a|aa)*[bc])a*"]


def covers(pattern: str, value: str) -> bool:
    return compile_pattern(pattern).fullmatch(value) is not None


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        pytest.param("[1-9][0-9]", ["10", "99"], ["7", "100", "a10"], id="the whole value"),
        pytest.param("sales|it", ["sales", "it"], ["SALES", "sales it"], id="case counts"),
        pytest.param("[a-z-[aeiou]]+", ["xyz"], ["xaz", "-", "["], id="subtraction"),
        pytest.param("[a-z-[b-y-[m]]]+", ["azm"], ["b"], id="subtraction in a subtraction"),
        pytest.param(r"[\w-[\d_]]+", ["ab"], ["a1", "_"], id="subtraction from a shorthand"),
        pytest.param("[a-[a]]|[^a-[b]]", ["c", "["], ["a", "b"], id="subtraction after one character"),
        pytest.param("[]a]+[-x][x-][^]]", ["]a-xb"], ["]a-x]"], id="brackets and hyphens at the edges"),
        pytest.param(r"[\]\-\[a\-c][\b]", ["-\b", "[\b", "c\b"], ["b\b"], id="escapes in a class"),
        pytest.param(r"\p{Lu}\p{IsCyrillic}\P{IsBasicLatin}", ["Ажé"], ["ажé", "AAé", "Аж1"], id="properties"),
        pytest.param(r"[\p{L}\P{IsGreek}-[x]]", ["a", "1", "α"], ["x", "\u0387"], id="properties in a class"),
        pytest.param(r"\d\D\w\W\s\S", ["٣xé-\u00a0-"], ["xxé- -", "³xé- -"], id="shorthands are Unicode"),
        pytest.param(r"[\D][\W][\S]", ["a- ".replace(" ", "b")], ["1-b", "aab", "a- "], id="shorthands in a class"),
        pytest.param(r"\w", ["a", "\u0301", "_", "\u203f"], ["Ⅳ", "\u0903", "-"], id="letters as .NET counts them"),
        pytest.param(r"\bab\b.*\Bb", ["ab xb"], ["ab b"], id="word boundaries"),
        pytest.param(r"a\B.\Bb", ["a\u200cb", "axb"], ["a-b"], id="no boundary at a joiner of letters"),
        pytest.param(r"a\z|b\Z|c$|^d|\Ae|\Gf", [*"abcdef"], ["a\n", "b\n", "c\n"], id="ends and beginnings"),
        pytest.param(r"a$\n|b\Z\n", ["a\n", "b\n"], ["a", "b"], id="an end stands before the last line break too"),
        pytest.param(r"(?m)a$\n^b", ["a\nb"], ["ab"], id="ends of lines"),
        pytest.param("a.b", ["a\rb"], ["a\nb"], id="a dot is no line break"),
        pytest.param("(?s)a.b", ["a\nb"], ["ab"], id="but with an option it is"),
        pytest.param("a(?i)b|c", ["aB", "C"], ["AB"], id="an option holds to the end"),
        pytest.param("(?:a(?i)b)c", ["aBc"], ["aBC"], id="of its group"),
        pytest.param("(?i-s:a(?-i)b)c", ["Abc"], ["ABc"], id="options can be taken back"),
        pytest.param("(?i)straße", ["STRAẞE"], ["STRASSE"], id="one letter equals one letter"),
        pytest.param("(?i)iı[h-j]", ["Iıi", "iıI"], ["İıi", "iIi", "iıİ"], id="no Turkish in the invariant culture"),
        pytest.param("(?i)[^k]", ["x"], ["k", "K", "\u212a"], id="none of a letter's cases"),
        pytest.param(r"(?i)(\p{Lu})\1", ["AA", "Aa"], ["aa"], id="a category keeps its case"),
        pytest.param("(?x) a [ ] b # the rest\n c \\ (?#x)", ["a bc "], ["abc", "a b c "], id="white space left out"),
        pytest.param("(?x)a # to the end", ["a"], ["a "], id="a comment to the end"),
        pytest.param(r"(?n)(a)(?<x>b)\1", ["abb"], ["aba"], id="only named groups capture"),
        pytest.param(r"(?<x>a)(b)\1\2", ["abba"], ["abab"], id="unnamed groups are numbered first"),
        pytest.param(r"(?<2>a)(b)(?'n'c)\1\2\3", ["abcbac"], ["abcabc"], id="numbers as names"),
        pytest.param(r"(?<n>a)(?<n>b)\k<n>\k'n'\<n>", ["abbbb"], ["ababb"], id="one name for two groups"),
        pytest.param("(a)?(?(1)b|c)", ["ab", "c"], ["ac", "b"], id="condition on a number"),
        pytest.param("(?<n>a)?(?(n)b)", ["ab", ""], ["a", "b"], id="condition on a name"),
        pytest.param("(?(?=a)ab|cd)(?(e)e|f)", ["abe", "cdf"], ["cd", "abef"], id="condition on what follows"),
        pytest.param("(?>a+)b(?<=ab)(?<!x)(?!c)(?=$)", ["aab"], ["b"], id="atomic groups and looks around"),
        pytest.param("(?>a+)ab", [], ["aab"], id="atomic groups give nothing back"),
        pytest.param("(?:ab){2,}?c{1,2}d{0}e{2}", ["ababcee"], ["abcee", "ababcccee"], id="counts"),
        pytest.param("a{,3}{x}a{", ["a{,3}{x}a{"], ["aaaa"], id="braces that count nothing"),
        pytest.param("(?x)a + ? (?:^)*", ["aa"], [""], id="space before and in a repeat"),
        pytest.param(r"\<\>\:\@\x41\u00e9\cA\e\a\t\0\101\12", ["<>:@Aé\x01\x1b\a\t\0A\n"], ["<"], id="escapes"),
        pytest.param("(a)" * 10 + r"\10\11", ["a" * 11 + "\t"], ["a" * 12], id="a number with two digits"),
        pytest.param(r"ſ|[é-ë]\U0001F600".replace(r"\U0001F600", "😀"), ["ê😀", "ſ"], ["s"], id="beyond ASCII"),
    ],
)
def test_a_pattern_means_what_it_means_in_dotnet(pattern: str, yes: list[str], no: list[str]) -> None:
    assert [value for value in yes if not covers(pattern, value)] == []
    assert [value for value in no if covers(pattern, value)] == []


@pytest.mark.parametrize(
    ("pattern", "position", "reason"),
    [
        ("a++", 2, "repeats a repeat"),
        ("a{2}{3}", 4, "repeats a repeat"),
        ("*a", 0, "nothing to repeat"),
        ("(?i)*", 4, "nothing to repeat"),
        ("a|{2}", 2, "nothing to repeat"),
        ("a{3,2}", 1, "the wrong way round"),
        ("a{1234567890}", 1, "too large"),
        ("(?<a-b>x)", 0, "Balancing"),
        ("(?<-b>x)", 0, "Balancing"),
        ("(?r)a", 0, "right to left"),
        ("(?ir:a)", 0, "right to left"),
        ("(?P<n>a)", 0, "No group begins"),
        ("(?)", 0, "No group begins"),
        ("(?R)", 0, "right to left"),
        ("(?|a)", 0, "No group begins"),
        ("(?<1a>x)", 0, "Name the group"),
        ("(?<n", 0, "Name the group"),
        ("x(?<>a)", 1, "Name the group"),
        ("(a", 0, "has no end"),
        ("a)", 1, "closes nothing"),
        ("(?#a", 0, "comment has no end"),
        ("a[b", 1, "has no end"),
        ("[a-[b]c]", 6, "at its end"),
        ("[z-a]", 1, "the wrong way round"),
        (r"[a-\d]", 1, "a character at each end"),
        ("[[:alpha:]]", 1, "[:alpha:]"),
        ("a\\", 1, "escapes nothing"),
        (r"\j", 0, "\\j"),
        (r"[\B]", 1, "\\B"),
        (r"\x4", 0, "two hexadecimal digits"),
        (r"\u12g4", 0, "four after"),
        (r"\ud83d\ude00", 0, "Halves"),
        (r"\c", 0, "a letter after"),
        (r"\c1", 0, "a letter after"),
        (r"\pL", 0, "in braces"),
        (r"\p{Lu", 0, "in braces"),
        (r"\p{Foo}", 0, "Foo"),
        (r"\1", 0, "no group 1"),
        (r"a\k<x>", 1, "no group x"),
        (r"\kx", 0, "name of a group after"),
        (r"(a\1)", 2, "before it has ended"),
        ("(?(2)a)", 3, "no group 2"),
        ("(?(?i)a)", 3, "A condition is"),
        ("(a)(?(1)a|b|c)", 3, "two alternatives"),
        ("(?:" * 51 + ")" * 51, 150, "too deep"),
        ("((((((((a){2}){2}){2}){2}){2}){2}){2}){2}", 37, "too large"),
        ("(?:[ab]{100}c){100}", 19, "too large"),
        ("a" * (LONGEST_PATTERN + 1), LONGEST_PATTERN, "longer than"),
        ("[a-" * 450 + "a" + "]" * 450, 0, "simpler"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_with_place_and_reason(
    pattern: str, position: int, reason: str
) -> None:
    with pytest.raises(BadPattern, match=r"\(character \d+ of the pattern\)$") as refused:
        compile_pattern(pattern)

    assert refused.value.position == position
    assert reason in str(refused.value)


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_pattern_that_takes_too_long_is_given_up(pattern: str) -> None:
    with pytest.raises(PatternTimeout, match="takes too long"):
        compile_pattern(pattern).fullmatch("a" * 20_000)


def test_a_value_that_is_too_long_is_not_tried() -> None:
    with pytest.raises(PatternTimeout, match="too long for a pattern"):
        compile_pattern("a*").fullmatch("a" * (LONGEST_VALUE + 1))


def test_a_pattern_is_compiled_once() -> None:
    assert compile_pattern("once") is compile_pattern("once")


def test_groups_of_a_match_are_found_by_number_and_by_name() -> None:
    pattern = compile_pattern(r"(?<year>\d{4})-(\d\d)")

    found = pattern.search("on 2026-03-02")

    assert [found[pattern.groups[name]] for name in ("year", "1", "2")] == ["2026", "03", "2026"]
    assert pattern.search("never") is None


def test_matches_are_replaced_one_by_one() -> None:
    assert compile_pattern("b*").sub("abc", lambda match: f"<{match[0]}>") == "<>a<b><>c<>"


@pytest.mark.parametrize("name", sorted(CATEGORIES))
def test_every_category_is_known(name: str) -> None:
    compile_pattern(rf"\p{{{name}}}[^\P{{{name}}}]")


def test_blocks_lie_where_unicode_has_them() -> None:
    renamed = {"Greek": "GreekandCoptic", "CombiningMarksforSymbols": "CombiningDiacriticalMarksforSymbols"}
    for name, (first, last) in BLOCKS.items():
        plain = name.removeprefix("Is")
        block = regex.compile(rf"\p{{Block={renamed.get(plain, plain).replace('PrivateUseArea', 'PrivateUse')}}}")

        assert [bool(block.match(chr(code))) for code in (first, last)] == [True, True], name
        assert not first or not block.match(chr(first - 1)), name
        assert not block.match(chr(last + 1)) or name in {"IsSpecials"}, name


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.text("aA1é\n -", max_size=12))
def test_no_pattern_fails_but_by_the_errors_of_the_language(pattern: str, value: str) -> None:
    with suppress(BadPattern, PatternTimeout):
        covers(pattern, value)


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_at_all_fails_otherwise(pattern: str, value: str) -> None:
    with suppress(BadPattern, PatternTimeout):
        covers(pattern, value)


@given(st.text(max_size=30))
def test_an_escaped_text_matches_itself_and_nothing_longer(text: str) -> None:
    pattern = "".join(each if each.isalnum() else rf"\u{ord(each):04x}" for each in text if ord(each) < 0xD800)
    same = "".join(each for each in text if ord(each) < 0xD800)

    assert covers(pattern, same)
    assert not covers(pattern, same + "a")
