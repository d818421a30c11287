"""Form fields for the settings that a connector declares, and what the portal knows of them already."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from provisioning.jobs.known import LONGEST, LONGEST_TEXT, Known, fault_of_address, method_of
from provisioning.wire.settings import SIGN_IN, Setting

DOTS = "•" * 12
LINES = {"rows": 6, "class": "mono", "autocapitalize": "off"}


def hint(known: Known) -> str:
    """What is said under a secret that is known."""
    if known.row is None:
        return _("Prefilled for the demo service.")
    if not known.row.saved_at:
        return _("Saved. Leave it as it is to keep it.")
    values = {"date": date_format(localtime(known.row.saved_at), "SHORT_DATE_FORMAT"), "name": known.row.saved_by}
    return _("Saved on %(date)s by %(name)s. Leave it as it is to keep it.") % values


class UnshownText(forms.Textarea):
    """A secret of several lines. As a password, what was sent is never sent back."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class SecretField(forms.CharField):
    """Write-only. Left empty, a known secret is kept, so that only an unknown one is asked for."""

    def __init__(self, known: bool, *, several_lines: bool = False, **options: Any) -> None:
        attributes = {"autocomplete": "new-password", "spellcheck": "false"} | ({"placeholder": DOTS} if known else {})
        widget = UnshownText({**LINES, **attributes}) if several_lines else forms.PasswordInput(attributes)
        super().__init__(strip=False, widget=widget, **options)
        self.known = known

    def validate(self, value: str) -> None:
        if not (self.known and value in self.empty_values):
            super().validate(value)


class AddressField(forms.CharField):
    """Where a service is. Whether the portal may go there is decided when it connects."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if text and (fault := fault_of_address(text)):
            raise ValidationError(fault)
        return text


def setting_fields(settings: Iterable[Setting], known: Known, app: str) -> dict[str, forms.Field]:
    """A field for each setting, by its name in the form."""
    return {name_of(each): _field(each, known, app) for each in settings}


def chosen_method(settings: Iterable[Setting], known: Known, data: Mapping[str, Any] | None) -> str:
    """How one signs in: as sent with the form, else as `known.method_of` says."""
    sent = [(data or {}).get(name_of(each)) for each in settings if each.name == SIGN_IN]
    return method_of(settings, known, sent[0] if sent else None)


def name_of(setting: Setting) -> str:
    """A setting's name in the form."""
    return f"credentials_{setting.name}"


def _field(setting: Setting, known: Known, app: str) -> forms.Field:
    value = known.values.get(setting.name, "")
    options: dict[str, Any] = {
        "label": _(setting.label).replace("{app}", app),
        "help_text": _(setting.help) if setting.help else "",
        "required": setting.required,
        "max_length": LONGEST_TEXT if setting.several_lines else LONGEST,
        "error_messages": {"required": _("This is empty. Enter a value.")},
    }
    if setting.secret:
        if value:
            options["help_text"] = hint(known)
        return SecretField(bool(value), several_lines=setting.several_lines, **options)
    if setting.choices:
        options = {key: options[key] for key in ("label", "help_text", "required", "error_messages")}
        choices = [(each.value, _(each.label)) for each in setting.choices]
        return forms.ChoiceField(choices=choices, initial=value or setting.default, show_hidden_initial=True, **options)
    kind = AddressField if setting.is_address else forms.CharField
    plain = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
    widget = forms.Textarea({**LINES, **plain}) if setting.several_lines else forms.TextInput(plain)
    return kind(widget=widget, initial=value or setting.default, show_hidden_initial=True, **options)
