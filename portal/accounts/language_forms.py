"""The form of somebody's language and time zone."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Account
from portal.accounts.preferences import time_zones

FIELDS = ("language", "time_zone", "in_utc")


class PreferencesForm(forms.Form):
    """How a person reads: the language, also of mails to them, and the time zone."""

    def __init__(self, account: Account, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={name: getattr(account, name) for name in FIELDS})
        self.account = account
        kept = [account.time_zone] if account.time_zone else []  # this machine may not know it
        zones = [(zone, zone.replace("_", " ")) for zone in sorted({*time_zones(), *kept})]
        own = gettext("As the portal: %(zone)s") % {"zone": settings.TIME_ZONE}
        languages = [("", gettext("As the browser says")), *settings.LANGUAGES]
        self.fields["language"] = forms.ChoiceField(label=_("Language"), required=False, choices=languages)
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), required=False, choices=[("", own), *zones])
        told = _("To compare them with other systems' logs. The time zone is kept.")
        self.fields["in_utc"] = forms.BooleanField(label=_("Show times in UTC"), required=False, help_text=told)

    def save(self) -> Account:
        for name in FIELDS:
            setattr(self.account, name, self.cleaned_data[name])
        self.account.save(update_fields=FIELDS)
        return self.account
