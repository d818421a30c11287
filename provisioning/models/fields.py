"""Turn the named values of `choices` into choices that a field shows."""

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy


def as_choices(values: type[StrEnum]) -> list[tuple[str, Any]]:
    """Their names as words; those that the catalogue has, because pages say them too, in the reader's language."""
    return [(each.value, gettext_lazy(each.name.replace("_", " ").capitalize())) for each in values]
