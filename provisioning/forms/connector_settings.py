"""Form fields for the settings that a connector declares, and what the portal knows of them already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django import forms
from django.conf import settings as site
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from provisioning import vault
from provisioning.forms.demo_service import demo_settings
from provisioning.models import Credentials, ProvisioningJob
from provisioning.wire.settings import SIGN_IN, Setting

LONGEST = 4096
DOTS = "•" * 12


@dataclass(frozen=True, slots=True)
class Known:
    """What the portal knows already: the saved values, or in the demo those of the demo service.

    `problem` says why saved values can't be read; they must then be entered again.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    row: Credentials | None = None
    problem: str = ""

    @classmethod
    def of(cls, job: ProvisioningJob) -> "Known":
        row: Credentials | None = getattr(job, "credentials", None)
        if row is None:
            return cls(demo_settings(job.application))
        try:
            return cls(row.unlock(), row)
        except vault.Unreadable as error:
            return cls({}, row, _(error.message.text) % error.message.values)

    @property
    def saved_at(self) -> str:
        return self.row.saved_at.isoformat() if self.row and self.row.saved_at else ""

    def hint(self) -> str:
        """What is said under a secret that is known."""
        if self.row is None:
            return _("Prefilled for the demo service.")
        if not self.row.saved_at:
            return _("Saved. Leave it as it is to keep it.")
        values = {"date": date_format(localtime(self.row.saved_at), "j M Y"), "name": self.row.saved_by}
        return _("Saved on %(date)s by %(name)s. Leave it as it is to keep it.") % values


class SecretField(forms.CharField):
    """Write-only. Left empty, a known secret is kept, so that only an unknown one is asked for."""

    def __init__(self, known: bool, **options: Any) -> None:
        attributes = {"autocomplete": "new-password", "spellcheck": "false"} | ({"placeholder": DOTS} if known else {})
        super().__init__(strip=False, widget=forms.PasswordInput(attributes), **options)
        self.known = known

    def validate(self, value: str) -> None:
        if not (self.known and value in self.empty_values):
            super().validate(value)


class AddressField(forms.CharField):
    """Where a service is. Whether the portal may go there is decided when it connects."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if text:
            _check_address(text)
        return text


def _check_address(text: str) -> None:
    parts = split(text)
    if parts is None or parts.scheme not in ("https", "http") or not parts.hostname or any(map(str.isspace, text)):
        raise ValidationError(_("Enter an address such as https://api.example.com"))
    if parts.scheme == "http" and not site.PORTAL_ALLOW_PRIVATE:
        raise ValidationError(_("The address must begin with https://"))
    if "@" in parts.netloc:
        raise ValidationError(_("The address must not hold a user name or password."))


def split(address: str) -> SplitResult | None:
    """The parts of an address, None when it is none."""
    try:
        parts = urlsplit(address)
        is_one = parts.port != 0
    except ValueError:
        return None
    return parts if is_one else None


def leads_elsewhere(setting: Setting, known: Known, entered: str) -> bool:
    """Whether this address is another service than the one that the known secrets were entered for."""
    before, after = split(known.values.get(setting.name) or setting.default), split(entered or setting.default)
    if before is None or after is None:
        return True
    return (before.scheme, before.hostname, before.port) != (after.scheme, after.hostname, after.port)


def setting_fields(settings: Iterable[Setting], known: Known, app: str) -> dict[str, forms.Field]:
    """A field for each setting, by its name in the form."""
    return {name_of(each): _field(each, known, app) for each in settings}


def chosen_method(settings: Iterable[Setting], known: Known, data: Mapping[str, Any] | None) -> str:
    """How one signs in: as sent with the form, else as saved, else the connector's first choice; "" without choice."""
    for each in settings:
        if each.name == SIGN_IN:
            sent = (data or {}).get(name_of(each))
            offered = [choice.value for choice in each.choices]
            return next((way for way in (sent, known.values.get(SIGN_IN)) if way in offered), each.default)
    return ""


def name_of(setting: Setting) -> str:
    """A setting's name in the form."""
    return f"credentials_{setting.name}"


def _field(setting: Setting, known: Known, app: str) -> forms.Field:
    value = known.values.get(setting.name, "")
    options: dict[str, Any] = {
        "label": _(setting.label).replace("{app}", app),
        "help_text": _(setting.help) if setting.help else "",
        "required": setting.required,
        "max_length": LONGEST,
        "error_messages": {"required": _("This is empty. Enter a value.")},
    }
    if setting.secret:
        if value:
            options["help_text"] = known.hint()
        return SecretField(bool(value), **options)
    if setting.choices:
        options = {key: options[key] for key in ("label", "help_text", "required", "error_messages")}
        choices = [(each.value, _(each.label)) for each in setting.choices]
        return forms.ChoiceField(choices=choices, initial=value or setting.default, show_hidden_initial=True, **options)
    kind = AddressField if setting.is_address else forms.CharField
    widget = forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"})
    return kind(widget=widget, initial=value or setting.default, show_hidden_initial=True, **options)
