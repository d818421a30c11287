"""The time that the charts of Insights are about, from the address."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from provisioning.forms.logs import CUSTOM, DAYS, LENGTHS

LONGEST = timedelta(days=400)
"""Counts of entries are kept as long."""
PERIODS: list[tuple[str, str | Promise]] = [
    ("day", _("Last 24 hours")),
    ("week", _("Last 7 days")),
    ("month", _("Last 30 days")),
    ("quarter", _("Last 90 days")),
    ("year", _("Last 365 days")),
    (CUSTOM, _("Custom")),
]
SPANS = {**LENGTHS, "quarter": timedelta(days=90), "year": timedelta(days=365)}
USUAL = "week"


class InsightsForm(forms.Form):
    """What is not understood counts as the last seven days."""

    date = forms.ChoiceField(choices=PERIODS, required=False)
    since = forms.DateField(required=False, label=_("From"), validators=DAYS["validators"])
    until = forms.DateField(required=False, label=_("To"), validators=DAYS["validators"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()

    @property
    def period(self) -> str:
        chosen = self.cleaned_data.get("date") or ""
        days = self.cleaned_data.get("since") or self.cleaned_data.get("until")
        if days and chosen in ("", CUSTOM):
            return CUSTOM
        return chosen if chosen in SPANS else USUAL

    @property
    def period_label(self) -> str:
        if self.period != CUSTOM:
            return str(dict(PERIODS)[self.period])
        since, until = self.span(timezone.now())
        last = until - timedelta(seconds=1)
        return " – ".join(date_format(timezone.localtime(each), "j M Y") for each in (since, last))

    @property
    def dates(self) -> list[forms.BoundField]:
        return [self["since"], self["until"]]

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """From and until; one's own days go from midnight to midnight, in the person's time zone."""
        if self.period != CUSTOM:
            return now - SPANS[self.period], now
        today = timezone.localdate(now)
        last = min(self.cleaned_data.get("until") or today, today)
        first = self.cleaned_data.get("since") or last - SPANS["month"]
        first = max(min(first, last), last - LONGEST)
        return _midnight(first), _midnight(last + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
