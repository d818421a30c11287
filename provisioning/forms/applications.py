"""What the list of applications can be searched, filtered and sorted by, and which columns it shows."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.components.marks import STATUSES
from provisioning.choices import JobState, Mode
from provisioning.forms.list_filter import ListFilter
from provisioning.gallery import all_applications
from provisioning.models.fields import as_choices

STATE_CHOICES = [(str(state), STATUSES[state].label) for state in JobState]
MODE_CHOICES = as_choices(Mode)
SORTS = ("name", "status", "cycle", "created")
AGES = {"7": _("Last 7 days"), "30": _("Last 30 days"), "365": _("Last 12 months")}
SIZES = {"1": _("At least 1"), "100": _("At least 100"), "1000": _("At least 1,000")}

COLUMNS = {
    "status": (_("Status"), "status"),
    "cycle": (_("Last cycle"), "cycle"),
    "next": (_("Next cycle"), ""),
    "mode": (_("Mode"), ""),
    "users": (_("Users"), ""),
    "groups": (_("Groups"), ""),
    "failing": (_("Failed now"), ""),
    "owners": (_("Owners"), ""),
    "gallery": (_("Gallery application"), ""),
    "id": (_("Application ID"), ""),
    "object": (_("Object ID"), ""),
    "created": (_("Created on"), "created"),
}
"""Label, and the name of its order where there is one, of what can stand beside the name."""
USUAL = ("status", "cycle", "mode", "users", "groups", "id", "created")
NUMBERS = ("users", "groups", "failing")
NO_OWNER = "none"


def _gallery() -> list[tuple[str, str]]:
    return [(each.key, each.name) for each in all_applications()]


class ApplicationFilter(ListFilter):
    labels: ClassVar = {
        "status": _("Status"),
        "mode": _("Mode"),
        "gallery": _("Gallery application"),
        "owner": _("Owner"),
        "age": _("Created on"),
        "users": _("Users"),
    }

    status = forms.MultipleChoiceField(required=False, choices=STATE_CHOICES)
    mode = forms.MultipleChoiceField(required=False, choices=MODE_CHOICES)
    gallery = forms.MultipleChoiceField(required=False, choices=_gallery)
    owner = forms.MultipleChoiceField(required=False)
    age = forms.MultipleChoiceField(required=False, choices=list(AGES.items()))
    users = forms.MultipleChoiceField(required=False, choices=list(SIZES.items()))
    column = forms.MultipleChoiceField(required=False, choices=[(key, label) for key, (label, _s) in COLUMNS.items()])
    sort = forms.ChoiceField(required=False, choices=[(sign + name, name) for name in SORTS for sign in ("", "-")])

    @property
    def columns(self) -> list[str]:
        """Those that were asked for, in their order; the usual ones when none was."""
        chosen = self.chosen("column")
        return [key for key in COLUMNS if key in (chosen or USUAL)]

    @property
    def heads(self) -> list[tuple[str, Any, str]]:
        """Key, label and order of each column that is shown."""
        return [(key, *COLUMNS[key]) for key in self.columns]

    def since(self, now: datetime) -> datetime | None:
        """Only applications that are not older; the longest of the times that were chosen."""
        days = [int(each) for each in self.chosen("age")]
        return now - timedelta(days=max(days)) if days else None

    @property
    def least_users(self) -> int:
        return min((int(each) for each in self.chosen("users")), default=0)
