"""The form of one custom attribute of an attribute list."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.choices import AttributeType, ObjectType, Side
from provisioning.forms.versions import VersionedForm
from provisioning.jobs.attribute_lists import FIELDS, FIXED_WHILE_USED, fault_of_name, fault_of_type
from provisioning.models import CustomAttribute
from provisioning.models.custom_attribute import LONGEST_NAME

OBJECTS = [("", "–"), (ObjectType.USER, gettext_lazy("User")), (ObjectType.GROUP, gettext_lazy("Group"))]


class AttributeForm(VersionedForm):
    """A custom attribute, new or old. `taken` are the names in the list, `used` tells that something names it."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        show_hidden_initial=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Enter a name.")},
    )
    type = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=[(each, each.value) for each in AttributeType], show_hidden_initial=True
    )
    references = forms.ChoiceField(
        label=gettext_lazy("Referenced Object Attribute"), choices=OBJECTS, required=False, show_hidden_initial=True
    )
    required = forms.BooleanField(
        label=gettext_lazy("Required?"),
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy("Without a value for it no account is created."),
    )
    multiple = forms.BooleanField(
        label=gettext_lazy("Multi-value?"),
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy("It holds several values."),
    )
    exact_case = forms.BooleanField(
        label=gettext_lazy("Exact case?"),
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy("Values that differ in upper and lower case only are different values."),
    )

    def __init__(self, row: CustomAttribute, taken: Sequence[str], used: str = "", data: Any = None) -> None:
        self.row, self.mapping, self.side = row, row.mapping, Side(row.side)
        self.taken = {name.casefold() for name in taken if name != row.name}
        stored = {name: getattr(row, name) for name in FIELDS}
        super().__init__(data, initial={"version": row.mapping.job.saves, **stored})
        if self.side is Side.SOURCE:
            del self.fields["references"]
            del self.fields["required"]
            del self.fields["exact_case"]
            self._offer_plain_types()
        for name in FIXED_WHILE_USED if used else ():
            self.fields[name].disabled = True
            self.fields[name].help_text = used

    @property
    def values(self) -> dict[str, Any]:
        """The attribute's fields as they are to be saved."""
        found = {name: self.cleaned_data.get(name, getattr(self.row, name)) for name in FIELDS}
        return found if found["type"] == AttributeType.REFERENCE else {**found, "references": ""}

    @property
    def is_unchanged(self) -> bool:
        return bool(self.row.pk) and all(getattr(self.row, name) == value for name, value in self.values.items())

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if fault := fault_of_name(name, self.side):
            raise ValidationError(fault)
        if name.casefold() in self.taken:
            raise ValidationError(_("The list has an attribute of this name already."))
        return name

    def clean(self) -> None:
        super().clean()
        found = self.cleaned_data
        fault = fault_of_type(
            found.get("type", ""), found.get("references", ""), self.side, multiple=found.get("multiple", False)
        )
        if fault:
            self.add_error("type", fault)

    def _offer_plain_types(self) -> None:
        field = self.fields["type"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each, each.value) for each in AttributeType if each is not AttributeType.REFERENCE]
