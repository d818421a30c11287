"""Turn the named values of `choices` into choices that a field shows."""

from enum import StrEnum


def as_choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    return [(each.value, each.name.replace("_", " ").capitalize()) for each in values]
