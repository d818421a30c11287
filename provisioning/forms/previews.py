"""What the entries of a preview can be filtered by, from the address."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from provisioning.forms.logs import ACTIONS, STATUSES
from provisioning.models import Cycle, PreviewEntry


class PreviewFilter(forms.Form):
    """What is not understood does not filter."""

    q = forms.CharField(required=False, max_length=200)
    action = forms.MultipleChoiceField(required=False, choices=ACTIONS)
    status = forms.MultipleChoiceField(required=False, choices=STATUSES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()

    def chosen(self, name: str) -> list[str]:
        values: list[str] = self.cleaned_data.get(name) or []
        return values

    @property
    def pills(self) -> list[tuple[Any, str, Any, list[str]]]:
        """Label, name, choices and chosen values of each filter."""
        return [
            (_("Action"), "action", ACTIONS, self.chosen("action")),
            (_("Status"), "status", STATUSES, self.chosen("status")),
        ]

    @property
    def is_filtering(self) -> bool:
        return bool(self.cleaned_data.get("q") or self.chosen("action") or self.chosen("status"))

    def found(self, preview: Cycle) -> QuerySet[PreviewEntry]:
        """In the order in which they were found."""
        rows = preview.preview_entries.order_by("pk")
        if text := (self.cleaned_data.get("q") or "").strip().lower():
            names = Q(identity__startswith=text) | Q(label_lower__contains=text)
            rows = rows.filter(names | Q(source_id=text))
        if actions := self.chosen("action"):
            rows = rows.filter(action__in=actions)
        if statuses := self.chosen("status"):
            rows = rows.filter(status__in=statuses)
        return rows
