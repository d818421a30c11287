"""Linking accounts that were found, before anything is sent to them."""

from collections.abc import Mapping, Sequence

from provisioning.engine.ports import Link
from provisioning.jobs.candidates import states
from provisioning.jobs.record import link_row
from provisioning.models import Cycle, ObjectStateRow, ProvisioningJob

LINK_FIELDS = ["source_id", "label", "target_id", "origin", "was_in_scope", "managed", "disabled", "uncertain", "sent"]


def holders(job: ProvisioningJob, links: Sequence[Link]) -> dict[int, str]:
    """Who is refused, by key, and who has the account: somebody who was linked before, or comes first among these."""
    if not links:
        return {}
    first = {each.state.target_id: each.candidate.source for each in reversed(links)}
    known = states(job, links[0].candidate.source.type).exclude(target_id="").filter(target_id__in=first)
    held = {target_id: (source.key, source.label) for target_id, source in first.items()}
    held |= {row.target_id: (row.source_key, row.label) for row in known}
    return {
        each.candidate.source.key: held[each.state.target_id][1]
        for each in links
        if held[each.state.target_id][0] != each.candidate.source.key
    }


def write(job: ProvisioningJob, cycle: Cycle | None, links: Sequence[Link], refused: Mapping[int, str]) -> None:
    """From here on the account is this object's, whatever becomes of the request that follows."""
    rows = [link_row(job, each) for each in links if each.candidate.source.key not in refused]
    epoch = ProvisioningJob.objects.values_list("epoch", flat=True).get(pk=job.pk)
    for row in rows:
        row.moved, row.cycle_key = epoch, cycle.pk if cycle else None
    ObjectStateRow.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["job", "object_type", "source_key"],
        update_fields=[*LINK_FIELDS, "moved"],
    )
