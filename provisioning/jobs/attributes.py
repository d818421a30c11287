"""What attributes of people and groups may hold, for every way in: pages, the REST face, files."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from provisioning.directory.attributes import USER_ATTRIBUTES, USER_REFERENCES
from provisioning.models import Group, User

USER_COLUMNS = (
    "display_name", "given_name", "surname", "user_principal_name", "mail", "mail_nickname",
    "account_enabled", "preferred_language", "user_type",
    "job_title", "department", "company_name", "employee_id", "office", "manager",
    "telephone_number", "mobile", "street_address", "postal_code", "city", "state", "country",
    "extensions",
)  # fmt: skip
GROUP_COLUMNS = ("display_name", "description", "mail_nickname", "mail", "security_enabled")
"""What can be changed."""

USER_TYPES = ("Member", "Guest")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
NOT_IN_NICKNAMES = re.compile(r"[\s@()\\\[\]\";:<>,]")
LONGEST_NAME, LONGEST_EXTENSION = 256, 1024
Errors = dict[str, list[ValidationError]]


def check_user(user: User, names: Collection[str] = USER_COLUMNS, before: Mapping[str, Any] | None = None) -> None:
    """Raises ValidationError, by attribute, for what these attributes may not hold, or what somebody else has.

    Extension attributes that are the same `before` are not looked at: whatever a source brought may stay.
    """
    errors = _plain_errors(user, names, USER_CHECKS)
    if "extensions" in names and "extensions" not in errors:
        old = before or {}
        try:
            check_extensions({name: each for name, each in user.extensions.items() if old.get(name) != each})
        except ValidationError as error:
            errors["extensions"] = error.error_list
    if "user_principal_name" in names and "user_principal_name" not in errors and is_taken(user):
        text = _("Another user has this user principal name.")
        errors["user_principal_name"] = [ValidationError(text, code="taken")]
    if errors:
        raise ValidationError(errors)


def check_group(group: Group, names: Collection[str] = GROUP_COLUMNS) -> None:
    """The same for a group."""
    if errors := _plain_errors(group, names, GROUP_CHECKS):
        raise ValidationError(errors)


def is_taken(user: User) -> bool:
    """Whether somebody else in the directory has the user principal name."""
    others = User.objects.present().filter(directory=user.directory).exclude(pk=user.pk)
    return others.filter(user_principal_name__iexact=user.user_principal_name).exists()


def cleaned(value: Any) -> Any:
    """A value as it is stored: text without blanks around it."""
    return value.strip() if isinstance(value, str) else value


def _plain_errors(row: User | Group, names: Collection[str], checks: Mapping[str, Callable[[Any], None]]) -> Errors:
    """Type and length by the model, the rest by ours; no query."""
    others = {field.name for field in row._meta.fields if field.name not in names or field.is_relation}
    errors: Errors = {}
    try:
        row.clean_fields(exclude=others)
    except ValidationError as error:
        errors = dict(error.error_dict)
    for name in names:
        value = getattr(row, name)
        if name in errors:
            continue
        try:
            if isinstance(value, str):
                check_text(value)
            if name in checks and value:
                checks[name](row if name == "manager" else value)
        except ValidationError as error:
            errors[name] = error.error_list
    return errors


def check_text(text: str) -> None:
    """Neither NUL nor half a character: databases refuse both."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValidationError(_("Leave out characters that can't be stored (NUL, lone surrogates)."), code="characters")


def check_address(text: str) -> None:
    try:
        validate_email(text)
    except ValidationError as error:
        raise ValidationError(_("Write it like name@contoso.example."), code="address") from error


def check_nickname(text: str) -> None:
    if NOT_IN_NICKNAMES.search(text):
        raise ValidationError(_('Leave out blanks and the signs @ ( ) [ ] " ; : < > , and \\.'), code="nickname")


def check_language(text: str) -> None:
    if not LANGUAGE.fullmatch(text):
        raise ValidationError(_("Write it like en-US: a language, a hyphen, a country."), code="language")


def check_manager(user: User) -> None:
    manager = user.manager
    if manager and manager.pk == user.pk:
        raise ValidationError(_("Nobody can be their own manager."), code="own_manager")
    if manager and (manager.deleted_at or manager.purged_at or manager.directory_id != user.directory_id):
        raise ValidationError(_("Choose somebody who is in the directory."), code="no_manager")


def check_extensions(values: Mapping[str, Any]) -> None:
    """Names and values of extension attributes: text, a number, Yes or No, or several texts."""
    for name, value in values.items():
        if name in USER_ATTRIBUTES or name in USER_REFERENCES:
            _refuse(_("%(name)s is an attribute of its own. Set it there."), name)
        if not 0 < len(name) <= LONGEST_NAME:
            _refuse(_("Give each extension attribute a name of at most 256 characters."), name)
        check_text(name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str):
                check_text(each)
            elif isinstance(value, list) or not isinstance(each, int | float):
                _refuse(_("%(name)s may hold a text, a number, true or false, or a list of texts."), name)
            if len(str(each)) > LONGEST_EXTENSION:
                _refuse(_("%(name)s may have at most 1,024 characters."), name)


def _refuse(text: Any, name: str) -> None:
    raise ValidationError(text, code="extension", params={"name": name[:LONGEST_NAME]})


def check_type(text: str) -> None:
    if text not in USER_TYPES:
        raise ValidationError(_("A user is a Member or a Guest."), code="type")


USER_CHECKS: Mapping[str, Callable[[Any], None]] = {
    "user_principal_name": check_address,
    "mail": check_address,
    "mail_nickname": check_nickname,
    "preferred_language": check_language,
    "user_type": check_type,
    "manager": check_manager,
}
GROUP_CHECKS: Mapping[str, Callable[[Any], None]] = {"mail": check_address, "mail_nickname": check_nickname}
