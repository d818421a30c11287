"""Text. Parts of texts, and texts put together."""

from provisioning.expressions import casing, units
from provisioning.expressions.errors import Refused
from provisioning.expressions.kinds import Compare, Integer, Several, ShortText, Source, SourceOrNull, Text
from provisioning.expressions.moments import WHITE
from provisioning.expressions.runs import LARGEST, too_large
from provisioning.expressions.signatures import function
from provisioning.expressions.values import as_text
from provisioning.texts import gettext_noop, say

_START = gettext_noop("%(function)s needs a start of 1 or more; got %(start)s.")
_LENGTH = gettext_noop("%(function)s needs a length of 0 or more; got %(length)s.")
_COMPARE = gettext_noop("%(function)s compares by vbTextCompare or vbBinaryCompare; got %(word)s.")
_DELIMITERS = gettext_noop("%(function)s needs at least one character to separate words at.")


@function()
def Append(source: Source, suffix: Text) -> str:
    """The source followed by the suffix. Null stays null.

    Example: `Append([givenName], "!")` gives `Ann!`
    """
    return source + suffix


@function(legacy=True)
def Prepend(prefix: Source, source: Text) -> str:
    """The prefix followed by the source.

    Example: `Prepend("smtp:", [mail])` gives `smtp:ann.ek@contoso.example`
    """
    return prefix + source


@function()
def Join(separator: Text, *source: Several) -> str:
    """All sources with the separator between them. Null and empty sources are left out; of a list each value is joined.

    Example: `Join(", ", [surname], [givenName])` gives `Ek, Ann`
    """
    parts = [text for values in source for text in map(as_text, values) if text]
    if sum(map(len, parts)) + len(separator) * len(parts) > LARGEST + len(separator):
        raise too_large()
    return separator.join(parts)


@function()
def Left(String: SourceOrNull, NumChars: Integer) -> str:
    """The first characters of a text, so many of them; the whole text for a negative number.

    Example: `Left("John Doe", 4)` gives `John`
    """
    text = String or ""
    return text if NumChars < 0 else units.part(text, 0, NumChars)


@function()
def Mid(source: Source, start: Integer, length: Integer) -> str:
    """The part of a text that begins at start and is so long. The first character is number 1.

    Example: `Mid("abcdef", 2, 3)` gives `bcd`
    """
    if start < 1:
        raise Refused(say(_START, start=start))
    if length < 0:
        raise Refused(say(_LENGTH, length=length))
    return units.part(source, start - 1, length)


@function()
def Len(String: Text) -> int:
    """How many characters a text or a number has; null has none.

    Example: `Len("John Doe")` gives `8`
    """
    return units.length(String)


@function()
def InStr(value1: Text, value2: Text, start: Integer = 1, compareType: Compare = "vbBinaryCompare") -> int:
    """Where value2 first stands in value1, at start or after it; 0 when nowhere. vbTextCompare ignores case.

    Example: `InStr("banana", "an", 3)` gives `4`
    """
    if compareType not in ("vbBinaryCompare", "vbTextCompare"):
        raise Refused(say(_COMPARE, word=compareType[:60]))
    if start < 1:
        raise Refused(say(_START, start=start))
    if start > units.length(value1):
        return 0
    if compareType == "vbTextCompare":
        value1, value2 = casing.lower(value1), casing.lower(value2)
    return units.find(value1, value2, start - 1) + 1


@function()
def Word(String: SourceOrNull, WordNumber: Integer, delimiters: ShortText) -> str:
    """The word with this number, from 1. Words end at any one of the delimiters; without that word: an empty text.

    Example: `Word("The quick brown fox", 3, " ")` gives `brown`
    """
    if not delimiters:
        raise Refused(say(_DELIMITERS))
    spaced = (String or "").translate(dict.fromkeys(map(ord, delimiters), delimiters[0]))
    words = [each for each in spaced.split(delimiters[0]) if each]
    return words[WordNumber - 1] if 1 <= WordNumber <= len(words) else ""


@function()
def StripSpaces(source: Source) -> str:
    """The source without its spaces; tabs and line breaks stay.

    Example: `StripSpaces("a b c")` gives `abc`
    """
    return source.replace(" ", "")


@function()
def Trim(value: Source) -> str:
    """The value without white space at its beginning and end; of a list, each value.

    Example: `Trim(" a b ")` gives `a b`
    """
    return value.strip(WHITE)
