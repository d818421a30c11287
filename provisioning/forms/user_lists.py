"""How lists of people are searched, filtered, sorted, and which columns they show."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from provisioning.forms.list_filter import ListFilter
from provisioning.models import Assignment, Directory, Membership, User
from provisioning.models.prefix import Folded, begins

STATES = {
    "enabled": (_("Enabled"), Q(deleted_at=None, account_enabled=True)),
    "disabled": (_("Disabled"), Q(deleted_at=None, account_enabled=False)),
    "deleted": (_("Deleted"), Q(deleted_at__isnull=False)),
}
USER_TYPES = [("Member", _("Member")), ("Guest", _("Guest"))]
ASSIGNED = [("yes", _("Has assignments")), ("no", _("Has none"))]
SIZES = [("50", "50"), ("200", "200"), ("1000", _("1,000"))]

COLUMNS = {
    "upn": (_("User principal name"), "user_principal_name"),
    "account": (_("Account"), ""),
    "type": (_("User type"), "user_type"),
    "department": (_("Department"), "department"),
    "title": (_("Job title"), "job_title"),
    "mail": (_("Mail"), "mail"),
    "company": (_("Company name"), "company_name"),
    "office": (_("Office"), "office"),
    "city": (_("City"), "city"),
    "country": (_("Country"), "country"),
    "phone": (_("Business phone"), "telephone_number"),
    "mobile": (_("Mobile phone"), "mobile"),
    "employee": (_("Employee ID"), "employee_id"),
    "created": (_("Created on"), "created_at"),
    "id": (_("Object ID"), "object_id"),
}
"""Label and database column of what can stand beside the name; those that can be sorted by have a column of text."""
USUAL = ("upn", "account", "type", "department", "title")
UNSORTED = ("account", "created", "id")
SORTS = {"name": "display_name"} | {key: column for key, (_l, column) in COLUMNS.items() if key not in UNSORTED}


class UserFilter(ListFilter):
    labels: ClassVar = {"account": _("Account"), "type": _("User type"), "assigned": _("Assignments")}

    account = forms.MultipleChoiceField(required=False, choices=[(key, label) for key, (label, _q) in STATES.items()])
    type = forms.MultipleChoiceField(required=False, choices=USER_TYPES)
    assigned = forms.MultipleChoiceField(required=False, choices=ASSIGNED)
    department = forms.CharField(required=False, max_length=64)
    column = forms.MultipleChoiceField(required=False, choices=[(key, label) for key, (label, _c) in COLUMNS.items()])
    sort = forms.ChoiceField(required=False, choices=[(sign + name, name) for name in SORTS for sign in ("", "-")])
    size = forms.ChoiceField(required=False, choices=SIZES)

    @property
    def department_text(self) -> str:
        return self.cleaned_data.get("department") or ""

    @property
    def words(self) -> list[tuple[Any, str]]:
        department = [(_("Department"), self.department_text)] if self.department_text else []
        return super().words + department

    @property
    def is_filtering(self) -> bool:
        return super().is_filtering or bool(self.department_text)

    @property
    def columns(self) -> list[str]:
        """Those that were asked for, in their order; the usual ones when none was."""
        chosen = self.chosen("column")
        return [key for key in COLUMNS if key in (chosen or USUAL)]

    @property
    def page_size(self) -> int:
        return int(self.cleaned_data.get("size") or SIZES[0][0])

    @property
    def sorted_by(self) -> tuple[str, bool]:
        """The column, and whether it goes down."""
        sort = self.cleaned_data.get("sort") or "name"
        return SORTS[sort.removeprefix("-")], sort.startswith("-")

    def found(self, directory: Directory) -> QuerySet[User]:
        """With `place`, what they are sorted by. Deleted people only when they are asked for."""
        rows = User.objects.filter(directory=directory, purged_at=None).filter(self._states())
        if text := self.text:
            rows = rows.search(text)
        if types := self.chosen("type"):
            rows = rows.filter(user_type__in=types)
        if department := self.department_text:
            rows = rows.filter(begins("department", department))
        if len(assigned := self.chosen("assigned")) == 1:
            rows = rows.filter(_is_assigned() if assigned == ["yes"] else ~_is_assigned())
        return rows.annotate(place=Folded(self.sorted_by[0]))

    def _states(self) -> Q:
        wanted = Q()
        for key in self.chosen("account") or ("enabled", "disabled"):
            wanted |= STATES[key][1]
        return wanted


class DeletedFilter(ListFilter):
    """People in the recycle bin, those of last week before those of last month."""

    def found(self, directory: Directory) -> QuerySet[User]:
        rows = User.objects.filter(directory=directory, deleted_at__isnull=False, purged_at=None)
        return rows.search(self.text) if self.text else rows


def _is_assigned() -> Q:
    """Directly, or as a direct member of an assigned group."""
    assigned = Assignment.objects.present()
    members = Membership.objects.filter(user=OuterRef("pk"), removed=False)
    through = members.filter(Exists(assigned.filter(group=OuterRef("group"))))
    return Q(Exists(assigned.filter(user=OuterRef("pk")))) | Q(Exists(through))
