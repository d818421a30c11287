"""Counts of the direct members of groups, read for all groups of a page at once."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from provisioning.choices import ObjectType
from provisioning.models import Group, Membership, ObjectStateRow, ProvisioningJob


def present_members(groups: Iterable[Group]) -> QuerySet[Membership]:
    """Memberships of people and groups that are in the directory: neither taken out nor deleted."""
    people = Q(user__isnull=False, user__deleted_at=None, user__purged_at=None)
    nested = Q(member_group__isnull=False, member_group__deleted_at=None, member_group__purged_at=None)
    return Membership.objects.filter(people | nested, removed=False, group__in=[group.pk for group in groups])


def member_counts(groups: Iterable[Group]) -> Counter[int]:
    """How many direct members each group has, by its key."""
    rows = present_members(groups).order_by().values_list("group")
    return Counter(dict(rows.annotate(n=Count("pk"))))


def provisioned_counts(groups: Iterable[Group], job: ProvisioningJob) -> Counter[int]:
    """How many of them have an account in the target that is kept up to date and not disabled, by the group's key."""
    states = ObjectStateRow.objects.filter(job=job, object_type=ObjectType.USER, source_key=OuterRef("user_id"))
    states = states.filter(managed=True, disabled=False).exclude(target_id="")
    rows = present_members(groups).filter(Exists(states)).order_by().values_list("group")
    return Counter(dict(rows.annotate(n=Count("pk"))))
