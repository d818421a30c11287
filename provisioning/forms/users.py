"""The form that makes and changes a person: every attribute, the manager, and extension attributes."""

import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.models import fields_for_model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from provisioning.choices import ObjectType, Side
from provisioning.directory.attributes import EXTENSION_ATTRIBUTES
from provisioning.forms.user_lists import USER_TYPES
from provisioning.forms.versions import VersionedForm
from provisioning.jobs import users
from provisioning.jobs.attributes import LONGEST_EXTENSION, USER_COLUMNS, check_user
from provisioning.models import CustomAttribute, Directory, User

SECTIONS = {
    _("Identity"): ("display_name", "given_name", "surname", "user_principal_name", "mail", "mail_nickname"),
    _("Settings"): ("account_enabled", "preferred_language", "user_type"),
    _("Job"): ("job_title", "department", "company_name", "employee_id", "office", "manager"),
    _("Contact"): ("telephone_number", "mobile", "street_address", "postal_code", "city", "state", "country"),
}
NAMES = [name for names in SECTIONS.values() for name in names]
CHECKED = ("display_name", "user_principal_name", "mail", "mail_nickname", "preferred_language", "manager")
"""Fields that are looked at as soon as they are left."""
EXTENSION = "extension."
"""What the names of fields for extension attributes begin with."""


class UserForm(VersionedForm):
    """A person's attributes. `user` is the row as it is stored now, or a new one of the directory.

    What an attribute may hold is for `jobs.attributes` to say.
    """

    def __init__(self, user: User, data: QueryDict | None = None) -> None:
        manager = user.manager.user_principal_name if user.manager else ""
        stored = {name: getattr(user, name) for name in NAMES} | {"manager": manager, "version": user.change}
        self.extensions = _extension_names(user)
        stored |= {EXTENSION + name: _told(user.extensions.get(name, "")) for name in self.extensions}
        super().__init__(data, initial=stored)
        self.user = user
        self.fields |= fields_for_model(User, [name for name in NAMES if name != "manager"])
        types = dict(USER_TYPES) | ({user.user_type: user.user_type} if user.user_type not in dict(USER_TYPES) else {})
        self.fields["user_type"] = forms.ChoiceField(label=_("User type"), choices=list(types.items()))
        self.fields["manager"] = forms.CharField(label=_("Manager"), required=False, max_length=256)
        for name in self.extensions:
            self.fields[EXTENSION + name] = _extension_field(name, user.extensions.get(name))
        self._explain()

    def _explain(self) -> None:
        hints = {
            "user_principal_name": _("The name to sign in with, like name@contoso.example."),
            "preferred_language": _("Language and country, like en-US."),
            "manager": _("User principal name or object ID. Type the beginning of a name to find somebody."),
        }
        for name, text in hints.items():
            self.fields[name].help_text = text
        self.fields["manager"].widget.attrs |= {"list": "people"}
        for name in (*NAMES, *(EXTENSION + each for each in self.extensions)):
            self.fields[name].show_hidden_initial = True
            self.fields[name].widget.attrs |= {"autocomplete": "off"}

    @property
    def is_conflict(self) -> bool:
        """Whether somebody else changed this person since the form was drawn. The form must be valid."""
        return self.user.pk is not None and self.is_outdated and bool(self.differences)

    @property
    def sections(self) -> Iterable[tuple[Any, list[forms.BoundField]]]:
        return [(heading, [self[name] for name in names]) for heading, names in SECTIONS.items()]

    @property
    def extension_fields(self) -> list[forms.BoundField]:
        return [self[EXTENSION + name] for name in self.extensions]

    @property
    def has_extensions(self) -> bool:
        """Whether the part with extension attributes stands open."""
        return bool(self.user.extensions) or any(bound.errors for bound in self.extension_fields)

    def clean_manager(self) -> User | None:
        text: str = self.cleaned_data["manager"]
        found = find_user(self.user.directory, text) if text else None
        if text and found is None:
            raise ValidationError(_("Nobody in the directory has this name. Choose one of those that are suggested."))
        return found

    def clean(self) -> None:
        """By the rules that hold for every way in; a field that is wrong already is not told twice."""
        draft = copy(self.user)
        changed = users.apply(draft, self.values())
        names = [name for name in (changed if self.user.pk else USER_COLUMNS) if name not in self.errors]
        try:
            check_user(draft, names, self.user.extensions)
        except ValidationError as error:
            for name, errors in error.error_dict.items():
                self.add_error(name if name in self.fields else None, errors)

    def values(self) -> Mapping[str, Any]:
        """By column, for `jobs.users`; what the form found wrong is left out."""
        found = {name: self.cleaned_data[name] for name in NAMES if name in self.cleaned_data}
        return found | {"extensions": self._extensions()}

    def _extensions(self) -> dict[str, Any]:
        """What was not edited stays as it is stored, of whatever kind."""
        found = dict(self.user.extensions)
        for name in self.extensions:
            stored = found.get(name)
            text = "\n".join(self.cleaned_data.get(EXTENSION + name, _told(stored)).splitlines())
            if text != _told(stored):
                found[name] = text.split("\n") if isinstance(stored, list) else text
        return found


def find_user(directory: Directory, text: str) -> User | None:
    """Somebody present, by user principal name or object id."""
    found = Q(user_principal_name__iexact=text)
    with suppress(ValueError):  # no object id: it can only be a name
        found |= Q(object_id=uuid.UUID(text))
    return User.objects.present().filter(found, directory=directory).first()


def _extension_names(user: User) -> list[str]:
    """The fifteen of the directory, those that mappings may name, and what this person has beside."""
    custom = CustomAttribute.objects.filter(side=Side.SOURCE, mapping__object_type=ObjectType.USER)
    others = {*custom.values_list("name", flat=True), *user.extensions} - set(EXTENSION_ATTRIBUTES)
    shown = {name for name in others if not isinstance(user.extensions.get(name), dict)}
    return [*EXTENSION_ATTRIBUTES, *sorted(shown, key=str.casefold)]


def _extension_field(name: str, stored: Any) -> forms.Field:
    """Several texts stand in lines of their own."""
    if isinstance(stored, list):
        return forms.CharField(label=name, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    return forms.CharField(label=name, required=False, max_length=LONGEST_EXTENSION)


def _told(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
