"""Groups of the directory: how lists of them and of their members are searched, and the form that makes one."""

from collections.abc import Mapping
from copy import copy
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Lower
from django.forms.models import fields_for_model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from provisioning.forms.list_filter import ListFilter
from provisioning.forms.user_lists import ASSIGNED
from provisioning.forms.versions import VersionedForm
from provisioning.jobs import groups
from provisioning.jobs.attributes import GROUP_COLUMNS, check_group
from provisioning.models import Assignment, Directory, Group, Membership
from provisioning.models.prefix import Folded

ACCESS = [("yes", _("Yes")), ("no", _("No, not security enabled"))]
CHECKED = ("display_name", "mail", "mail_nickname")
"""Fields that are looked at as soon as they are left."""


class SearchForm(ListFilter):
    sort = forms.ChoiceField(required=False, choices=[("name", "name"), ("-name", "name")])

    @property
    def sign(self) -> str:
        return "-" if self.cleaned_data.get("sort") == "-name" else ""


class GroupFilter(SearchForm):
    labels: ClassVar = {"access": _("Gives access"), "assigned": _("Assignments")}

    access = forms.MultipleChoiceField(required=False, choices=ACCESS)
    assigned = forms.MultipleChoiceField(required=False, choices=ASSIGNED)

    def found(self, directory: Directory) -> QuerySet[Group]:
        """With `place`, what they are sorted by."""
        rows = Group.objects.present().filter(directory=directory)
        if self.text:
            rows = rows.search(self.text)
        if len(access := self.chosen("access")) == 1:
            rows = rows.filter(security_enabled=access == ["yes"])
        if len(assigned := self.chosen("assigned")) == 1:
            is_assigned = Q(Exists(Assignment.objects.present().filter(group=OuterRef("pk"))))
            rows = rows.filter(is_assigned if assigned == ["yes"] else ~is_assigned)
        return rows.annotate(place=Folded("display_name"))


class DeletedGroupFilter(ListFilter):
    def found(self, directory: Directory) -> QuerySet[Group]:
        rows = Group.objects.filter(directory=directory, deleted_at__isnull=False, purged_at=None)
        return rows.search(self.text) if self.text else rows


class MemberFilter(SearchForm):
    def found(self, members: QuerySet[Membership]) -> QuerySet[Membership]:
        rows = members.select_related("user", "member_group")
        if self.text:
            people = Q(user__display_name__icontains=self.text) | Q(user__user_principal_name__istartswith=self.text)
            rows = rows.filter(people | Q(member_group__display_name__icontains=self.text))
        name = Coalesce(Lower("user__display_name"), Lower("member_group__display_name"))
        return rows.annotate(name=name).order_by(f"{self.sign}name", "pk")


class GroupForm(VersionedForm):
    """A group's attributes. `group` is the row as it is stored now, or a new one of the directory.

    What an attribute may hold is for `jobs.attributes` to say.
    """

    def __init__(self, group: Group, data: QueryDict | None = None) -> None:
        stored = {name: getattr(group, name) for name in GROUP_COLUMNS} | {"version": group.change}
        super().__init__(data, initial=stored)
        self.group = group
        self.fields |= fields_for_model(Group, GROUP_COLUMNS)
        self.fields["description"].widget = forms.Textarea(attrs={"rows": 3, "maxlength": 1024})
        self.fields["security_enabled"].help_text = _(
            "Only then the group gives its members access to the applications that it is assigned to, and is "
            "provisioned itself. Switched off, its members lose what they have through it with the next cycle."
        )
        for name in GROUP_COLUMNS:
            self.fields[name].show_hidden_initial = True
            self.fields[name].widget.attrs |= {"autocomplete": "off"}

    @property
    def is_conflict(self) -> bool:
        """Whether somebody else changed this group since the form was drawn. The form must be valid."""
        return self.group.pk is not None and self.is_outdated and bool(self.differences)

    @property
    def bounds(self) -> list[forms.BoundField]:
        return [self[name] for name in GROUP_COLUMNS]

    def clean(self) -> None:
        """By the rules that hold for every way in; a field that is wrong already is not told twice."""
        draft = copy(self.group)
        changed = groups.apply(draft, self.values())
        names = [name for name in (changed if self.group.pk else GROUP_COLUMNS) if name not in self.errors]
        try:
            check_group(draft, names)
        except ValidationError as error:
            for name, errors in error.error_dict.items():
                self.add_error(name, errors)

    def values(self) -> Mapping[str, Any]:
        """By column, for `jobs.groups`; what the form found wrong is left out."""
        return {name: self.cleaned_data[name] for name in GROUP_COLUMNS if name in self.cleaned_data}
