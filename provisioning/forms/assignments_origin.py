"""The choice where the assignments of an application come from."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.choices import AssignmentsFrom
from provisioning.models import EnterpriseApplication

ORIGINS = [
    (AssignmentsFrom.HERE, gettext_lazy("This portal")),
    (AssignmentsFrom.SOURCE, gettext_lazy("The directory's source")),
]


ID_LENGTH = 36


class OriginForm(forms.Form):
    origin = forms.ChoiceField(
        label=gettext_lazy("Assignments come from"), choices=ORIGINS, widget=forms.RadioSelect, required=True
    )
    principal = forms.UUIDField(
        label=gettext_lazy("Service principal (object ID)"),
        required=False,
        help_text=gettext_lazy("Azure AD shows it as Object ID on the page Properties of the enterprise application."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "class": "mono"}),
        error_messages={"invalid": gettext_lazy("Enter an object ID such as 3c5e7a9b-1d2f-4b6c-8e0a-2b4d6f8a0c1e.")},
    )

    def __init__(self, application: EnterpriseApplication, data: Any = None, chosen: str = "") -> None:
        """`chosen`: a service principal that was found, and is saved only with the form."""
        self.application = application
        initial = {"origin": application.assignments_from, "principal": application.source_principal}
        if chosen:
            initial = {"origin": AssignmentsFrom.SOURCE, "principal": chosen[:ID_LENGTH]}
        super().__init__(data, initial=initial)

    @property
    def chosen(self) -> AssignmentsFrom:
        return AssignmentsFrom(self.cleaned_data["origin"])

    @property
    def chosen_principal(self) -> uuid.UUID | None:
        """Kept only while it is used."""
        found: uuid.UUID | None = self.cleaned_data["principal"]
        return found if self.chosen is AssignmentsFrom.SOURCE else None

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("origin") != AssignmentsFrom.SOURCE or "principal" in self.errors:
            return
        principal = self.cleaned_data.get("principal")
        if principal is None:
            self.add_error("principal", _("Enter the object ID of the service principal."))
        elif self._others().filter(source_principal=principal).exists():
            text = _("Another application takes its assignments from this service principal.")
            self.add_error("principal", ValidationError(text))

    def _others(self) -> Any:
        same = EnterpriseApplication.objects.filter(directory=self.application.directory)
        return same.filter(assignments_from=AssignmentsFrom.SOURCE).exclude(pk=self.application.pk)
