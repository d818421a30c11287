"""Letters. Upper and lower case, and letters without their marks."""

from provisioning.expressions import casing, diacritics
from provisioning.expressions.kinds import ShortText, Source
from provisioning.expressions.signatures import function


@function()
def ToLower(source: Source, culture: ShortText = "") -> str:
    """The source in lower case, by the rules of a culture such as tr-TR, or of none.

    Example: `ToLower("ABC xYz")` gives `abc xyz`
    """
    return casing.lower(source, culture)


@function()
def ToUpper(source: Source, culture: ShortText = "") -> str:
    """The source in upper case, by the rules of a culture such as tr-TR, or of none.

    Example: `ToUpper("title")` gives `TITLE`
    """
    return casing.upper(source, culture)


@function()
def PCase(source: Source, wordSeparators: ShortText | None = None) -> str:
    """Each word with a capital first and small letters after it. With wordSeparators only these separate words.

    Example: `PCase("mary-ann SMITH")` gives `Mary-Ann Smith`
    """
    return casing.pcase(source, wordSeparators)


@function()
def NormalizeDiacritics(source: Source) -> str:
    """Latin letters without their marks; æ, œ and ø become ae and oe, and ß becomes ss.

    Example: `NormalizeDiacritics("José Øre")` gives `Jose OEre`
    """
    return diacritics.normalize(source)
