"""Conditions on entries of the provisioning logs that every face uses."""

from datetime import timedelta

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from provisioning.models import Activity, ActivityCount, Cycle, ProvisioningJob
from provisioning.models.prefix import BEGINNING

CLOCKS = timedelta(minutes=5)
"""The hosts' clocks may differ by this much."""
FEW = 1000
"""So many entries are looked up by their keys; a search that finds more goes through the list instead."""


def of_cycle(cycle: Cycle) -> Q:
    """Its times narrow the search too: the index by time then serves also an old cycle among a million entries."""
    found = Q(cycle=cycle, occurred_at__gte=cycle.started_at - CLOCKS)
    return found & Q(occurred_at__lte=cycle.ended_at + CLOCKS) if cycle.ended_at else found


def beginning_with(text: str) -> Q:
    """Where the name, user principal name, error code, or the id of the object on either side begins with the text.

    Each is an index of its own, so a database either looks up what they find or reads the list by time and compares.
    Neither is right for all texts: the first few keys are asked for, and if there are no more these are the answer.
    """
    named, coded = _begins(text), _codes(text)
    keys = list(Activity.objects.filter(named).order_by().values_list("pk", flat=True)[: FEW + 1])
    if not keys:
        return coded
    return (Q(pk__in=keys) if len(keys) <= FEW else named) | coded


def of_jobs(rows: QuerySet[Activity], jobs: QuerySet[ProvisioningJob]) -> QuerySet[Activity]:
    """Those of some jobs, which are looked up before: of one job, an index gives them in order."""
    keys = list(jobs.order_by().values_list("pk", flat=True))
    return rows.filter(job=keys[0]) if len(keys) == 1 else rows.filter(job__in=keys)


def _begins(text: str) -> Q:
    lower = text.lower()
    found = Q(**{f"identity__{BEGINNING}": lower}) | Q(**{f"label_lower__{BEGINNING}": lower})
    return found | Q(**{f"source_id__{BEGINNING}": lower}) | Q(**{f"target_id__{BEGINNING}": text})


def _codes(text: str) -> Q:
    """Which codes there are is told by the counts, which are few; nothing when none begins so."""
    codes = ActivityCount.objects.exclude(code="").filter(code__istartswith=text)
    found = sorted(set(codes.values_list("code", flat=True)))
    return Q(code=found[0]) if len(found) == 1 else Q(code__in=found)


def holding(rows: QuerySet[Activity], text: str) -> QuerySet[Activity]:
    """Where a name, a target's name or the reason holds the text. Reads every entry: for a bounded time only."""
    lower = text.lower()
    found = Q(label_lower__contains=lower) | Q(identity__contains=lower)
    found |= Q(target_label__icontains=text) | Q(_reason__icontains=text)
    return rows.alias(_reason=Cast("reason", TextField())).filter(found)


def changing(rows: QuerySet[Activity], attribute: str) -> QuerySet[Activity]:
    """Where this target attribute was to be changed. Reads every entry: for a bounded time only."""
    return rows.alias(_modified=Cast("modified", TextField())).filter(
        _modified__icontains=f'"displayName": "{attribute}"'
    )
