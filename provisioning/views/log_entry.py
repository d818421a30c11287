"""One entry of the provisioning logs, as its pane shows it: steps, advice, properties, ids, what was said."""

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from provisioning.choices import Status
from provisioning.errors import MissingValues
from provisioning.jobs.keyset import neighbours
from provisioning.models import Activity, ActivityExchange
from provisioning.views.told import Advised, step_title

SIMILAR = 1000
"""Failures with the same code are counted up to here."""


@dataclass(frozen=True, slots=True)
class Similar:
    """Failures with the same code in the last seven days, this one included, and how many people had them."""

    entries: int
    people: int


@dataclass(frozen=True)
class Entry(Advised):
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
        entry, target = self.activity, self.activity.job.application.display_name
        return [{**each, "title": step_title(each, entry.action, entry.object_type, target)} for each in entry.steps]

    @property
    def about(self) -> str:
        return self.activity.code

    @property
    def source(self) -> tuple[str, str]:
        return self.activity.object_type, str(self.activity.source_id)

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
