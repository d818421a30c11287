"""A place in a pattern that is being read, and what is said when it can't be."""

from typing import Any

from provisioning.texts import Message, gettext_noop, say

PLACE = gettext_noop("%(what)s (character %(place)s of the pattern)")


class BadPattern(ValueError):
    """A pattern that can't be used, with what is wrong. `position` counts its characters from 0."""

    def __init__(self, message: Message, position: int = 0) -> None:
        super().__init__(str(say(PLACE, what=str(message), place=position + 1)))
        self.message = message
        self.position = position


class Scanner:
    """The pattern, and how far it was read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def ended(self) -> bool:
        return self.at >= len(self.text)

    def peek(self, ahead: int = 0) -> str:
        """The character there, empty when the pattern has ended."""
        return self.text[self.at + ahead : self.at + ahead + 1]

    def next(self) -> str:
        self.at += 1
        return self.text[self.at - 1]

    def take(self, text: str) -> bool:
        """Step over this text, if it stands here."""
        found = self.text.startswith(text, self.at)
        self.at += len(text) * found
        return found

    def run(self, characters: str) -> str:
        """Step over as many of these characters as stand here."""
        start = self.at
        while self.peek() and self.peek() in characters:
            self.at += 1
        return self.text[start : self.at]

    def word(self) -> str:
        """Step over a name: letters, digits and underscores."""
        start = self.at
        while self.peek() == "_" or self.peek().isalnum():
            self.at += 1
        return self.text[start : self.at]

    def wrong(self, at: int, text: str, **values: Any) -> BadPattern:
        return BadPattern(say(text, **values), min(at, len(self.text)))
