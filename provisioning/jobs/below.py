"""Groups in groups: which groups lie below an assigned one, and which lie above a person."""

from collections.abc import Collection, Iterable

from django.db.models import Q

from provisioning.models import Group, Membership

LEVELS = 50
"""Deeper nesting than this is a circle."""


def below(groups: Iterable[int], since: int | None = None) -> set[int]:
    """Keys of these groups and all under them, at any depth. With `since`, also by what was taken out after it."""
    counted = Q(removed=False) if since is None else Q(removed=False) | Q(change__gt=since)
    found, frontier = set(groups), set(groups)
    for _ in range(LEVELS):
        edges = Membership.objects.filter(counted, group__in=frontier).exclude(member_group=None)
        frontier = set(edges.values_list("member_group", flat=True)) - found
        if not frontier:
            break
        found |= frontier
    return found


def changed_below(groups: Collection[int], fresh: Iterable[int], since: int) -> set[int]:
    """Those of `below(groups, since)` whose members have to be looked at again.

    They are the `fresh` ones (assigned or changed since), what was put under or taken from any of them since, and all
    that lies below these.
    """
    everything = below(groups, since)
    edges = Membership.objects.filter(group__in=everything, change__gt=since).exclude(member_group=None)
    moved = set(edges.values_list("member_group", flat=True))
    changed = set(Group.objects.filter(pk__in=everything, change__gt=since).values_list("pk", flat=True))
    return below({*fresh, *moved, *changed} & everything, since) & everything


def above(groups: Collection[int]) -> dict[int, set[int]]:
    """For each of these groups itself and every group it is in, through groups that can entitle."""
    parents: dict[int, set[int]] = {}
    frontier = set(groups)
    for _ in range(LEVELS):
        edges = Membership.objects.filter(
            removed=False, member_group__in=frontier, group__in=Group.objects.entitling()
        ).values_list("member_group", "group")
        for child, parent in edges:
            parents.setdefault(child, set()).add(parent)
        frontier = {parent for _, parent in edges} - parents.keys() - set(groups)
        if not frontier:
            break
    return {group: _climb(group, parents) for group in groups}


def _climb(group: int, parents: dict[int, set[int]]) -> set[int]:
    found, frontier = {group}, {group}
    while frontier:
        frontier = set().union(*(parents.get(each, set()) for each in frontier)) - found
        found |= frontier
    return found
