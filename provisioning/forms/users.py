"""People of the directory: how their list is filtered, and the form that makes and changes one."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet
from django.forms.models import fields_for_model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from provisioning.forms.list_filter import ListFilter
from provisioning.forms.versions import VersionedForm
from provisioning.models import Directory, User

STATES = {
    "enabled": (_("Enabled"), Q(deleted_at=None, account_enabled=True)),
    "disabled": (_("Disabled"), Q(deleted_at=None, account_enabled=False)),
    "deleted": (_("Deleted"), Q(deleted_at__isnull=False)),
}
USER_TYPES = [("Member", _("Member")), ("Guest", _("Guest"))]
SORTS = {"name": "display_name", "upn": "user_principal_name", "department": "department"}
LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")

SECTIONS = {
    _("Identity"): ("display_name", "given_name", "surname", "user_principal_name", "mail", "mail_nickname"),
    _("Settings"): ("account_enabled", "preferred_language", "user_type"),
    _("Job"): ("job_title", "department", "company_name", "employee_id", "office"),
    _("Contact"): ("telephone_number", "mobile", "street_address", "postal_code", "city", "state", "country"),
}
NAMES = [name for names in SECTIONS.values() for name in names]


class UserFilter(ListFilter):
    labels: ClassVar = {"account": _("Account"), "type": _("User type")}

    account = forms.MultipleChoiceField(required=False, choices=[(key, label) for key, (label, _q) in STATES.items()])
    type = forms.MultipleChoiceField(required=False, choices=USER_TYPES)
    sort = forms.ChoiceField(required=False, choices=[(sign + name, name) for name in SORTS for sign in ("", "-")])

    def found(self, directory: Directory) -> QuerySet[User]:
        """Deleted people are only shown when they are asked for; those gone for good never."""
        rows = User.objects.filter(directory=directory, purged_at=None)
        wanted = Q()
        for key in self.chosen("account") or ("enabled", "disabled"):
            wanted |= STATES[key][1]
        rows = rows.filter(wanted)
        if text := self.text:
            rows = rows.search(text)
        if types := self.chosen("type"):
            rows = rows.filter(user_type__in=types)
        sort = self.cleaned_data.get("sort") or "name"
        sign = "-" if sort.startswith("-") else ""
        return rows.order_by(sign + SORTS[sort.removeprefix("-")], f"{sign}pk")


class UserForm(VersionedForm):
    """A person's attributes. `user` is the row as it is stored now, or a new one of the directory."""

    def __init__(self, user: User, data: QueryDict | None = None) -> None:
        stored = {name: getattr(user, name) for name in NAMES} | {"version": user.change}
        super().__init__(data, initial=stored)
        self.user = user
        self.fields |= fields_for_model(User, NAMES)
        types = dict(USER_TYPES) | ({user.user_type: user.user_type} if user.user_type not in dict(USER_TYPES) else {})
        self.fields["user_type"] = forms.ChoiceField(label=_("User type"), choices=list(types.items()))
        self.fields["user_principal_name"].help_text = _("The name to sign in with, like name@contoso.example.")
        self.fields["preferred_language"].help_text = _("Language and country, like en-US.")
        for name in NAMES:
            self.fields[name].show_hidden_initial = True
            self.fields[name].widget.attrs |= {"autocomplete": "off"}

    @property
    def is_conflict(self) -> bool:
        """Whether somebody else changed this person since the form was drawn. The form must be valid."""
        return self.user.pk is not None and self.is_outdated and bool(self.differences)

    @property
    def sections(self) -> Iterable[tuple[Any, list[forms.BoundField]]]:
        return [(heading, [self[name] for name in names]) for heading, names in SECTIONS.items()]

    def clean_user_principal_name(self) -> str:
        name: str = self.cleaned_data["user_principal_name"]
        _check_address(name)
        others = User.objects.present().filter(directory=self.user.directory, user_principal_name__iexact=name)
        if others.exclude(pk=self.user.pk).exists():
            raise ValidationError(_("Another user has this user principal name."))
        return name

    def clean_mail(self) -> str:
        mail: str = self.cleaned_data["mail"]
        if mail:
            _check_address(mail)
        return mail

    def clean_preferred_language(self) -> str:
        language: str = self.cleaned_data["preferred_language"]
        if language and not LANGUAGE.fullmatch(language):
            raise ValidationError(_("Write it like en-US: a language, a hyphen, a country."))
        return language

    def changes(self) -> Mapping[str, tuple[Any, Any]]:
        """What is different from the stored row, old and new value by name. The form must be valid."""
        pairs = {name: (getattr(self.user, name), self.cleaned_data[name]) for name in NAMES}
        return {name: (old, new) for name, (old, new) in pairs.items() if old != new}

    def apply(self) -> User:
        """The row with the values of the form; the caller saves it."""
        for name, (_old, new) in self.changes().items():
            setattr(self.user, name, new)
        return self.user


def _check_address(text: str) -> None:
    try:
        validate_email(text)
    except ValidationError as error:
        raise ValidationError(_("Write it like name@contoso.example.")) from error
