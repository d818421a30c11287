"""Forms of app registrations: a new one, a new secret, a certificate."""

from datetime import timedelta
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from provisioning.choices import ApiScope
from provisioning.jobs.api_clients import USUAL_LIFE

SCOPES = [
    (ApiScope.READ.value, _("Read")),
    (ApiScope.MANAGE.value, _("Read and manage")),
]
SCOPE_HINTS = {
    ApiScope.READ.value: _("Reads users, groups, applications, jobs and logs."),
    ApiScope.MANAGE.value: _("Also changes users, groups, assignments and the provisioning of applications."),
}
LIVES = [("90", _("90 days")), (str(USUAL_LIFE.days), _("180 days")), ("365", _("365 days")), ("730", _("730 days"))]


class NewRegistration(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("What the program is called here and in the audit trail."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter a name.")},
    )
    scope = forms.ChoiceField(
        label=_("Permission"), choices=SCOPES, initial=ApiScope.READ.value, widget=forms.RadioSelect
    )
    hints: ClassVar = SCOPE_HINTS


class Labelled(forms.Form):
    label = forms.CharField(
        label=_("Description"),
        max_length=120,
        required=False,
        help_text=_("Where it is kept, so that whoever replaces it one day finds it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NewSecret(Labelled):
    life = forms.ChoiceField(label=_("Expires after"), choices=LIVES, initial=str(USUAL_LIFE.days))

    @property
    def lifetime(self) -> timedelta:
        return timedelta(days=int(self.cleaned_data["life"]))


class NewCertificate(Labelled):
    pem = forms.CharField(
        label=_("Certificate"),
        max_length=20_000,
        help_text=_("The public part in PEM form. The private key stays with the program."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Paste the certificate.")},
    )
    field_order = ("pem", "label")
