"""The SCIM validator's form: where the endpoint is, how to sign in to it, and what may be tried there."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from provisioning.connectors.scim import Scim
from provisioning.connectors.scim_profile import MICROSOFT, RFC
from provisioning.forms.credentials import SettingsForm
from provisioning.jobs.known import Known
from provisioning.jobs.validator import Wanted
from provisioning.models import EnterpriseApplication

READ, WRITE = "read", "write"
STYLES: Mapping[str, Any] = {
    "": _("As the Tenant URL or the profile says, else as the standard has it"),
    RFC: _("As the standard has it"),
    MICROSOFT: _("As Microsoft's client writes it"),
}


class ValidatorForm(SettingsForm):
    """`application`: whose saved credentials count where nothing else is typed."""

    style = forms.ChoiceField(
        label=_("PATCH style"),
        required=False,
        choices=list(STYLES.items()),
        help_text=_("How changes are written. Try the other one when the portal's changes are refused."),
    )
    extent = forms.ChoiceField(
        label=_("What to try"),
        widget=forms.RadioSelect,
        choices=[(READ, _("Only read")), (WRITE, _("Read and write"))],
        initial=READ,
    )
    agreed = forms.BooleanField(
        label=_("I agree that a throw-away user and a throw-away group are created, changed and deleted there"),
        required=False,
    )

    def __init__(
        self, application: EnterpriseApplication | None, data: Any = None, like: Mapping[str, str] | None = None
    ) -> None:
        self.application = application
        if application is None:
            settings, known, product = Scim.settings, Known(like or {}), "SCIM"
        else:
            settings = application.template.worded(Scim.settings)
            known, product = Known.of(application.job), application.product
        super().__init__(settings, known, product, data, {"extent": READ})

    @property
    def hints(self) -> Mapping[str, str]:
        """What is said below the choices of `extent`."""
        return {
            READ: gettext("Signs in, searches, lists, and reads what the endpoint tells of itself. Changes nothing."),
            WRITE: gettext(
                "Also creates a user and a group that nobody else has, finds, reads, changes and disables the user, "
                "puts it into the group and takes it out, and deletes both, whatever fails."
            ),
        }

    def wanted(self) -> Wanted:
        values = self.cleaned_data
        writes = values["extent"] == WRITE
        return Wanted(credentials=self.credentials, style=values["style"], writes=writes, application=self.application)

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("extent") == WRITE and not self.cleaned_data.get("agreed"):
            self.add_error("agreed", gettext("Tick this, or choose to read only."))
