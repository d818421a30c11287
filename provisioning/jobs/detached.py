"""Accounts that were left when the directory was cleared: whoever matches one takes it over."""

from collections.abc import Mapping

from provisioning.choices import ObjectType
from provisioning.jobs.candidates import states
from provisioning.models import DetachedAccount, ProvisioningJob


def take_over(job: ProvisioningJob, type_: ObjectType, accounts: Mapping[int, str]) -> None:
    """Give objects, by key, the origin that their account had; it decides whether it may ever be deleted."""
    left = DetachedAccount.objects.filter(job=job, object_type=type_, target_id__in=accounts.values())
    by_account = {each.target_id: each for each in left}
    for key, target_id in accounts.items():
        if account := by_account.get(target_id):
            states(job, type_).filter(source_key=key).update(origin=account.origin)
            account.delete()
