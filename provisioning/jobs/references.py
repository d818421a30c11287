"""Objects that refer to others: a manager whose account is another one than was sent."""

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from provisioning.choices import ObjectType, Status
from provisioning.engine.mapping import references_of
from provisioning.jobs.candidates import states, within
from provisioning.jobs.members import moved
from provisioning.jobs.schemas import target_schema
from provisioning.models import Cycle, ObjectStateRow, User
from provisioning.records import ObjectRules

MANAGER = "manager"


def referring_keys(cycle: Cycle, low: int, high: int | None) -> QuerySet[Any, Any]:
    """Keys of people in scope whose manager has an account by now that was not sent yet.

    Incremental cycles follow those managers whose account moved since references were followed last.
    """
    known = states(cycle.job, ObjectType.USER)
    names = _names(cycle)
    if not names:
        return known.none().order_by("source_key").values("source_key")
    manager = User.objects.filter(pk=OuterRef("source_key")).values("manager")
    account = ObjectStateRow.objects.filter(
        job=cycle.job, object_type=ObjectType.USER, source_key=OuterRef("manager_key")
    ).exclude(target_id="")
    linked = known.filter(within(low, high, "source_key"), managed=True).exclude(target_id="")
    linked = linked.exclude(Q(cycle_key=cycle.pk, status=Status.FAILURE) | Q(cycle_key=cycle.pk, tries__gt=0))
    linked = linked.annotate(manager_key=Subquery(manager[:1]))
    if cycle.watermark is not None:
        managers = moved(cycle, ObjectType.USER).values("source_key")
        linked = linked.filter(source_key__in=User.objects.filter(manager__in=managers).values("pk"))
    linked = linked.annotate(account=Subquery(account.values("target_id")[:1])).exclude(account=None)
    differs = Q()
    for number, name in enumerate(names):
        linked = linked.annotate(**{f"sent_{number}": Cast(KeyTextTransform(name, "sent"), TextField())})
        differs |= Q(**{f"sent_{number}": None}) | ~Q(**{f"sent_{number}": F("account")})
    return linked.filter(differs).order_by("source_key").values("source_key")


def _names(cycle: Cycle) -> list[str]:
    """Target attributes that hold the manager's account."""
    mapping = cycle.job.mappings.filter(object_type=ObjectType.USER, enabled=True).first()
    if mapping is None:
        return []
    rules = ObjectRules(type=ObjectType.USER, rules=tuple(row.as_rule() for row in mapping.rows.all()))
    return references_of(rules, target_schema(mapping), MANAGER)
