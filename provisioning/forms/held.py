"""What the list of held deletions can be filtered by, from the address."""

from typing import Any

from django import forms
from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from provisioning.choices import Action, ObjectType, Staging
from provisioning.models import Activity, ProvisioningJob, StagedRemoval

STATES = [
    (Staging.HELD.value, _("Held")),
    (Staging.APPROVED.value, _("Allowed")),
    (Staging.REJECTED.value, _("Rejected")),
]
TYPES = [(ObjectType.USER.value, _("User")), (ObjectType.GROUP.value, _("Group"))]


class HeldFilter(forms.Form):
    """What is not understood does not filter. Allowed ones wait to be carried out, rejected ones for a change."""

    q = forms.CharField(required=False, max_length=200)
    status = forms.MultipleChoiceField(required=False, choices=STATES)
    type = forms.MultipleChoiceField(required=False, choices=TYPES)

    def __init__(self, job: ProvisioningJob, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.job = job
        self.is_valid()

    def chosen(self, name: str) -> list[str]:
        values: list[str] = self.cleaned_data.get(name) or []
        return values

    @property
    def pills(self) -> list[tuple[Any, str, Any, list[str]]]:
        """Label, name, choices and chosen values of each filter."""
        return [
            (_("State"), "status", STATES, self.chosen("status")),
            (_("Object type"), "type", TYPES, self.chosen("type")),
        ]

    @property
    def is_filtering(self) -> bool:
        return bool(self.cleaned_data.get("q") or self.chosen("status") or self.chosen("type"))

    def found(self) -> QuerySet[StagedRemoval]:
        """Held ones first, by name; each with the cycle that staged it, as the logs tell it."""
        states = self.chosen("status") or [state for state, _label in STATES]
        rows = StagedRemoval.objects.filter(job=self.job, status__in=states)
        if text := self.cleaned_data.get("q"):
            rows = rows.filter(Q(state__label__icontains=text) | Q(state__source_id=text))
        if types := self.chosen("type"):
            rows = rows.filter(object_type__in=types)
        is_decided = Case(When(status=Staging.HELD, then=Value(0)), default=Value(1), output_field=IntegerField())
        told = Activity.objects.filter(
            job=OuterRef("job"), source_id=OuterRef("state__source_id"), action=Action.STAGED_DELETE
        ).order_by("-occurred_at", "-pk")
        rows = rows.annotate(
            found_by=Subquery(told.values("cycle__cycle_id")[:1]), found_in=Subquery(told.values("cycle__kind")[:1])
        )
        return rows.select_related("state").order_by(is_decided, "state__label", "pk")
