"""What the entries of a preview can be filtered by, from the address."""

from typing import ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from provisioning.forms.list_filter import ListFilter
from provisioning.forms.logs import ACTIONS, STATUSES
from provisioning.models import Cycle, PreviewEntry


class PreviewFilter(ListFilter):
    labels: ClassVar = {"action": _("Action"), "status": _("Status")}

    action = forms.MultipleChoiceField(required=False, choices=ACTIONS)
    status = forms.MultipleChoiceField(required=False, choices=STATUSES)

    def found(self, preview: Cycle) -> QuerySet[PreviewEntry]:
        """In the order in which they were found."""
        rows = preview.preview_entries.order_by("pk")
        if text := self.text.lower():
            names = Q(identity__startswith=text) | Q(label_lower__contains=text)
            rows = rows.filter(names | Q(source_id=text))
        if actions := self.chosen("action"):
            rows = rows.filter(action__in=actions)
        if statuses := self.chosen("status"):
            rows = rows.filter(status__in=statuses)
        return rows
