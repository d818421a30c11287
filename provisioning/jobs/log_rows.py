"""Conditions on entries of the provisioning logs that every face uses."""

from datetime import timedelta

from django.db.models import Q

from provisioning.models import Cycle

CLOCKS = timedelta(minutes=5)
"""The hosts' clocks may differ by this much."""


def of_cycle(cycle: Cycle) -> Q:
    """Its times narrow the search too: the index by time then serves also an old cycle among a million entries."""
    found = Q(cycle=cycle, occurred_at__gte=cycle.started_at - CLOCKS)
    return found & Q(occurred_at__lte=cycle.ended_at + CLOCKS) if cycle.ended_at else found
