"""The forms of the attribute mapping pages: the object mapping itself, and one of its rows."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.choices import FlowType, MappingType
from provisioning.expressions.errors import BadExpression
from provisioning.expressions.language import Finding
from provisioning.forms.versions import VersionedForm
from provisioning.jobs.expressions import checked, in_words
from provisioning.jobs.mappings import ROW_FIELDS, is_required, unmapped
from provisioning.jobs.schemas import source_names, target_schema
from provisioning.models import AttributeMapping, ObjectMapping

SOURCE_FIELDS: Mapping[str, str] = {
    MappingType.DIRECT: "source",
    MappingType.CONSTANT: "constant",
    MappingType.EXPRESSION: "expression",
}
"""The field of the form that holds what the row's `source` is."""

YES, NO = "yes", "no"
YES_NO = [(YES, gettext_lazy("Yes")), (NO, gettext_lazy("No"))]
TYPES = [
    (MappingType.DIRECT, gettext_lazy("Direct")),
    (MappingType.CONSTANT, gettext_lazy("Constant")),
    (MappingType.EXPRESSION, gettext_lazy("Expression")),
    (MappingType.NONE, gettext_lazy("None")),
]
FLOWS = [
    (FlowType.ALWAYS, gettext_lazy("Always")),
    (FlowType.ON_CREATE, gettext_lazy("Only during object creation")),
]
ACTIONS = ("create_objects", "update_objects", "delete_objects")
LONGEST = 1024


def yes_no(is_so: bool) -> str:
    return YES if is_so else NO


def _action(label: Any, help_text: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=help_text, required=False, show_hidden_initial=True)


class MappingForm(VersionedForm):
    """Whether a mapping is enabled, and what may be done to objects of the application. `mapping` has its job."""

    enabled = forms.ChoiceField(
        label=gettext_lazy("Enabled"), choices=YES_NO, widget=forms.RadioSelect, show_hidden_initial=True
    )
    create_objects = _action(gettext_lazy("Create"), gettext_lazy("People who have no account yet get one."))
    update_objects = _action(
        gettext_lazy("Update"), gettext_lazy("Accounts follow changes; who loses access is disabled.")
    )
    delete_objects = _action(
        gettext_lazy("Delete"), gettext_lazy("Who is deleted from the directory for good loses the account.")
    )

    def __init__(self, mapping: ObjectMapping, data: Any = None) -> None:
        self.mapping = mapping
        stored = {name: getattr(mapping, name) for name in ACTIONS}
        super().__init__(data, initial={"version": mapping.job.saves, "enabled": yes_no(mapping.enabled), **stored})

    @property
    def values(self) -> dict[str, bool]:
        """What to save. Fields that were not edited stay as they are."""
        wanted = {name: self.cleaned_data[name] for name in ACTIONS} | {"enabled": self.cleaned_data["enabled"] == YES}
        return {name: wanted[name] if name in self.edited else getattr(self.mapping, name) for name in wanted}

    @property
    def is_unchanged(self) -> bool:
        return all(getattr(self.mapping, name) == value for name, value in self.values.items())


class RowForm(VersionedForm):
    """One row of the mapping, new or old. `rows` are all rows of the mapping as they are stored."""

    type = forms.ChoiceField(label=gettext_lazy("Mapping type"), choices=TYPES, show_hidden_initial=True)
    source = forms.CharField(
        label=gettext_lazy("Source attribute"),
        max_length=256,
        show_hidden_initial=True,
        widget=forms.TextInput({"list": "source-names", "spellcheck": "false"}),
        help_text=gettext_lazy("Type a part of the name to search."),
        error_messages={"required": gettext_lazy("Choose an attribute.")},
    )
    constant = forms.CharField(
        label=gettext_lazy("Constant Value"),
        max_length=LONGEST,
        show_hidden_initial=True,
        error_messages={"required": gettext_lazy("Enter the value.")},
    )
    expression = forms.CharField(
        label=gettext_lazy("Expression"),
        widget=forms.Textarea({"rows": 4, "spellcheck": "false", "class": "mono"}),
        show_hidden_initial=True,
        error_messages={"required": gettext_lazy("Enter the expression.")},
    )
    default = forms.CharField(
        label=gettext_lazy("Default value if null (optional)"),
        required=False,
        max_length=LONGEST,
        show_hidden_initial=True,
        help_text=gettext_lazy("Given to a new account when the source gives no value."),
    )
    flow_empty = forms.BooleanField(
        label=gettext_lazy("Flow empty values"),
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy("A value that is emptied in the directory is cleared in the application."),
    )
    target = forms.ChoiceField(
        label=gettext_lazy("Target attribute"),
        show_hidden_initial=True,
        error_messages={
            "required": gettext_lazy("Choose an attribute."),
            "invalid_choice": gettext_lazy("%(value)s is mapped already, or the application has no such attribute."),
        },
    )
    is_matching = forms.ChoiceField(
        label=gettext_lazy("Match objects using this attribute"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        show_hidden_initial=True,
    )
    matching = forms.IntegerField(
        label=gettext_lazy("Matching precedence"),
        min_value=1,
        max_value=100,
        show_hidden_initial=True,
        help_text=gettext_lazy("The first attribute that finds an account counts."),
        error_messages={"required": gettext_lazy("Enter a number.")},
    )
    flow = forms.ChoiceField(label=gettext_lazy("Apply this mapping"), choices=FLOWS, show_hidden_initial=True)

    def __init__(self, row: AttributeMapping, rows: Sequence[AttributeMapping], data: Any = None) -> None:
        self.row, self.mapping = row, row.mapping
        self.others = [each for each in rows if each.pk != row.pk]
        self.schema = target_schema(row.mapping)
        self.findings: Sequence[Finding] = ()
        super().__init__(data, initial=self._stored())
        self.fields["matching"].show_hidden_initial = bool(row.matching)  # else it is a suggestion, nothing stored
        self.source_names = source_names(self.mapping)
        self._offer_targets()

    @property
    def values(self) -> dict[str, Any]:
        """The row's fields as they are to be saved."""
        cleaned, field = self.cleaned_data, SOURCE_FIELDS.get(self.chosen)
        flows = self.chosen in (MappingType.DIRECT, MappingType.EXPRESSION)
        return {
            "type": MappingType(cleaned["type"]),
            "source": cleaned[field] if field else "",
            "default": "" if self.is_constant else cleaned["default"],
            "target": cleaned["target"],
            "matching": cleaned["matching"] if self.matches else 0,
            "flow": FlowType(cleaned["flow"]),
            "flow_empty": flows and cleaned["flow_empty"],
        }

    @property
    def chosen(self) -> str:
        return str(self["type"].value())

    @property
    def is_constant(self) -> bool:
        return self.chosen == MappingType.CONSTANT

    @property
    def warnings(self) -> list[str]:
        """What is allowed and probably not meant. Only of use when the form is valid."""
        return [in_words(each) for each in self.findings]

    @property
    def matches(self) -> bool:
        return bool(self["is_matching"].value() == YES)

    @property
    def is_unchanged(self) -> bool:
        return bool(self.row.pk) and all(getattr(self.row, name) == self.values[name] for name in ROW_FIELDS)

    def drafted(self, draft: Mapping[str, str]) -> "RowForm":
        """The same form with an expression from elsewhere entered into it, for this target attribute."""
        data = {bound.html_name: str(bound.initial) for bound in self.visible_fields()}
        data |= {bound.html_initial_name: str(bound.initial) for bound in self._compared()}
        data |= {"version": str(self.initial["version"]), "type": MappingType.EXPRESSION, "expression": draft["text"]}
        data["target"] = self.row.target or draft["target"]
        return RowForm(self.row, [*self.others, self.row] if self.row.pk else self.others, data)

    def full_clean(self) -> None:
        """Fields that the page hides, because they belong to another choice, are not looked at."""
        super().full_clean()
        if self.is_bound:
            hidden = [name for type_, name in SOURCE_FIELDS.items() if type_ != self.chosen]
            hidden += ["default"] if self.is_constant else []
            for name in hidden if self.matches else [*hidden, "matching"]:
                self.errors.pop(name, None)

    def clean(self) -> None:
        super().clean()
        if self.matches and "target" in self.cleaned_data:
            self._check_matching()
        elif not self.matches and not any(each.matching for each in self.others):
            self.add_error("is_matching", _("At least one attribute must match objects, and no other one does."))
        if self.chosen == MappingType.DIRECT and self.cleaned_data.get("source"):
            self._check_source(self.cleaned_data["source"])
        if self.chosen == MappingType.EXPRESSION and self.cleaned_data.get("expression"):
            self._check_expression(self.cleaned_data["expression"])

    def _check_matching(self) -> None:
        attribute = self.schema.attribute(self.cleaned_data["target"])
        if attribute is None or not attribute.can_match:
            values = {"attribute": self.cleaned_data["target"]}
            self.add_error("is_matching", _("The application can't be searched by %(attribute)s.") % values)
        if self.is_constant:
            self.add_error("is_matching", _("A constant is the same for everybody, so it can't tell who is who."))
        if self.chosen == MappingType.NONE:
            self.add_error("is_matching", _("Nothing flows into this attribute, so it can't tell who is who."))
        taken = next((each for each in self.others if each.matching == self.cleaned_data.get("matching")), None)
        if taken:
            self.add_error("matching", _("%(attribute)s has this precedence already.") % {"attribute": taken.target})

    def _check_source(self, name: str) -> None:
        """In its upper and lower case; one that was mapped before stays possible."""
        if name in self.source_names or name == self.initial["source"]:
            return
        names = {each.casefold(): each for each in self.source_names}
        near = get_close_matches(name.casefold(), names, n=1)
        text = _("The source has no attribute %(name)s; did you mean %(known)s?")
        text = text if near else _("The source has no attribute %(name)s.")
        self.add_error("source", text % {"name": name, "known": names[near[0]] if near else ""})

    def _check_expression(self, text: str) -> None:
        target, is_once = self.cleaned_data.get("target", ""), self.cleaned_data.get("flow") == FlowType.ON_CREATE
        try:
            program = checked(self.mapping, text, target, on_create_only=is_once, matching=self.matches)
        except BadExpression as error:
            self.add_error("expression", in_words(error))
        else:
            self.findings = program.warnings

    def _stored(self) -> dict[str, Any]:
        row = self.row
        sources = {name: row.source if row.type == type_ else "" for type_, name in SOURCE_FIELDS.items()}
        return {
            "version": row.mapping.job.saves,
            "type": row.type,
            **sources,
            "flow_empty": row.flow_empty,
            "default": row.default,
            "target": row.target,
            "is_matching": yes_no(bool(row.matching)),
            "matching": row.matching or 1 + max((each.matching for each in self.others), default=0),
            "flow": row.flow,
        }

    def _offer_targets(self) -> None:
        names = unmapped(self.mapping, self.others)
        offered = names if self.row.target in ("", *names) else [self.row.target, *names]
        empty = [] if self.initial["target"] else [("", _("Choose an attribute"))]
        field = self.fields["target"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [*empty, *((each, each) for each in offered)]
        warnings = [each.warning for each in self.schema.attributes if each.warning and each.name in offered]
        field.help_text = " ".join(map(_, warnings))
        if self.row.pk and is_required(self.row):
            self.fields["target"].disabled = True
            self.fields["target"].help_text = _("The application requires this attribute, so it stays mapped.")
