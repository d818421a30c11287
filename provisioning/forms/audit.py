"""What the audit log can be filtered by, from the address."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import AuditEntry
from provisioning.forms.list_filter import ListFilter
from provisioning.forms.logs import ANY, CUSTOM, DAYS, LENGTHS, PERIODS
from provisioning.jobs.log_rows import FEW
from provisioning.models import EnterpriseApplication
from provisioning.models.prefix import BEGINNING, Compared

DEFAULT_PERIOD = "month"


class AuditFilter(ListFilter):
    """Without a date the last thirty days are shown, or everything of the target that is searched for."""

    labels: ClassVar = {"activity": _("Activity")}

    q = forms.CharField(required=False, max_length=200)
    who = forms.CharField(required=False, max_length=150)
    date = forms.ChoiceField(required=False, choices=PERIODS)
    since = forms.DateField(required=False, label=_("From"), validators=DAYS["validators"])
    until = forms.DateField(required=False, label=_("To"), validators=DAYS["validators"])
    activity = forms.MultipleChoiceField(required=False)

    def full_clean(self) -> None:
        """The choices are what there is."""
        told = sorted((gettext(each), each) for each in AuditEntry.objects.activities())
        cast(forms.MultipleChoiceField, self.fields["activity"]).choices = [(value, label) for label, value in told]
        super().full_clean()

    @property
    def who_text(self) -> str:
        return self.cleaned_data.get("who") or ""

    @property
    def period(self) -> str:
        if chosen := self.cleaned_data.get("date"):
            return str(chosen)
        if self.cleaned_data.get("since") or self.cleaned_data.get("until"):
            return CUSTOM
        return ANY if self.text else DEFAULT_PERIOD

    @property
    def period_label(self) -> str:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if self.period != CUSTOM or not (since or until):
            return str(dict(PERIODS)[ANY if self.period == CUSTOM else self.period])
        return " – ".join(date_format(day, "SHORT_DATE_FORMAT") if day else "…" for day in (since, until))

    @property
    def dates(self) -> list[BoundField]:
        return [self["since"], self["until"]]

    @property
    def is_narrowed(self) -> bool:
        """By more than the date."""
        return self.is_filtering or bool(self.who_text)

    def found(self) -> QuerySet[AuditEntry]:
        rows = self._in_period(AuditEntry.objects.all())
        if activities := self.chosen("activity"):
            rows = rows.filter(activity__in=activities)
        for column, text in (("target_lower", self.text), ("who_lower", self.who_text)):
            if text:
                rows = self._beginning(rows, column, text.lower())
        return rows

    def _all(self) -> QuerySet[AuditEntry]:
        """The log that is filtered."""
        return AuditEntry.objects.order_by()

    def _beginning(self, rows: QuerySet[AuditEntry], column: str, text: str) -> QuerySet[AuditEntry]:
        """Where the column begins with the text. Few are looked up; of many the list by time is read and compared."""
        keys = list(self._all().filter(**{f"{column}__{BEGINNING}": text}).values_list("pk", flat=True)[: FEW + 1])
        if len(keys) <= FEW:
            return rows.filter(pk__in=keys)
        return rows.alias(**{f"_{column}": Compared(column)}).filter(**{f"_{column}__{BEGINNING}": text})

    def _in_period(self, rows: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        if self.period in LENGTHS:
            return rows.filter(at__gte=timezone.now() - LENGTHS[self.period])
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if self.period == CUSTOM and since:
            rows = rows.filter(at__gte=timezone.make_aware(datetime.combine(since, time())))
        if self.period == CUSTOM and until:
            rows = rows.filter(at__lt=timezone.make_aware(datetime.combine(until, time())) + timedelta(days=1))
        return rows


class OwnAuditFilter(AuditFilter):
    """For the audit log of one application."""

    def __init__(self, own: EnterpriseApplication, *args: Any, **kwargs: Any) -> None:
        self.own = own
        super().__init__(*args, **kwargs)

    def found(self) -> QuerySet[AuditEntry]:
        return super().found().filter(application=self.own.application_id)

    def _all(self) -> QuerySet[AuditEntry]:
        return super()._all().filter(application=self.own.application_id)


class AllAuditFilter(AuditFilter):
    """For the audit log over all applications."""

    labels: ClassVar = {**AuditFilter.labels, "application": _("Application")}

    application = forms.MultipleChoiceField(required=False)

    def full_clean(self) -> None:
        rows = EnterpriseApplication.objects.order_by("display_name").values_list("application_id", "display_name")
        choices = [(str(id_), name) for id_, name in rows]
        cast(forms.MultipleChoiceField, self.fields["application"]).choices = choices
        super().full_clean()

    def found(self) -> QuerySet[AuditEntry]:
        rows, ids = super().found(), self.chosen("application")
        return rows.filter(application__in=[uuid.UUID(each) for each in ids]) if ids else rows
