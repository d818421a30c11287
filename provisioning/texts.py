"""Texts of the heart: marked here, translated only when they are shown or sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def gettext_noop(text: str) -> str:
    """Mark a literal for translation. It has this very name so that makemessages finds it."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """A marked text and its named values, `%(name)s` in the text. Rows keep both: any language can be shown later."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "values": dict(self.values)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Message":
        return cls(data.get("text", ""), data.get("values", {}))


def say(text: str, **values: Any) -> Message:
    """A message from a literal that was marked with gettext_noop."""
    return Message(text, values)
