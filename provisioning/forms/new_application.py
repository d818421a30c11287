"""The name of a new application: must be free, and says which application has it when it is not."""

from itertools import count
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from provisioning.models import EnterpriseApplication

MAX_NAME = 120
CHECKED_WHEN_LEFT = {"hx-get": "", "hx-trigger": "change", "hx-target": "#name-field", "hx-swap": "outerHTML"}
NAME_TAKEN = _("Another application has this name. Choose a different one.")


class NewApplication(forms.Form):
    """`existing` is the application that has the name already, if there is one."""

    name = forms.CharField(
        label=_("Name"),
        max_length=MAX_NAME,
        help_text=_("Up to 120 characters. Shown to administrators only."),
        widget=forms.TextInput(attrs={"autocomplete": "off", **CHECKED_WHEN_LEFT}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.existing: EnterpriseApplication | None = None

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        self.existing = EnterpriseApplication.objects.filter(display_name__iexact=name).first()
        if self.existing:
            raise ValidationError(NAME_TAKEN)
        return name

    def lost_race(self) -> None:
        """Somebody took the name between the check and the insert."""
        self.existing = EnterpriseApplication.objects.filter(display_name__iexact=self.data["name"].strip()).first()
        self.add_error("name", NAME_TAKEN)


def free_name(wanted: str) -> str:
    """The name itself, or with the first number behind it that is free."""
    taken = {
        name.casefold()
        for name in EnterpriseApplication.objects.filter(display_name__istartswith=wanted).values_list(
            "display_name", flat=True
        )
    }
    numbered = (f"{wanted} {number}" for number in count(2))
    return wanted if wanted.casefold() not in taken else next(name for name in numbered if name.casefold() not in taken)
