"""A place in a JSON document: reads what should be there, and notes with its path what is wrong."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from provisioning.jobs.json_text import Problem, below


class Place:
    """A value and where it is. All places of a document share one list of problems."""

    def __init__(self, value: Any, problems: list[Problem], path: str = "") -> None:
        self.value, self.problems, self.path = value, problems, path

    def fault(self, reason: str) -> None:
        """Note that what is here is wrong, in a sentence that says what to do."""
        self.problems.append(Problem(self.path, reason))

    def at(self, key: str) -> "Place":
        """The value of a key of this object; null where there is none."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Place(value, self.problems, below(self.path, key))

    def objects(self) -> list["Place"]:
        """The objects of this list; none for null."""
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            self.fault(_("This must be a list."))
            return []
        found = [Place(each, self.problems, f"{self.path}[{place}]") for place, each in enumerate(self.value)]
        return [each for each in found if each.is_object()]

    def is_object(self) -> bool:
        """Whether it is one; it is noted when not."""
        if isinstance(self.value, dict):
            return True
        self.fault(_("This must be an object, in braces."))
        return False

    def text(self, longest: int, default: str = "") -> str:
        """The text here; `default` for null and for what is no such text."""
        if self.value is None:
            return default
        if not isinstance(self.value, str):
            self.fault(_("This must be a text, in quotes."))
            return default
        if len(self.value) > longest:
            self.fault(_("This text is too long: %(longest)s characters at most.") % {"longest": longest})
            return default
        return self.value

    def flag(self, default: bool) -> bool:
        """True or false; `default` for null and for what is neither."""
        if self.value is None:
            return default
        if not isinstance(self.value, bool):
            self.fault(_("This must be true or false."))
            return default
        return self.value

    def number(self, least: int, most: int, default: int = 0) -> int:
        """A whole number in this range; `default` for null and for what is none."""
        if self.value is None:
            return default
        if isinstance(self.value, bool) or not isinstance(self.value, int) or not least <= self.value <= most:
            self.fault(_("This must be a whole number from %(least)s to %(most)s.") % {"least": least, "most": most})
            return default
        return self.value

    def refuse_unless_empty(self, reason: Callable[[], str]) -> None:
        """Note it when there is something where nothing may be."""
        if self.value:
            self.fault(reason())
