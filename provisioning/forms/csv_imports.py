"""Forms of a CSV import: the file, what its columns are, and what is done with what is there."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from provisioning.directory.csvfile_columns import READ, What
from provisioning.directory.csvfile_lines import as_id
from provisioning.jobs.csv_imports import Choice
from provisioning.models import CsvImport, Group

NEEDED: Mapping[What, tuple[tuple[frozenset[str], Any], ...]] = {
    What.USERS: (
        (frozenset({"userPrincipalName", "objectId"}), _("Say which column holds the user name or the object ID.")),
    ),
    What.GROUPS: ((frozenset({"displayName", "objectId"}), _("Say which column holds the name or the object ID.")),),
    What.MEMBERS: (
        (frozenset({"member", "memberId"}), _("Say which column holds the member.")),
        (frozenset({"group", "groupId"}), _("Say which column holds the group, or choose one group for all lines.")),
    ),
}
"""Without one of these columns no line can be understood."""


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        help_text=_("The first line names the columns. Comma, semicolon and tab are understood, and so is Unicode."),
        error_messages={"required": _("Choose a file.")},
    )


class ColumnsForm(forms.Form):
    """A field for each column of the file, and the choices that hold for the whole of it."""

    known = forms.ChoiceField(
        label=_("What is in the directory already"),
        widget=forms.RadioSelect,
        choices=[("update", _("Update it")), ("leave", _("Leave it alone and only add what is new"))],
        initial="update",
    )
    empty = forms.ChoiceField(
        label=_("An empty cell"),
        widget=forms.RadioSelect,
        choices=[("leave", _("Leaves the value as it is")), ("clear", _("Empties the value"))],
        initial="leave",
    )
    missing = forms.ChoiceField(
        label=_("People who are not in the file"),
        widget=forms.RadioSelect,
        choices=[("leave", _("Stay as they are")), ("delete", _("Are deleted; they can be restored"))],
        initial="leave",
    )
    group = forms.CharField(
        label=_("One group for all lines"),
        required=False,
        max_length=256,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Name or object ID. Only needed when no column holds the group."),
    )

    def __init__(self, taken: CsvImport, data: QueryDict | None = None) -> None:
        mapping = {int(place): name for place, name in taken.mapping.items()}
        initial: dict[str, Any] = {f"column_{place}": mapping.get(place, "") for place in range(len(taken.header))}
        initial |= {
            "known": "update" if taken.update_known else "leave",
            "empty": "clear" if taken.clear_empty else "leave",
            "missing": "delete" if taken.delete_missing else "leave",
            "group": taken.group,
        }
        super().__init__(data, initial=initial)
        self.taken, self.what = taken, What(taken.what)
        for name in self._left_out():
            del self.fields[name]
        choices = [("", gettext_lazy("Ignore")), *((each.name, gettext_lazy(each.label)) for each in READ[self.what])]
        for place, header in enumerate(taken.header):
            label = header or gettext("Column %(n)d") % {"n": place + 1}
            self.fields[f"column_{place}"] = forms.ChoiceField(label=label, required=False, choices=choices)

    @property
    def columns(self) -> list[forms.BoundField]:
        return [self[f"column_{place}"] for place in range(len(self.taken.header))]

    @property
    def choices(self) -> list[forms.BoundField]:
        return [self[name] for name in ("group", "known", "empty", "missing") if name in self.fields]

    def clean_group(self) -> str:
        """Object id of the group that was named."""
        text: str = self.cleaned_data["group"]
        if not text:
            return ""
        groups = Group.objects.present().filter(directory=self.taken.directory)
        id_ = as_id(text)
        found = groups.filter(object_id=id_) if id_ else groups.filter(display_name__iexact=text)
        ids = list(found.values_list("object_id", flat=True)[:2])
        if not ids:
            raise ValidationError(_("There is no such group in the directory."))
        if len(ids) > 1:
            raise ValidationError(_("Several groups have this name. Enter the object ID."))
        return str(ids[0])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        used: dict[str, str] = {}
        for field in self.columns:
            name = values.get(field.name) or ""
            if name in used:
                self.add_error(field.name, gettext("“%(other)s” is used for this already.") % {"other": used[name]})
            elif name:
                used[name] = str(field.label)
        if {"accountEnabled", "blockSignIn"} <= used.keys():
            self.add_error(None, gettext("Account enabled and Block sign in say the same. Use one of them."))
        told = {"group"} if values.get("group") else set()
        for names, message in NEEDED[self.what]:
            if not names & (used.keys() | told):
                self.add_error(None, message)
        return values

    def choice(self) -> Choice:
        """What was chosen. The form must be valid."""
        values = self.cleaned_data
        names = {place: values[f"column_{place}"] for place in range(len(self.taken.header))}
        return Choice(
            mapping={place: name for place, name in names.items() if name},
            update_known=values.get("known", "update") == "update",
            clear_empty=values.get("empty") == "clear",
            delete_missing=values.get("missing") == "delete",
            group=values.get("group", ""),
        )

    def _left_out(self) -> tuple[str, ...]:
        if self.what is What.USERS:
            return ("group",)
        return ("group", "missing") if self.what is What.GROUPS else ("known", "empty", "missing")
