"""What the list of applications can be searched, filtered and sorted by."""

from django import forms

from portal.components.marks import STATUSES
from provisioning.choices import JobState, Mode
from provisioning.models.fields import as_choices

STATE_CHOICES = [(str(state), STATUSES[state].label) for state in JobState]
MODE_CHOICES = as_choices(Mode)
SORTS = ("name", "status", "cycle", "created")


class ApplicationFilter(forms.Form):
    """From the address; what is not understood there does not filter."""

    q = forms.CharField(required=False, max_length=200)
    status = forms.MultipleChoiceField(required=False, choices=STATE_CHOICES)
    mode = forms.MultipleChoiceField(required=False, choices=MODE_CHOICES)
    sort = forms.ChoiceField(required=False, choices=[(sign + name, name) for name in SORTS for sign in ("", "-")])

    @property
    def is_filtering(self) -> bool:
        return bool(self.text("q") or self.chosen("status") or self.chosen("mode"))

    def text(self, name: str) -> str:
        value: str = self.cleaned_data.get(name) or ""
        return value

    def chosen(self, name: str) -> list[str]:
        values: list[str] = self.cleaned_data.get(name) or []
        return values
