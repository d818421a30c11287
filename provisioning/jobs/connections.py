"""The connection of one object of the directory with its account: told, and taken away for one object alone."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.accounts.audit import Doer, record
from provisioning.jobs import claims, control
from provisioning.models import ObjectStateRow, ProvisioningJob, StagedRemoval

UNLINK = gettext_noop("Delete object connection")


def connected(job: ProvisioningJob, source_id: str) -> ObjectStateRow | None:
    """What is remembered of the object with this id, when it has an account."""
    return job.object_states.filter(source_id=source_id).exclude(target_id="").first()


@transaction.atomic
def disconnect(job: ProvisioningJob, source_id: str, by: Doer, now: datetime) -> bool:
    """Forget its account, which stays as it is: the object is matched anew. False when there was none.

    Raises NotPossible while the job is On, or a worker has objects in hand.
    """
    row = ProvisioningJob.objects.select_for_update(of=("self",)).select_related("application").get(pk=job.pk)
    if row.is_on or claims.any_live(row.pk):
        raise control.NotPossible(_("Pause the job first, and wait until its workers have left."))
    state = connected(row, source_id)
    if state is None:
        return False
    control.unlink(row, row.object_states.filter(pk=state.pk))
    row.object_states.filter(pk=state.pk).update(next_try_at=now)
    if row.held_at and not StagedRemoval.objects.filter(job=row).held().exists():
        row.held_at = None
        row.save(update_fields=["held_at"])
    told = {"Object type": state.object_type, "Object": state.label, "Target ID": state.target_id}
    record(by, UNLINK, row.application, old=told)
    return True
