"""An account has one source object: whoever comes second is refused, and a person has to look."""

from collections.abc import Sequence
from datetime import datetime

from provisioning.engine.holders import refused, second_holders
from provisioning.jobs.candidates import states
from provisioning.jobs.prepared import Given, Prepared, among
from provisioning.models import ObjectStateRow, ProvisioningJob
from provisioning.records import Outcome

HOLDING = Prepared(
    lambda: (
        ObjectStateRow.objects.exclude(target_id="")  # without this its index can't be used
        .filter(among("target_id", "accounts"), job=Given("job"), object_type=Given("type"))
        .values_list("target_id", "source_key")
    )
)


def one_each(job: ProvisioningJob, outcomes: Sequence[Outcome], now: datetime) -> Sequence[Outcome]:
    """The outcomes, with DuplicateSourceEntries and no link for whoever came second to an account."""
    linked = {each.state.target_id for each in outcomes if each.state and each.state.target_id}
    if not linked:
        return outcomes
    type_ = outcomes[0].source.type  # a slice has one type
    second = second_holders(outcomes, dict(HOLDING.rows(job=job.pk, type=type_.value, accounts=linked)))
    if not second:
        return outcomes
    before = {row.source_key: row.as_value() for row in states(job, type_).filter(source_key__in=second)}
    return [refused(each, before.get(each.source.key), now) if each.source.key in second else each for each in outcomes]
