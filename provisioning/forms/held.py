"""What the list of held deletions can be filtered by, from the address."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from provisioning.choices import Action, ObjectType, Staging
from provisioning.forms.list_filter import ListFilter
from provisioning.models import Activity, ProvisioningJob, StagedRemoval

STATES = [
    (Staging.HELD.value, _("Held")),
    (Staging.APPROVED.value, _("Allowed")),
    (Staging.REJECTED.value, _("Rejected")),
]
TYPES = [(ObjectType.USER.value, _("User")), (ObjectType.GROUP.value, _("Group"))]


class HeldFilter(ListFilter):
    """Allowed ones wait to be carried out, rejected ones for a change."""

    labels: ClassVar = {"status": _("State"), "type": _("Object type")}

    status = forms.MultipleChoiceField(required=False, choices=STATES)
    type = forms.MultipleChoiceField(required=False, choices=TYPES)

    def __init__(self, job: ProvisioningJob, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.job = job

    def found(self) -> QuerySet[StagedRemoval]:
        """Held ones first, by name; each with the cycle that staged it, as the logs tell it."""
        states = self.chosen("status") or [state for state, _label in STATES]
        rows = StagedRemoval.objects.filter(job=self.job, status__in=states)
        if text := self.text:
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
