"""An account has one source object: whoever comes second is refused, and a person has to look."""

from collections.abc import Sequence
from datetime import datetime

from provisioning.engine.holders import refused, second_holders
from provisioning.jobs.candidates import states
from provisioning.models import ProvisioningJob
from provisioning.records import Outcome


def one_each(job: ProvisioningJob, outcomes: Sequence[Outcome], now: datetime) -> Sequence[Outcome]:
    """The outcomes, with DuplicateSourceEntries and no link for whoever came second to an account."""
    linked = {each.state.target_id for each in outcomes if each.state and each.state.target_id}
    if not linked:
        return outcomes
    known = states(job, outcomes[0].source.type)  # a slice has one type
    holding = known.exclude(target_id="").filter(target_id__in=linked)  # without the first its index can't be used
    second = second_holders(outcomes, dict(holding.values_list("target_id", "source_key")))
    if not second:
        return outcomes
    before = {row.source_key: row.as_value() for row in known.filter(source_key__in=second)}
    return [refused(each, before.get(each.source.key), now) if each.source.key in second else each for each in outcomes]
