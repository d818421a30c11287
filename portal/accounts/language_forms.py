"""The form of somebody's language and time zone."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Account
from portal.accounts.preferences import time_zones


class PreferencesForm(forms.Form):
    """How a person reads: the language, also of mails to them, and the time zone."""

    def __init__(self, account: Account, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"language": account.language, "time_zone": account.time_zone})
        self.account = account
        kept = [account.time_zone] if account.time_zone else []  # this machine may not know it
        zones = [(zone, zone.replace("_", " ")) for zone in sorted({*time_zones(), *kept})]
        own = gettext("As the portal: %(zone)s") % {"zone": settings.TIME_ZONE}
        languages = [("", gettext("As the browser says")), *settings.LANGUAGES]
        self.fields["language"] = forms.ChoiceField(label=_("Language"), required=False, choices=languages)
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), required=False, choices=[("", own), *zones])

    def save(self) -> Account:
        self.account.language = self.cleaned_data["language"]
        self.account.time_zone = self.cleaned_data["time_zone"]
        self.account.save(update_fields=["language", "time_zone"])
        return self.account
