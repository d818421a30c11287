"""What all filters of a list share."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _


class ListFilter(forms.Form):
    """From the address; what is not understood there does not filter. `labels` names the fields shown as pills.

    `choices`: those of fields whose choices are rows, by name.
    """

    labels: ClassVar[Mapping[str, Any]] = {}

    q = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, choices: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, each in (choices or {}).items():
            cast(forms.MultipleChoiceField, self.fields[name]).choices = each
        self.is_valid()

    @property
    def text(self) -> str:
        """What is searched for."""
        return self.cleaned_data.get("q") or ""

    def chosen(self, name: str) -> list[str]:
        values: list[str] = self.cleaned_data.get(name) or []
        return values

    @property
    def pills(self) -> list[tuple[Any, str, Any, list[str]]]:
        """Label, name, choices and chosen values of each filter."""
        fields = {name: cast(forms.MultipleChoiceField, self.fields[name]) for name in self.labels}
        return [(self.labels[name], name, field.choices, self.chosen(name)) for name, field in fields.items()]

    @property
    def words(self) -> list[tuple[Any, str]]:
        """Label and values of everything that filters, as a sentence about the list tells it."""
        pills = [
            (label, ", ".join(str(word) for value, word in choices if value in chosen))
            for label, _name, choices, chosen in self.pills
            if chosen
        ]
        return [(_("Search"), self.text), *pills] if self.text else pills

    @property
    def is_filtering(self) -> bool:
        return bool(self.text or any(self.chosen(name) for name in self.labels))
