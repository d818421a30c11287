"""Which rows of a list an act concerns: those that were ticked, or everything that the list's filter finds."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from provisioning.forms.list_filter import ListFilter
from provisioning.jobs.bulk_operations import keys_of, mark_of
from provisioning.models import Directory
from provisioning.models.directory import CHUNK

AT_MOST = CHUNK
"""So many rows can be ticked, and so many are done at once: more is a bulk operation."""
NAMED = 50
"""So many of a whole list are named before the act; the others are counted."""


@dataclass(frozen=True)
class Selection:
    """`form` and `query`: the filter, where everything that it finds is meant. `shown`: the mark of what was shown."""

    rows: QuerySet[Any]
    ids: Sequence[uuid.UUID] = ()
    form: ListFilter | None = None
    query: str = ""
    shown: str = ""

    @property
    def is_whole(self) -> bool:
        return self.form is not None

    @cached_property
    def keys(self) -> list[int]:
        return keys_of(self.rows) if self.is_whole else [each.pk for each in self.named]

    @cached_property
    def mark(self) -> str:
        return mark_of(self.keys)

    @property
    def has_changed(self) -> bool:
        """Whether the filter finds others than those that were shown."""
        return self.is_whole and self.shown not in ("", self.mark)

    @property
    def number(self) -> int:
        return len(self.keys)

    @cached_property
    def named(self) -> list[Any]:
        """By name; of a whole list the first ones."""
        rows = self.rows.order_by("display_name", "pk")
        return list(rows[:NAMED] if self.is_whole else rows.select_related("directory"))

    @property
    def more(self) -> int:
        return self.number - len(self.named)

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What a form hands on with every request, by name."""
        if not self.is_whole:
            return [("id", str(each)) for each in self.ids]
        return [("all", "1"), ("query", self.query), ("mark", self.mark)]

    @property
    def words(self) -> str:
        """The filter as a person reads it."""
        return "; ".join(f"{label}: {values}" for label, values in self.form.words) if self.form else ""


def selected(request: HttpRequest, model: type[Any], directory: Directory, filter_: type[Any]) -> Selection:
    """Of `model`, as the list's form says that was sent; who is gone for good is left out."""
    if request.POST.get("all"):
        query = request.POST.get("query", "")
        form = filter_(QueryDict(query))
        return Selection(form.found(directory), form=form, query=query, shown=request.POST.get("mark", ""))
    ids = _ids(request)
    return Selection(model.objects.filter(directory=directory, purged_at=None, object_id__in=ids), ids=ids)


def _ids(request: HttpRequest) -> list[uuid.UUID]:
    """The object ids that were sent; what is none is left out, and so is what goes beyond the limit."""
    found = []
    for text in request.POST.getlist("id")[:AT_MOST]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found
