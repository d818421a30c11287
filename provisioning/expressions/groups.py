"""The groups of a .NET pattern: their numbers, and the names they get in the translation."""

from collections.abc import Mapping

from provisioning.expressions.classes import DIGITS


class Groups:
    """Unnamed groups are numbered first, then named ones by the next free number; a number may be a name as well.

    The pattern is read twice: the first reading counts, the second is given `known`, what the first one counted.
    """

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self.known = known
        self.unnamed = 0
        self.open: list[str] = []
        self._names: dict[str, None] = {}

    def begin(self, name: str | None) -> str:
        """Count a group that begins here, and give its name in the translation."""
        if name is None:
            self.unnamed += 1
            name = str(self.unnamed)
        else:
            self._names[name] = None
        ours = (self.known or {}).get(name, "g0")
        self.open.append(ours)
        return ours

    def end(self) -> None:
        self.open.pop()

    def counted(self) -> dict[str, str]:
        """By number and by name: the name in the translation."""
        numbers = {str(number) for number in range(1, self.unnamed + 1)}
        numbers |= {name for name in self._names if name[0] in DIGITS}
        found = {number: f"g{number}" for number in numbers}
        free = self.unnamed + 1
        for name in [each for each in self._names if each not in numbers]:
            while str(free) in numbers:
                free += 1
            numbers.add(str(free))
            found |= {name: f"g{free}", str(free): f"g{free}"}
        return found
