"""Lengths and places in UTF-16 units, as .NET counts them; a character of two units is never cut in two."""


def length(text: str) -> int:
    return len(text) if text.isascii() else len(text) + sum(each > "\uffff" for each in text)


def part(text: str, start: int, size: int) -> str:
    """The characters that lie wholly in so many units from `start`, counted from 0."""
    if length(text) == len(text):
        return text[start : start + size]
    at, found = 0, []
    for each in text:
        end = at + 1 + (each > "\uffff")
        if at >= start and end <= start + size:
            found.append(each)
        at = end
    return "".join(found)


def find(text: str, wanted: str, start: int) -> int:
    """Where `wanted` first stands at `start` or after it, -1 when nowhere; places are counted from 0."""
    if length(text) == len(text):
        return text.find(wanted, start)
    skipped = len(text) - len(part(text, start, length(text)))
    at = text.find(wanted, skipped)
    return at if at < 0 else length(text[:at])
