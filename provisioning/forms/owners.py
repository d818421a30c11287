"""Form of an application's owners: which account is added."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Account
from provisioning.models import EnterpriseApplication


class OwnerForm(forms.Form):
    account = forms.ChoiceField(
        label=_("Account"),
        help_text=_("Who signs in with it can manage this application, whatever role it has, but nothing else."),
        error_messages={"required": _("Choose an account.")},
    )

    def __init__(self, application: EnterpriseApplication, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Account.objects.filter(is_active=True).exclude(owned__application=application)
        self.accounts = {str(each.pk): each for each in others.order_by("display_name", "username")}
        choices = [(key, _called(each)) for key, each in self.accounts.items()]
        cast(forms.ChoiceField, self.fields["account"]).choices = [("", _("Choose an account")), *choices]

    def chosen(self) -> Account:
        return self.accounts[self.cleaned_data["account"]]


def _called(account: Account) -> str:
    return f"{account} ({account.get_username()})" if account.display_name else account.get_username()
