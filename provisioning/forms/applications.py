"""What the list of applications can be searched, filtered and sorted by."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.components.marks import STATUSES
from provisioning.choices import JobState, Mode
from provisioning.forms.list_filter import ListFilter
from provisioning.models.fields import as_choices

STATE_CHOICES = [(str(state), STATUSES[state].label) for state in JobState]
MODE_CHOICES = as_choices(Mode)
SORTS = ("name", "status", "cycle", "created")


class ApplicationFilter(ListFilter):
    labels: ClassVar = {"status": _("Status"), "mode": _("Mode")}

    status = forms.MultipleChoiceField(required=False, choices=STATE_CHOICES)
    mode = forms.MultipleChoiceField(required=False, choices=MODE_CHOICES)
    sort = forms.ChoiceField(required=False, choices=[(sign + name, name) for name in SORTS for sign in ("", "-")])
