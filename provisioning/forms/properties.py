"""Properties of an application: its name and notes; and the question before it is deleted."""

from hashlib import blake2s
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.forms.new_application import NAME_TAKEN
from provisioning.forms.versions import VersionedForm
from provisioning.jobs.setup import MOST_NAME, same_name
from provisioning.models import EnterpriseApplication

LEAVE, DISABLE = "leave", "disable"
MOST_NOTES = 1024


class NotesField(forms.CharField):
    """Text of several lines. Browsers send them with another end than the one that is stored."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class PropertiesForm(VersionedForm):
    """`application` is the row as it is stored now; its values are their own version."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=MOST_NAME,
        help_text=gettext_lazy("Up to 120 characters. Shown to administrators only."),
        widget=forms.TextInput({"autocomplete": "off"}),
        show_hidden_initial=True,
    )
    notes = NotesField(
        label=gettext_lazy("Notes"),
        required=False,
        max_length=MOST_NOTES,
        help_text=gettext_lazy("For your colleagues: who looks after it, whom to ask, what to mind."),
        widget=forms.Textarea({"rows": 5}),
        show_hidden_initial=True,
    )

    def __init__(self, application: EnterpriseApplication, data: QueryDict | None = None) -> None:
        stored = {"name": application.display_name, "notes": application.notes}
        version = blake2s(repr(stored).encode(), digest_size=8).hexdigest()
        super().__init__(data, initial=stored | {"version": version})
        self.application = application

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        other = same_name(name)
        if other and other.pk != self.application.pk:
            raise ValidationError(NAME_TAKEN)
        return name

    @property
    def is_conflict(self) -> bool:
        """Whether somebody else saved other values since the form was drawn. The form must be valid."""
        return self.is_outdated and bool(self.differences)


class DeletionForm(forms.Form):
    """What becomes of the accounts, and the application's name: nobody deletes one by a slip."""

    accounts = forms.ChoiceField(
        label=gettext_lazy("Accounts in the application"),
        widget=forms.RadioSelect,
        choices=[
            (LEAVE, gettext_lazy("Leave them as they are")),
            (DISABLE, gettext_lazy("Disable them first")),
        ],
        initial=LEAVE,
    )
    typed = forms.CharField(
        label=gettext_lazy("Name of the application"), widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, application: EnterpriseApplication, why_not: str, data: Any = None) -> None:
        super().__init__(data)
        self.application, self.why_not = application, why_not

    def clean_accounts(self) -> str:
        if self.cleaned_data["accounts"] == DISABLE and self.why_not:
            raise ValidationError(self.why_not)
        return str(self.cleaned_data["accounts"])

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"]).strip()
        if typed != self.application.display_name:
            raise ValidationError(_("This is not the name of the application."))
        return typed
