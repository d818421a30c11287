"""Forms of the page Accounts: a new account, changing one, a password for somebody else."""

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.accounts.forms import MAX_PASSWORD
from portal.accounts.models import Account, Role
from portal.accounts.people import made_up_password

MADE_UP, TYPED, WITHOUT = "made_up", "typed", "without"
WAYS: Sequence[tuple[str, Any]] = [
    (MADE_UP, _("Make one up and show it once")),
    (TYPED, _("Type one")),
]
NO_PASSWORD: tuple[str, Any] = (WITHOUT, _("None: the person signs in with Microsoft only"))
ROLE_HINTS = {
    Role.APPLICATION_ADMINISTRATOR.value: _("May do everything, also with accounts, app registrations and the source."),
    Role.CLOUD_APPLICATION_ADMINISTRATOR.value: _("Manages all applications, their assignments, people and groups."),
    Role.REPORTS_READER.value: _("Reads everything but accounts and secrets, and changes nothing."),
    Role.NONE.value: _("Manages the applications of which it is an owner, and sees no others."),
}


def _text(label: Any, length: int, **more: Any) -> forms.CharField:
    attrs = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
    return forms.CharField(label=label, max_length=length, widget=forms.TextInput(attrs=attrs), **more)


class AccountForm(forms.Form):
    """Details and role, of a new account or of `account`."""

    hints: ClassVar = ROLE_HINTS

    username = _text(_("User name"), 150, help_text=_("What somebody types to sign in."))
    display_name = _text(_("Display name"), 150, required=False)
    email = forms.EmailField(label=_("Email"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(
        label=_("Role"), choices=Role.choices, initial=Role.REPORTS_READER.value, widget=forms.RadioSelect
    )
    principal_name = _text(
        _("Microsoft user principal name"),
        150,
        required=False,
        help_text=_("Who signs in with Microsoft under this name gets this account."),
    )

    def __init__(self, account: Account | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if account:
            self.initial = {name: getattr(account, name) for name in self.fields}
        self.others = Account.objects.exclude(pk=account.pk) if account else Account.objects.all()

    def clean_username(self) -> str:
        username = Account.normalize_username(self.cleaned_data["username"])
        if self.others.filter(username=username).exists():
            raise ValidationError(_("Another account has this user name."))
        return username

    def clean_principal_name(self) -> str:
        name: str = self.cleaned_data["principal_name"].strip().lower()
        if name and self.others.filter(principal_name=name).exists():
            raise ValidationError(_("Another account has this user principal name."))
        return name

    @property
    def values(self) -> dict[str, Any]:
        names = ("username", "display_name", "email", "role", "principal_name")
        return {name: self.cleaned_data[name] for name in names}


class PasswordFields(forms.Form):
    """A password for somebody else, who has to choose another at the next sign-in."""

    way = forms.ChoiceField(label=_("Password"), choices=WAYS, initial=MADE_UP, widget=forms.RadioSelect)
    password = forms.CharField(
        label=_("Password to type"),
        required=False,
        strip=False,
        max_length=MAX_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, account: Account | None, *args: Any, may_be_without: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        ways = [*WAYS, NO_PASSWORD] if may_be_without else WAYS
        cast(forms.ChoiceField, self.fields["way"]).choices = ways
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def check(self, account: Account) -> bool:
        """Whether the password will do for this account; else the form says why not."""
        if self.cleaned_data.get("way") != TYPED:
            return True
        try:
            validate_password(self.cleaned_data.get("password") or "", account)
        except ValidationError as refused:
            self.add_error("password", refused)
        return not self.errors

    def chosen(self) -> str | None:
        match self.cleaned_data["way"]:
            case "typed":
                return str(self.cleaned_data["password"])
            case "without":
                return None
        return made_up_password()
