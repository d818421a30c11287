"""The expression builder: a text, somebody to try it out with, and the values that the expression reads."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from provisioning.expressions.language import Program
from provisioning.models import Group, ObjectMapping, User
from provisioning.records import SourceObject

MOST_SHOWN = 8
VALUE = "value-"
"""How fields of values begin; the attribute's name follows."""


class BuilderForm(forms.Form):
    """What is tried out. Everything may be empty or wrong: the page says what is missing."""

    expression = forms.CharField(
        label=_("Expression"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 6, "spellcheck": "false", "class": "mono"}),
    )
    target = forms.ChoiceField(
        label=_("Target attribute"),
        required=False,
        choices=[("", _("None"))],
        help_text=_("The result is shown beside what it holds now."),
    )
    person = forms.CharField(
        label=_("Test with somebody of the directory"),
        required=False,
        max_length=200,
        help_text=_("Beginning of a name or e-mail address, or an object ID. Without anybody you type the values."),
    )

    def __init__(self, mapping: ObjectMapping, targets: Sequence[str], data: Any = None) -> None:
        self.mapping = mapping
        super().__init__(data)
        field = self.fields["target"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("None")), *((each, each) for each in targets)]

    @property
    def text(self) -> str:
        return str(self.data.get("expression", "")).replace("\r\n", "\n")

    @property
    def chosen(self) -> str:
        """The target attribute, empty without one."""
        return str(self.cleaned_data.get("target", "")) if self.is_bound and self.is_valid() else ""

    def found(self) -> list[User | Group]:
        """Who fits the search, or was picked among those; one more than is shown."""
        kind: Any = User if self.mapping.object_type == "User" else Group
        present = kind.objects.present().filter(directory=self.mapping.job.application.directory)
        text = str(self.data.get("person", ""))[:200].replace("\0", "").strip()
        picked = str(self.data.get("pick", ""))
        if picked.isdecimal() and len(picked) < 19 and self.data.get("searched") == text:
            return list(present.filter(pk=int(picked)))
        return list(present.search(text).order_by("display_name", "pk")[: MOST_SHOWN + 1]) if text else []

    def values(self, program: Program, source: SourceObject | None) -> dict[str, Any]:
        """By source attribute: what was typed, as long as it was typed for this person; else what the person has."""
        own = dict(source.attributes) if source else {}
        if str(self.data.get("shown", "")) != (str(source.key) if source else ""):
            return own
        return own | {
            name: typed(str(self.data[VALUE + name]), own.get(name))
            for name in program.attributes
            if VALUE + name in self.data
        }


def typed(text: str, before: Any) -> Any:
    """A value as it was typed: nothing is null, several lines are a list; what was not edited stays what it was."""
    text = text.replace("\r\n", "\n")
    if text == as_typed(before):
        return before
    if isinstance(before, tuple) or "\n" in text.strip("\n"):
        return tuple(line for line in text.split("\n") if line)
    return text or None


def as_typed(value: Any) -> str:
    if isinstance(value, tuple):
        return "\n".join(str(each) for each in value)
    return "" if value is None else str(value)


def fields_of(program: Program, values: Mapping[str, Any]) -> list[tuple[str, str, str, int]]:
    """The fields of the values that an expression reads: name, label, text, and how many lines they have."""
    texts = ((name, as_typed(values.get(name))) for name in sorted(program.attributes, key=str.casefold))
    return [(VALUE + name, name, text, 1 + text.count("\n")) for name, text in texts]
