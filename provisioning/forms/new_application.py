"""A new application: its name must be free, and the form says who has it; its interface, where there are several."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from provisioning.gallery import GalleryApplication
from provisioning.jobs.setup import MOST_NAME, same_name
from provisioning.models import EnterpriseApplication

CHECKED_WHEN_LEFT = {"hx-get": "", "hx-trigger": "change", "hx-target": "#name-field", "hx-swap": "outerHTML"}
CHOSEN = {"hx-get": "", "hx-trigger": "change", "hx-target": "#comes", "hx-swap": "outerHTML"}
NAME_TAKEN = _("Another application has this name. Choose a different one.")


class NewApplication(forms.Form):
    """`existing` is the application that has the name already, if there is one.

    `family` are the gallery's ways into one application; the first of them stands in the gallery.
    """

    interface = forms.ChoiceField(label=_("Interface"), required=False, widget=forms.RadioSelect)

    name = forms.CharField(
        label=_("Name"),
        max_length=MOST_NAME,
        help_text=_("Up to 120 characters. Shown to administrators only."),
        widget=forms.TextInput(attrs={"autocomplete": "off", **CHECKED_WHEN_LEFT}),
    )

    def __init__(self, family: Sequence[GalleryApplication], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.existing: EnterpriseApplication | None = None
        self.family = {each.key: each for each in family}
        field = cast(forms.ChoiceField, self.fields["interface"])
        field.choices = [(each.key, gettext(each.interface)) for each in family]
        field.widget.attrs |= CHOSEN

    @property
    def template(self) -> GalleryApplication:
        """The one that is chosen now; that of the page unless another one is."""
        return self.family.get(self["interface"].value() or "") or self.family[self.initial["interface"]]

    @property
    def hints(self) -> dict[str, str]:
        """When to choose which interface."""
        return {key: gettext(each.interface_help) for key, each in self.family.items()}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        self.existing = same_name(name)
        if self.existing:
            raise ValidationError(NAME_TAKEN)
        return name

    def lost_race(self) -> None:
        """Somebody took the name between the check and the insert."""
        self.existing = same_name(self.data["name"].strip())
        self.add_error("name", NAME_TAKEN)
