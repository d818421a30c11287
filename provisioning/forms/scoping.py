"""The form of one scoping filter: its title and as many clauses as one likes, each a form of its own."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.components.fields import problems
from provisioning.choices import Operator
from provisioning.engine.filters import NOT_FOR_FILTERS, BadFilter, check, check_filter, find_operator
from provisioning.engine.operators import OPERATORS
from provisioning.expressions.regex import LONGEST_PATTERN
from provisioning.forms.versions import ToldField, VersionedForm
from provisioning.jobs.schemas import types_for_filters
from provisioning.models import ScopingFilterRow
from provisioning.records import Clause, ScopingFilter

PARTS = ("attribute", "operator", "value")
FIELD = re.compile(rf"clause-([0-9]{{1,4}})-({'|'.join(PARTS)})")
MOST = 50
"""Clauses of one filter."""

Values = dict[str, str]
"""One clause as it is typed: attribute, operator, value."""
Marks = Mapping[str, Mapping[str, Any]]
"""Attributes of a select's options, by value."""

OPERATOR_MARKS: Marks = {
    name.value: {"data-kinds": " ".join(sorted(rule.types)), "data-unary": rule.is_unary}
    for name, rule in OPERATORS.items()
}
OPERATOR_CHOICES = [
    *((each.value, each.value) for each in Operator if each not in (Operator.IN, Operator.NOT_IN)),
    (Operator.IN.value, gettext_lazy("& (stands in the value)")),
    (Operator.NOT_IN.value, gettext_lazy("!& (does not stand in the value)")),
]


class MarkedSelect(forms.Select):
    """Its options carry what the style sheet goes by: types, and which operators have no value."""

    def __init__(self, choices: Iterable[tuple[str, Any]], marks: Marks) -> None:
        super().__init__(choices=list(choices))
        self.marks = marks

    def create_option(self, name: str, value: Any, *rest: Any, **more: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *rest, **more)
        option["attrs"] |= self.marks.get(str(value), {})
        return option


class ClauseForm(forms.Form):
    """One clause, `typed` on the page or, when that is None, as it is `stored`. `clause` is there when it is valid."""

    attribute = forms.CharField(
        label=gettext_lazy("Attribute Name"),
        max_length=256,
        error_messages={"required": gettext_lazy("Choose an attribute.")},
    )
    operator = forms.CharField(label=gettext_lazy("Operator"), max_length=64)
    value = forms.CharField(
        label=gettext_lazy("Attribute Value"), max_length=LONGEST_PATTERN, required=False, strip=False
    )

    def __init__(self, number: int, kinds: Mapping[str, str], stored: Values, typed: Values | None) -> None:
        prefix = f"clause-{number}"
        data = None if typed is None else {f"{prefix}-{part}": typed.get(part, "") for part in PARTS}
        super().__init__(data, prefix=prefix, initial={"operator": Operator.EQUALS.value, **stored})
        self.kinds = kinds
        self.clause: Clause | None = None
        names = sorted(kinds.keys() - NOT_FOR_FILTERS, key=str.casefold)
        choices = [("", _("Choose an attribute")), *((name, name) for name in names)]
        self._offer("attribute", choices, {name: {"data-kind": kind} for name, kind in kinds.items()})
        self._offer("operator", OPERATOR_CHOICES, OPERATOR_MARKS)

    def full_clean(self) -> None:
        """The value of an operator that takes none is hidden, so it is not looked at."""
        super().full_clean()
        if self.is_bound and _is_unary(str(self["operator"].value())):
            self.errors.pop("value", None)
            self.cleaned_data["value"] = ""
        if self.is_bound and not self.errors:
            self._check()

    def _check(self) -> None:
        given = self.cleaned_data
        try:
            self.clause = check(given["attribute"], given["operator"], given["value"], self.kinds)
        except BadFilter as error:
            self.add_error(error.part, _(error.message.text) % error.message.values)

    def _offer(self, name: str, choices: Sequence[tuple[str, Any]], marks: Marks) -> None:
        """A select; what is chosen is in it, even when nothing of ours is called so."""
        chosen = str(self[name].value() or "")
        known = {key for key, _label in choices}
        self.fields[name].widget = MarkedSelect([*([] if chosen in known else [(chosen, chosen)]), *choices], marks)


class ClausesInput(forms.Widget):
    """Reads the fields of all clauses, in the order of their numbers; without any, their JSON. It is never drawn."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Values]:
        numbers = sorted({int(match[1]) for key in data if (match := FIELD.fullmatch(key))})
        rows = [{part: str(data.get(f"clause-{number}-{part}", "")) for part in PARTS} for number in numbers]
        return rows or clauses_in(data.get(name))

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return "id_clause-0-attribute"


class ClausesField(ToldField):
    """All clauses of a filter, as a list; compared and hidden in the page as JSON."""

    widget = ClausesInput

    def to_python(self, value: Any) -> list[Values]:
        return clauses_in(value)

    def prepare_value(self, value: Any) -> str:
        return json.dumps(clauses_in(value))

    def validate(self, value: list[Values]) -> None:
        super().validate(value)
        if len(value) > MOST:
            raise forms.ValidationError(_("A filter has at most %(n)d clauses; make two filters of it.") % {"n": MOST})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _told_parts(initial) != _told_parts(data)

    def told(self, value: Any) -> str:
        return f" {_('AND')} ".join(" ".join(filter(None, parts)) for parts in _told_parts(value))


class FilterForm(VersionedForm):
    """One filter, new or old. `rows` are the forms of its clauses; there is always one."""

    title = forms.CharField(
        label=gettext_lazy("Scoping Filter Title"),
        max_length=256,
        show_hidden_initial=True,
        help_text=gettext_lazy("Logs name the filter by it."),
        error_messages={"required": gettext_lazy("Give the scoping filter a title.")},
    )
    clauses = ClausesField(
        label=gettext_lazy("Clauses"),
        show_hidden_initial=True,
        error_messages={"required": gettext_lazy("Add a clause: without one nobody would pass.")},
    )

    def __init__(self, row: ScopingFilterRow, data: Any = None) -> None:
        self.row, self.mapping = row, row.mapping
        self.stored = clauses_in(row.clauses)
        version = row.mapping.job.saves
        super().__init__(data, initial={"version": version, "title": row.title, "clauses": self.stored})
        self.rows = self._rows(self._typed())

    @property
    def parts(self) -> list[tuple[str, ClauseForm]]:
        """The clauses with their names, for the list of errors."""
        return [(_("Clause %(n)d") % {"n": number}, row) for number, row in enumerate(self.rows, 1)]

    @property
    def unfinished(self) -> list[dict[str, str]]:
        """What keeps the clauses from being counted, as `problems` tells it."""
        return [each for each in problems(self) if each["id"] != self["title"].id_for_label]

    @property
    def draft(self) -> ScopingFilter | None:
        """What the clauses say by now, None while one of them is wrong. A title may still be missing."""
        if not all(row.is_valid() for row in self.rows) or "clauses" in self.errors:
            return None
        clauses = tuple(row.clause for row in self.rows if row.clause)
        return ScopingFilter(title=self.cleaned_data.get("title", ""), clauses=clauses)

    @property
    def values(self) -> ScopingFilter:
        """The filter as it is to be saved; only of use when the form is valid."""
        return check_filter(self.cleaned_data["title"], [row.cleaned_data for row in self.rows])

    @property
    def is_unchanged(self) -> bool:
        return bool(self.row.pk) and self.row.as_filter() == self.values

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(row.is_valid() for row in self.rows)])

    def rebase(self) -> Self:
        super().rebase()
        self.rows = self._rows(self._typed())
        return self

    def add(self) -> None:
        """One clause more, to be filled in and therefore in focus. Nothing is wrong yet."""
        self.rows = self._rows([*self._typed(), {"operator": Operator.EQUALS.value}])
        self.rows[-1].fields["attribute"].widget.attrs["data-focus"] = True
        self.forgive()

    def remove(self, number: int) -> None:
        """The clause in this place goes away. Of others that are not finished nothing is wrong yet."""
        typed = self._typed()
        self.rows = self._rows(typed[:number] + typed[number + 1 :])
        self.forgive()

    def forgive(self) -> None:
        """Draw it without its errors: nobody said that it is finished."""
        for each in (self, *self.rows):
            each.errors.clear()

    def _typed(self) -> list[Values]:
        return clauses_in(self["clauses"].data)

    def _rows(self, typed: list[Values]) -> list[ClauseForm]:
        kinds, stored = types_for_filters(self.mapping), self.stored
        number = max(1, len(typed) if self.is_bound else len(stored))
        return [
            ClauseForm(
                each,
                kinds,
                stored[each] if each < len(stored) else {},
                (typed[each] if typed else {"operator": Operator.EQUALS.value}) if self.is_bound else None,
            )
            for each in range(number)
        ]


def clauses_in(value: Any) -> list[Values]:
    """Clauses from a list, or from its JSON; of anything else, and of what is no clause in it, nothing."""
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return []
    rows = found if isinstance(found, list) else []
    return [{part: str(each.get(part) or "") for part in PARTS} for each in rows if isinstance(each, dict)]


def _told_parts(value: Any) -> list[tuple[str, ...]]:
    """Without the hidden values of operators that take none."""
    return [
        (each["attribute"], each["operator"], "" if _is_unary(each["operator"]) else each["value"])
        for each in clauses_in(value)
    ]


def _is_unary(operator: str) -> bool:
    try:
        return OPERATORS[find_operator(operator)].is_unary
    except BadFilter:
        return False
