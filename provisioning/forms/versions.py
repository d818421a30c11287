"""Forms that notice when somebody else saved meanwhile: what was shown, what is stored now, what was entered."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Difference:
    """One field with the value that is stored now and the one that was entered, as people read them."""

    label: str
    theirs: str
    mine: str


class ToldField(forms.Field, ABC):
    """A field whose values are no plain text."""

    @abstractmethod
    def told(self, value: Any) -> str:
        """A value as people read it, on one line."""


class VersionField(forms.CharField):
    """Whatever comes is taken: what is no version of ours is simply an old one."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> str:
        return str(value or "")


class VersionedForm(forms.Form):
    """Carries the version it was drawn from and, hidden, the values it was drawn with.

    `initial` holds what is stored now, for every field. Fields that are sent back (all but secrets) have
    `show_hidden_initial`, so `changed_data` is what was edited here, whatever was stored meanwhile.
    """

    version = VersionField()

    @property
    def hidden_parts(self) -> Iterable[SafeString]:
        """The version and the values that were shown; goes first into the form."""
        yield from map(str, self.hidden_fields())
        for bound in self._compared():
            yield bound.as_hidden(only_initial=True)

    @property
    def edited(self) -> list[str]:
        """Names of the fields that were edited on the page."""
        return [name for name in self.changed_data if name != "version"]

    @property
    def is_outdated(self) -> bool:
        """Whether there were saves since it was drawn. Only of use when the form is valid."""
        return bool(self.cleaned_data["version"] != str(self.initial["version"]))

    @property
    def differences(self) -> list[Difference]:
        """What others changed since it was drawn, beside what was entered here. Empty when both say the same."""
        return [
            Difference(str(bound.label), _shown(bound.field, bound.initial), self._mine(bound))
            for bound in self._compared()
            if self._is_changed_by_others(bound) and self._would_change(bound)
        ]

    @property
    def edits(self) -> list[Difference]:
        """What was edited, beside what is stored; of secrets only that there is a new one."""
        found = []
        for name in self.edited:
            bound = self[name]
            if bound.field.show_hidden_initial:
                values = _shown(bound.field, bound.initial), _shown(bound.field, bound.data)
            else:
                values = "••••", _("New value")
            found.append(Difference(str(bound.label), *values))
        return found

    def rebase(self) -> Self:
        """Draw it on what is stored now: fields that were not edited here take over what others saved."""
        data = {bound.html_name: bound.data for bound in self.visible_fields()}
        edited = self.edited
        for bound in self._compared():
            stored = _as_text(bound, bound.initial)
            data[bound.html_initial_name] = stored
            data[bound.html_name] = _as_text(bound, bound.data) if bound.name in edited else stored
        self.data = {**data, **{bound.html_name: _as_text(bound, bound.initial) for bound in self.hidden_fields()}}
        return self

    def _compared(self) -> list[forms.BoundField]:
        return [bound for bound in self.visible_fields() if bound.field.show_hidden_initial]

    def _is_changed_by_others(self, bound: forms.BoundField) -> bool:
        widget = bound.field.hidden_widget()
        shown = widget.value_from_datadict(self.data, self.files, bound.html_initial_name)
        return bound.field.has_changed(bound.initial, shown)

    def _would_change(self, bound: forms.BoundField) -> bool:
        return bound.name not in self.edited or bound.field.has_changed(bound.initial, bound.data)

    def _mine(self, bound: forms.BoundField) -> str:
        return _shown(bound.field, bound.data) if bound.name in self.edited else _("Not edited by you")


def _as_text(bound: forms.BoundField, value: Any) -> str:
    value = bound.field.prepare_value(value)
    return "" if value is None else str(value)


def _shown(field: forms.Field, value: Any) -> str:
    """A value as people read it: the label of a choice, Yes or No, – for nothing."""
    if isinstance(field, ToldField):
        return field.told(value) or "–"
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return next((str(label) for key, label in choices if str(key) == str(value)), str(value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "–" if value in (None, "") else str(value)
