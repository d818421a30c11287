"""What the provisioning logs can be filtered by, from the address."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.forms import BoundField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from provisioning.choices import Action, Status
from provisioning.jobs.log_rows import beginning_with, changing, holding, of_cycle, of_jobs
from provisioning.models import Activity, Cycle, EnterpriseApplication, ProvisioningJob

STATUSES = [
    (Status.SUCCESS.value, _("Success")),
    (Status.FAILURE.value, _("Failure")),
    (Status.SKIPPED.value, _("Skipped")),
    (Status.WARNING.value, _("Warning")),
]
ACTIONS = [
    (Action.CREATE.value, _("Create")),
    (Action.UPDATE.value, _("Update")),
    (Action.DELETE.value, _("Delete")),
    (Action.DISABLE.value, _("Disable")),
    (Action.STAGED_DELETE.value, _("StagedDelete")),
    (Action.OTHER.value, _("Other")),
]
CUSTOM, ANY = "custom", "any"
PERIODS = [
    ("hour", _("Last hour")),
    ("day", _("Last 24 hours")),
    ("week", _("Last 7 days")),
    ("month", _("Last 30 days")),
    (ANY, _("Any time")),
    (CUSTOM, _("Custom")),
]
DEFAULT_PERIOD = "week"
LENGTHS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
DAYS = {"validators": [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]}
"""Others don't fit into every time zone."""
NAMED = ("change", "job", "source", "target")
"""Filters that name one thing: it is shown whenever it was."""
READING = ("contains", "attribute")
"""Filters no index serves: they look inside the chosen dates only."""
PLAIN = {"date", "since", "until", "status", "application", *NAMED}
"""Filters that an index serves together with the status."""


class ActivityFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Without a date the last seven days are shown, or everything of the cycle or change that is asked for."""

    q = django_filters.CharFilter(method="by_identity", max_length=256, label=_("Identity"))
    date = django_filters.ChoiceFilter(method="by_period", choices=PERIODS, label=_("Date"))
    since = django_filters.DateFilter(method="unfiltered", label=_("From"), **DAYS)
    until = django_filters.DateFilter(method="unfiltered", label=_("To"), **DAYS)
    status = django_filters.MultipleChoiceFilter(choices=STATUSES, distinct=False, label=_("Status"))
    action = django_filters.MultipleChoiceFilter(choices=ACTIONS, distinct=False, label=_("Action"))
    application = django_filters.ModelMultipleChoiceFilter(
        queryset=EnterpriseApplication.objects.order_by("display_name"),
        to_field_name="application_id",
        method="by_application",
        label=_("Application"),
    )
    cycle = django_filters.UUIDFilter(method="by_cycle", label=_("Cycle ID"))
    change = django_filters.UUIDFilter(field_name="change_id", label=_("Change ID"))
    code = django_filters.CharFilter(field_name="code", max_length=80, label=_("Error code"))
    job = django_filters.CharFilter(method="by_job", max_length=200, label=_("Job ID"))
    source = django_filters.CharFilter(field_name="source_id", max_length=36, label=_("Source ID"))
    target = django_filters.CharFilter(field_name="target_id", max_length=256, label=_("Target ID"))
    source_system = django_filters.CharFilter(method="by_source_system", max_length=80, label=_("Source System"))
    target_system = django_filters.CharFilter(method="by_target_system", max_length=80, label=_("Target System"))
    attribute = django_filters.CharFilter(method="by_attribute", max_length=80, label=_("Attribute changed"))
    contains = django_filters.CharFilter(method="by_text", max_length=80, label=_("Name or reason contains"))

    class Meta:
        model = Activity
        fields: list[str] = []

    @property
    def chosen(self) -> Mapping[str, Any]:
        """What was understood, by name; empty values too."""
        self.form.is_valid()
        values: Mapping[str, Any] = self.form.cleaned_data
        return values

    @property
    def period(self) -> str:
        if date := self.chosen.get("date"):
            return "month" if date == ANY and self.reads_everything else str(date)
        if self.chosen.get("since") or self.chosen.get("until"):
            return CUSTOM
        named = any(self.chosen.get(name) for name in ("cycle", *NAMED))
        return ANY if named and not self.reads_everything else DEFAULT_PERIOD

    @property
    def reads_everything(self) -> bool:
        """Every entry of the chosen dates has to be looked at, so there have to be some."""
        return any(self.chosen.get(name) for name in READING)

    @property
    def is_plain(self) -> bool:
        """Entries of each status are counted by index; for other filters that would mean to read them all."""
        return {name for name, value in self.chosen.items() if value} <= PLAIN

    @property
    def period_label(self) -> str:
        since, until = self.chosen.get("since"), self.chosen.get("until")
        if self.period != CUSTOM or not (since or until):
            return str(dict(PERIODS)[ANY if self.period == CUSTOM else self.period])
        return " – ".join(date_format(day, "SHORT_DATE_FORMAT") if day else "…" for day in (since, until))

    @property
    def dates(self) -> list[BoundField]:
        return [self.form["since"], self.form["until"]]

    @property
    def more(self) -> list[BoundField]:
        """Filters that are not offered at first sight."""
        names = ("code", "cycle", "change", "job", "source", "target", "source_system", "target_system")
        return [self.form[name] for name in (*names, *READING)]

    @cached_property
    def cycle_asked_for(self) -> Cycle | None:
        asked = self.chosen.get("cycle")
        return Cycle.objects.filter(cycle_id=asked).first() if asked else None

    @property
    def is_narrowed(self) -> bool:
        """By more than the date."""
        return any(value for name, value in self.chosen.items() if name not in ("date", "since", "until"))

    def found(self, but: str = "") -> QuerySet[Activity]:
        """The entries asked for; `but` names a filter that is left out. None when something was not understood."""
        rows: QuerySet[Activity] = self.queryset.all()
        if not self.form.is_valid():
            return rows.none()
        for name, value in self.chosen.items():
            if name not in (but, "date"):
                rows = self.filters[name].filter(rows, value)
        return self.by_period(rows, "date", self.period)

    @cached_property
    def searched(self) -> Q:
        """What is searched for by its beginning, or by the whole id of object, entry or change."""
        text = str(self.chosen.get("q") or "").strip()
        try:
            id_ = uuid.UUID(text)
        except ValueError:
            return beginning_with(text)
        return Q(source_id=str(id_)) | Q(activity_id=id_) | Q(change_id=id_)

    def by_identity(self, rows: QuerySet[Activity], _name: str, _text: str) -> QuerySet[Activity]:
        return rows.filter(self.searched)

    def by_application(
        self, rows: QuerySet[Activity], _name: str, chosen: QuerySet[EnterpriseApplication]
    ) -> QuerySet[Activity]:
        return of_jobs(rows, ProvisioningJob.objects.filter(application__in=chosen)) if chosen else rows

    def by_job(self, rows: QuerySet[Activity], _name: str, text: str) -> QuerySet[Activity]:
        """By the whole id, or by its last part, which is unique."""
        try:
            return of_jobs(rows, ProvisioningJob.objects.filter(job_id=uuid.UUID(text.rpartition(".")[2])))
        except ValueError:
            return rows.none()

    def by_source_system(self, rows: QuerySet[Activity], _name: str, text: str) -> QuerySet[Activity]:
        return of_jobs(rows, ProvisioningJob.objects.filter(application__directory__label__istartswith=text))

    def by_target_system(self, rows: QuerySet[Activity], _name: str, text: str) -> QuerySet[Activity]:
        return of_jobs(rows, ProvisioningJob.objects.filter(application__display_name__istartswith=text))

    def by_attribute(self, rows: QuerySet[Activity], _name: str, text: str) -> QuerySet[Activity]:
        return changing(rows, text)

    def by_text(self, rows: QuerySet[Activity], _name: str, text: str) -> QuerySet[Activity]:
        return holding(rows, text)

    def by_period(self, rows: QuerySet[Activity], _name: str, period: str) -> QuerySet[Activity]:
        if period in LENGTHS:
            return rows.filter(occurred_at__gte=timezone.now() - LENGTHS[period])
        if period == CUSTOM and self.chosen.get("since"):
            rows = rows.filter(occurred_at__gte=_midnight(self.chosen["since"]))
        if period == CUSTOM and self.chosen.get("until"):
            rows = rows.filter(occurred_at__lt=_midnight(self.chosen["until"]) + timedelta(days=1))
        return rows

    def by_cycle(self, rows: QuerySet[Activity], _name: str, _value: uuid.UUID) -> QuerySet[Activity]:
        cycle = self.cycle_asked_for
        return rows.filter(of_cycle(cycle)) if cycle else rows.none()

    def unfiltered(self, rows: QuerySet[Activity], _name: str, _value: object) -> QuerySet[Activity]:
        """From and To are read together, by the period."""
        return rows


class OwnActivityFilter(ActivityFilter):
    """For the logs of one application."""

    application = None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
