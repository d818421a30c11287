"""One entry of the provisioning logs, as its pane shows it: steps, advice, properties, ids, what was said."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from provisioning.choices import Action, Status, StepType
from provisioning.engine.scope import INACTIVE, NOT_ENTITLED
from provisioning.errors import Conflict, LicenseLimitExceeded, MissingValues
from provisioning.models import Activity, ActivityExchange
from provisioning.templatetags.provisioning_texts import word
from provisioning.views.keyset import neighbours

SIMILAR = 1000
"""Failures with the same code are counted up to here."""
TITLES: Mapping[str, str | Promise] = {
    StepType.IMPORT: _("Import %(object)s"),
    StepType.SCOPING: _("Determine if %(object)s is in scope"),
    StepType.MATCHING: _("Match %(object)s between source and target"),
    StepType.PROCESSING: _("Prepare the change"),
}
EXPORTS: Mapping[str, str | Promise] = {
    Action.CREATE: _("Create %(object)s in %(target)s"),
    Action.UPDATE: _("Update %(object)s in %(target)s"),
    Action.DISABLE: _("Disable %(object)s in %(target)s"),
    Action.DELETE: _("Delete %(object)s in %(target)s"),
    Action.OTHER: _("Perform action"),
}


@dataclass(frozen=True, slots=True)
class Similar:
    """Failures with the same code in the last seven days, this one included, and how many people had them."""

    entries: int
    people: int


@dataclass(frozen=True)
class Entry:
    """An activity and what stands around it; `newer` and `older` are its neighbours in the list one came from."""

    activity: Activity
    newer: Activity | None
    older: Activity | None

    @cached_property
    def exchanges(self) -> list[dict[str, Any]]:
        """Requests with their answers; none when nothing was sent or it is not kept any more."""
        try:
            kept = self.activity.exchange.exchanges
        except ActivityExchange.DoesNotExist:
            return []
        return [{**each, "request": pretty(each["request"]), "response": pretty(each["response"])} for each in kept]

    @cached_property
    def answer(self) -> dict[str, Any] | None:
        """The last answer of the target, when the action failed by it; a missing value is found before asking."""
        by_target = self.activity.status == Status.FAILURE and self.activity.code != MissingValues.code
        return self.exchanges[-1] if self.exchanges and by_target else None

    @property
    def exchanges_expired(self) -> bool:
        age = timezone.now() - self.activity.occurred_at
        return not self.exchanges and age > timedelta(days=settings.PORTAL_KEEP_EXCHANGES_DAYS)

    @property
    def steps(self) -> list[dict[str, Any]]:
        return [{**each, "title": self._title(each)} for each in self.activity.steps]

    def _title(self, step: Mapping[str, Any]) -> str:
        action = EXPORTS.get(self.activity.action, EXPORTS[Action.OTHER])
        title = TITLES.get(step["provisioningStepType"], action)
        target = self.activity.job.application.display_name
        return str(title) % {"object": word(self.activity.object_type).lower(), "target": target}

    @cached_property
    def later(self) -> Activity | None:
        """The newest entry of the same object, unless it is this one."""
        same = Activity.objects.filter(job=self.activity.job, source_id=self.activity.source_id)
        newest = same.only("activity_id", "status", "action", "occurred_at", "job_id").first()
        return newest if newest and newest.pk != self.activity.pk else None

    @cached_property
    def similar(self) -> Similar:
        week = timezone.now() - timedelta(days=7)
        failed = Activity.objects.filter(job=self.activity.job, status=Status.FAILURE, occurred_at__gt=week)
        people = list(failed.filter(code=self.activity.code).values_list("source_id", flat=True)[: SIMILAR + 1])
        return Similar(len(people), len(set(people)))

    @property
    def person_url(self) -> str:
        """The page of the user or group it is about."""
        return reverse(self.activity.object_type.lower(), args=[self.activity.source_id])

    @property
    def is_about_assignment(self) -> bool:
        return self.activity.code in (NOT_ENTITLED, LicenseLimitExceeded.code)

    @property
    def is_about_person(self) -> bool:
        return self.activity.code in (INACTIVE, MissingValues.code)

    @property
    def is_about_mapping(self) -> bool:
        return self.activity.code in (MissingValues.code, Conflict.code, "CreateSwitchedOff")


def find_entry(entries: QuerySet[Activity], listed: QuerySet[Activity], text: str) -> Entry | None:
    """The entry with that activity id among `entries`; its neighbours are those of the filtered list."""
    try:
        activity_id = uuid.UUID(text)
    except ValueError:
        return None
    activity = entries.select_related("exchange", "cycle").filter(activity_id=activity_id).first()
    if activity is None:
        return None
    newer, older = neighbours(listed.only("activity_id", "occurred_at"), activity)
    return Entry(activity, newer, older)


def pretty(body: str) -> str:
    """JSON with line breaks; anything else, also JSON that was cut, as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
