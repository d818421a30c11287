"""Fields for the settings of a SCIM profile: one for each kind of value, and what its text means."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from provisioning.connectors.scim_profile import CHOICES, DEFAULTS, FIELDS, LEAST, fault
from provisioning.connectors.scim_profile_choices import LABELS
from provisioning.connectors.scim_profile_texts import WORDS

PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class LinesField(forms.CharField):
    """Texts, one a line. Browsers end lines in another way than what is stored."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        lines = str(super().to_python(value) or "").splitlines()
        return "\n".join(filter(None, (line.strip() for line in lines)))


def field_of(name: str) -> forms.Field:
    """The field of the setting with that name."""
    words, default = WORDS[name], getattr(DEFAULTS, FIELDS[name])
    said: dict[str, Any] = {"label": _(words.label), "help_text": _(words.help), "show_hidden_initial": True}
    if name in CHOICES:
        choices = [(value, _(label)) for value, label in LABELS[name].items()]
        return forms.ChoiceField(choices=choices, **said)
    if isinstance(default, bool):
        return forms.BooleanField(required=False, **said)
    if isinstance(default, int):
        return forms.IntegerField(min_value=LEAST.get(name, 0), error_messages=_of_numbers(name), **said)
    if isinstance(default, float):
        return forms.FloatField(min_value=0, error_messages=_of_numbers(name), **said)
    if isinstance(default, tuple | Mapping):
        return LinesField(required=False, widget=forms.Textarea({**PLAIN, "rows": 2}), **said)
    needed = {"required": _("Enter a value, such as %(example)s.") % {"example": default}}
    widget = forms.TextInput(PLAIN)
    return forms.CharField(required=bool(default), max_length=200, error_messages=needed, widget=widget, **said)


def as_shown(value: Any) -> Any:
    """A value of a profile as its field has it."""
    if isinstance(value, Mapping):
        return "\n".join(f"{name} = {number}" for name, number in value.items())
    return "\n".join(value) if isinstance(value, tuple | list) else value


def told(name: str, value: Any) -> str:
    """A value on one line, for people."""
    if name in LABELS:
        return _(LABELS[name].get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(as_shown(value)).replace("\n", ", ") or _("empty")


def as_held(name: str, cleaned: Any) -> Any:
    """What is in the field as a profile holds it. Raises ValidationError where it can't hold it."""
    default = getattr(DEFAULTS, FIELDS[name])
    if isinstance(default, Mapping):
        cleaned = dict(map(_pair, str(cleaned).splitlines()))
    elif isinstance(default, tuple):
        cleaned = str(cleaned).splitlines()
    if wrong := fault(name, cleaned):
        raise ValidationError(_(wrong.text) % wrong.values)
    return cleaned


def _pair(line: str) -> tuple[str, int]:
    name, _sign, number = (part.strip() for part in line.partition("="))
    if not name or not (number.isascii() and number.isdigit()) or not int(number[:9]) >= 1:
        raise ValidationError(_("“%(line)s” gives no number. Write it like emails = 1.") % {"line": line})
    return name, int(number[:9])


def _of_numbers(name: str) -> dict[str, str]:
    least = LEAST.get(name, 0)
    if isinstance(getattr(DEFAULTS, FIELDS[name]), float):
        text = _("Enter a number, %(least)s or more.") % {"least": least}
    else:
        text = _("Enter a whole number, %(least)s or more.") % {"least": least}
    return dict.fromkeys(("required", "invalid", "min_value"), text)
