"""One object, one worker: what on demand has in hand, and what a cycle has."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from provisioning.choices import ObjectType
from provisioning.jobs import leases
from provisioning.jobs.candidates import states
from provisioning.jobs.prepared import Given, Prepared, among
from provisioning.models import Cycle, Group, ObjectStateRow, ProvisioningJob, Slice, User

SOON = timedelta(seconds=5)
"""A cycle looks again after so long at an object that on demand has in hand."""

CLAIMED = Prepared(
    lambda: ObjectStateRow.objects.filter(
        among("source_key", "keys"), job=Given("job"), object_type=Given("type"), claimed_until__gt=Now()
    ).values_list("source_key")
)


def left_out(cycle: Cycle, type_: ObjectType, keys: Sequence[int], now: datetime) -> set[int]:
    """Those of the keys that on demand has in hand; the cycle marks them to be looked at again.

    The caller's transaction has locked the slice's row, as `take` does.
    """
    found = {key for (key,) in CLAIMED.rows(job=cycle.job_id, type=type_.value, keys=keys)}
    if found:
        claimed = states(cycle.job, type_).filter(source_key__in=found, claimed_until__gt=Now())
        claimed.update(cycle_key=cycle.pk, deferred_until=now + SOON)
    return found


@transaction.atomic
def take(job: ProvisioningJob, type_: ObjectType, key: int, length: timedelta) -> int | None:
    """Claim one object; gives the token, None while the running cycle or somebody else has it in hand.

    Every open slice with this key is locked, free ones too, and the job, so that no phase is opened meanwhile: who
    takes one of them later finds the claim.
    """
    ProvisioningJob.objects.select_for_update(no_key=True).get(pk=job.pk)
    covering = Slice.objects.filter(
        Q(high=None) | Q(high__gte=key), cycle__job=job, object_type=type_, done_at=None, low__lt=key
    )
    list(covering.select_for_update(of=("self",)).order_by("pk"))
    if covering.filter(expires_at__gt=Now(), in_hand__gte=key).exists():
        return None
    row = _row(job, type_, key)
    free = Q(claimed_until=None) | Q(claimed_until__lte=Now())
    mine = ObjectStateRow.objects.filter(free, pk=row.pk)
    if not mine.update(claim_token=F("claim_token") + 1, claimed_until=Now() + length):
        return None
    row.refresh_from_db(fields=["claim_token"])
    return row.claim_token


def intend(job: ProvisioningJob, type_: ObjectType, key: int, token: int, now: datetime) -> None:
    """Note that an account may be created now: should we vanish, the next cycle looks for it."""
    mine = states(job, type_).filter(source_key=key, claim_token=token, target_id="")
    mine.update(uncertain=True, was_in_scope=True, managed=True, next_try_at=now)


def is_held(job: ProvisioningJob, type_: ObjectType, key: int, token: int) -> bool:
    """Whether the claim still is ours; inside the transaction that records, whose first statement locks the row."""
    mine = states(job, type_).filter(source_key=key, claim_token=token, claimed_until__gt=Now())
    return bool(mine.update(claim_token=token))


def give_back(job: ProvisioningJob, type_: ObjectType, key: int, token: int) -> None:
    """A row that was made for the claim alone is gone with it: the object turned out never entitled."""
    mine = states(job, type_).filter(source_key=key, claim_token=token)
    untouched = {"status": "", "target_id": "", "was_in_scope": False, "uncertain": False, "deferred_until": None}
    mine.filter(**untouched).delete()
    mine.update(claimed_until=None)


def any_live(job_id: int) -> bool:
    """Whether anybody has a slice or an object of this job in hand."""
    return leases.live(job_id) > 0 or ObjectStateRow.objects.filter(job=job_id, claimed_until__gt=Now()).exists()


def _row(job: ProvisioningJob, type_: ObjectType, key: int) -> ObjectStateRow:
    source = (User if type_ is ObjectType.USER else Group)._default_manager.get(pk=key)
    values = {"source_id": str(source.object_id), "label": source.display_name[:256]}
    return ObjectStateRow.objects.get_or_create(job=job, object_type=type_, source_key=key, defaults=values)[0]
