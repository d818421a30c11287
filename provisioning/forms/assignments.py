"""Who is assigned with which role: the filters of the list, and the choice of a role."""

from typing import Any, ClassVar, cast

from django import forms
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from provisioning.choices import ObjectType
from provisioning.forms.list_filter import ListFilter
from provisioning.jobs.entitlement import idle_roles
from provisioning.models import AppRole, Assignment, EnterpriseApplication

DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"
"""The id that Microsoft Entra gives to Default Access; no role row has it."""
COLUMNS = {
    "type": (_("Object type"), ""),
    "role": (_("Role assigned"), "role"),
    "provisioned": (_("Provisioned"), ""),
    "since": (_("Assigned on"), "since"),
    "department": (_("Department"), ""),
    "id": (_("Object ID"), ""),
}
"""Label, and the name of its order where there is one, of what can stand beside the name."""
USUAL = ("type", "role", "provisioned")
SORTS = {"name": "name", "role": "role__label", "since": "assigned_at"}


def role_choices(application: EnterpriseApplication) -> list[tuple[str, Any]]:
    """The application's own roles in their order; Default Access comes last."""
    roles = [(str(role.role_id), gettext(role.label)) for role in application.roles.filter(enabled=True)]
    return [*roles, (DEFAULT_ACCESS, _("Default Access"))]


class AssignmentFilter(ListFilter):
    labels: ClassVar = {"type": _("Object type"), "role": _("Role")}

    type = forms.MultipleChoiceField(
        required=False, choices=[(ObjectType.USER, _("User")), (ObjectType.GROUP, _("Group"))]
    )
    role = forms.MultipleChoiceField(required=False)
    column = forms.MultipleChoiceField(required=False, choices=[(key, label) for key, (label, _s) in COLUMNS.items()])
    sort = forms.ChoiceField(required=False, choices=[(sign + name, name) for name in SORTS for sign in ("", "-")])

    def __init__(self, application: EnterpriseApplication, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        cast(forms.MultipleChoiceField, self.fields["role"]).choices = role_choices(application)
        self.full_clean()  # again, now that the roles are known

    @property
    def heads(self) -> list[tuple[str, Any, str]]:
        """Key, label and order of each column that is shown: those that were asked for, or the usual ones."""
        chosen = self.chosen("column") or USUAL
        return [(key, *COLUMNS[key]) for key in COLUMNS if key in chosen]

    def found(self) -> QuerySet[Assignment]:
        """Assignments of the application that are searched for; those of deleted people and groups are not shown."""
        rows = Assignment.objects.present().filter(application=self.application)
        rows = rows.filter(_present("user") | _present("group")).select_related("user", "group", "role")
        if text := self.text:
            names = Q(user__display_name__icontains=text) | Q(group__display_name__icontains=text)
            rows = rows.filter(names | Q(user__user_principal_name__istartswith=text))
        if len(types := self.chosen("type")) == 1:
            rows = rows.filter(group=None) if types == [ObjectType.USER] else rows.exclude(group=None)
        if roles := self.chosen("role"):
            without = Q(role=None) if DEFAULT_ACCESS in roles else Q()
            rows = rows.filter(without | Q(role__role_id__in=[each for each in roles if each != DEFAULT_ACCESS]))
        name = Coalesce(Lower("user__display_name"), Lower("group__display_name"))
        return rows.annotate(name=name).order_by(*_order(self.cleaned_data.get("sort") or "name"))


def _present(kind: str) -> Q:
    return Q(**{f"{kind}__isnull": False, f"{kind}__deleted_at": None, f"{kind}__purged_at": None})


def _order(sort: str) -> list[str]:
    sign = "-" if sort.startswith("-") else ""
    return [sign + SORTS[sort.removeprefix("-")], "name", "pk"]


class RoleForm(forms.Form):
    """A role of the application as radio buttons. Nothing is chosen beforehand, unless there is nothing to choose."""

    role = forms.ChoiceField(
        label=_("Select a role"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("One of the roles must be chosen."),
            "invalid_choice": _("This role is not one of the application's. Select another one."),
        },
    )

    def __init__(self, application: EnterpriseApplication, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        field = cast(forms.ChoiceField, self.fields["role"])
        field.choices = role_choices(application)
        if len(field.choices) == 1:
            self.initial.setdefault("role", DEFAULT_ACCESS)

    @property
    def hints(self) -> dict[str, str]:
        """What each choice gives, by its value."""
        template = self.application.template
        words = {role.value: gettext(role.description) for role in template.roles if role.description}
        for role in idle_roles([self.application.job])[self.application.job.pk]:
            why_not = gettext("Not provisioned: no row of the attribute mapping sends this role.")
            words[role] = f"{words.get(role, '')} {why_not}".strip()
        hints = {str(role.role_id): words.get(role.value, "") for role in self.application.roles.all()}
        if template.role_required:
            hints[DEFAULT_ACCESS] = gettext("Not provisioned: this application needs one of its own roles.")
        return hints

    def chosen_role(self) -> AppRole | None:
        """The role of a form that is valid; None is Default Access."""
        role_id = self.cleaned_data["role"]
        return None if role_id == DEFAULT_ACCESS else self.application.roles.get(role_id=role_id)
