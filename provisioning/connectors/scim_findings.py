"""What was found out about a SCIM application, line by line: for people, as JSON for programs, and as rows keep it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from provisioning.choices import ObjectType
from provisioning.connectors.scim_advice import ADVICE, PARAGRAPHS
from provisioning.records import Exchange
from provisioning.texts import Message


class Verdict(StrEnum):
    WORKS = "works"
    FAILS = "fails"
    ASSUMED = "assumed"
    NOTED = "noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report, with what was said to find it out."""

    name: str
    verdict: Verdict
    text: Message
    exchanges: tuple[Exchange, ...] = ()

    @property
    def paragraph(self) -> str:
        """Where the standard speaks of it."""
        return PARAGRAPHS.get(self.name, "")

    @property
    def address(self) -> str:
        """Where that paragraph can be read; empty where there is none."""
        document, _, section = self.paragraph.removeprefix("RFC ").partition(", ")
        return f"https://www.rfc-editor.org/rfc/rfc{document}#section-{section}" if section else ""

    @property
    def advice(self) -> str:
        """What to do where it does not work: a marked text."""
        return ADVICE.get(self.name, "") if self.verdict is Verdict.FAILS else ""

    def as_json(self) -> dict[str, Any]:
        """For programs, in plain words."""
        return {
            "name": self.name,
            "verdict": str(self.verdict),
            "text": str(self.text),
            "paragraph": self.paragraph,
            "advice": self.advice,
            "exchanges": [asdict(each) for each in self.exchanges],
        }

    def as_row(self) -> dict[str, Any]:
        """To be kept: the text can still be shown in any language."""
        exchanges = [asdict(each) for each in self.exchanges]
        return {"name": self.name, "verdict": str(self.verdict), "text": kept(self.text), "exchanges": exchanges}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Finding":
        exchanges = tuple(Exchange(**each) for each in row["exchanges"])
        return cls(name=row["name"], verdict=Verdict(row["verdict"]), text=revived(row["text"]), exchanges=exchanges)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a trial could not delete. Without `id` nobody knows whether it is there; `off`: it is switched off."""

    type: ObjectType
    name: str
    id: str = ""
    off: bool = False


def report(findings: Iterable[Finding], learned: Mapping[str, Any], left: Sequence[Left] = ()) -> dict[str, Any]:
    """The whole report as JSON, the same from the command line and from the page."""
    return {
        "findings": [each.as_json() for each in findings],
        "profile": dict(learned),
        "left_over": [asdict(each) for each in left],
    }


def kept(message: Message) -> dict[str, Any]:
    """A message with messages among its values, as JSON keeps it."""
    values = {name: kept(each) if isinstance(each, Message) else each for name, each in message.values.items()}
    return {"text": message.text, "values": values}


def revived(data: Mapping[str, Any]) -> Message:
    values = {name: revived(each) if isinstance(each, dict) else each for name, each in data["values"].items()}
    return Message(data["text"], values)
