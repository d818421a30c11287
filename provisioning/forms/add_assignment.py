"""Add Assignment: the people and groups that were picked, and the role they get."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from provisioning.forms.assignments import RoleForm
from provisioning.models import Directory, Group, User

MAX_PICKED = 500
"""So many can be assigned at once: one transaction, well below the directory's limit of 1,000 rows."""


def pick_of(principal: User | Group) -> str:
    """How a form names a person or a group: "user:<object id>"."""
    return f"{'user' if isinstance(principal, User) else 'group'}:{principal.object_id}"


@dataclass
class Picked:
    """Those that can be assigned, by name; `lost` counts the others: unknown, deleted, or not able to give access."""

    users: list[User] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    lost: int = 0

    @property
    def principals(self) -> Sequence[User | Group]:
        return [*self.groups, *self.users]


def read_picks(directory: Directory, values: Iterable[str], usable: QuerySet[Group] | None = None) -> Picked:
    """The people and groups with these ids. What is no id counts as lost, and groups that are not `usable`: unless
    given, those that can give access."""
    wanted = set(values)
    ids: dict[str, set[uuid.UUID]] = {"user": set(), "group": set()}
    for value in wanted:
        kind, _colon, text = value.partition(":")
        try:
            ids[kind].add(uuid.UUID(text))
        except (KeyError, ValueError):
            continue
    users = User.objects.present().filter(directory=directory, object_id__in=ids["user"])
    offered = Group.objects.entitling() if usable is None else usable
    groups = offered.filter(directory=directory, object_id__in=ids["group"])
    picked = Picked(list(users.order_by("display_name", "pk")), list(groups.order_by("display_name", "pk")))
    picked.lost = len(wanted) - len(picked.principals)
    return picked


class PicksField(forms.Field):
    widget = forms.SelectMultiple
    default_error_messages = {"required": _("Select at least one user or group.")}


class AddAssignment(RoleForm):
    """Everything in one form, so that it works without script: the selection goes with every request."""

    pick = PicksField(label=_("Users and groups"))

    field_order = ("pick", "role")

    def clean_pick(self) -> Picked:
        values = self.cleaned_data["pick"]
        if len(values) > MAX_PICKED:
            raise ValidationError(_("Select at most %(limit)d at once."), params={"limit": MAX_PICKED})
        picked = read_picks(self.application.directory, values)
        if picked.lost:
            text = ngettext(
                "%(n)d of them is not in the directory any more. It was taken out of the selection.",
                "%(n)d of them are not in the directory any more. They were taken out of the selection.",
                picked.lost,
            )
            raise ValidationError(text % {"n": picked.lost})
        return picked
