"""Groups of the directory: how lists of them and of their members are searched, and who is to become a member."""

import uuid
from contextlib import suppress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _

from provisioning.forms.list_filter import ListFilter
from provisioning.models import Directory, Group, Membership, User


class SearchForm(ListFilter):
    sort = forms.ChoiceField(required=False, choices=[("name", "name"), ("-name", "name")])

    @property
    def sign(self) -> str:
        return "-" if self.cleaned_data.get("sort") == "-name" else ""


class GroupFilter(SearchForm):
    def found(self, directory: Directory) -> QuerySet[Group]:
        rows = Group.objects.present().filter(directory=directory)
        if self.text:
            rows = rows.filter(Q(display_name__icontains=self.text) | Q(mail__istartswith=self.text))
        return rows.order_by(f"{self.sign}display_name", f"{self.sign}pk")


class MemberFilter(SearchForm):
    def found(self, members: QuerySet[Membership]) -> QuerySet[Membership]:
        rows = members.select_related("user", "member_group")
        if self.text:
            people = Q(user__display_name__icontains=self.text) | Q(user__user_principal_name__istartswith=self.text)
            rows = rows.filter(people | Q(member_group__display_name__icontains=self.text))
        name = Coalesce(Lower("user__display_name"), Lower("member_group__display_name"))
        return rows.annotate(name=name).order_by(f"{self.sign}name", "pk")


class AddMember(forms.Form):
    """A person by user principal name or object id."""

    member = forms.CharField(
        label=_("User principal name or object ID"),
        max_length=256,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter a user principal name.")},
    )

    def __init__(self, directory: Directory, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.directory = directory

    def clean_member(self) -> User:
        text: str = self.cleaned_data["member"]
        found = Q(user_principal_name__iexact=text)
        with suppress(ValueError):  # no object id: it can only be a name
            found |= Q(object_id=uuid.UUID(text))
        user = User.objects.present().filter(found, directory=self.directory).first()
        if user is None:
            raise ValidationError(_("Nobody in the directory has this name."))
        return user
