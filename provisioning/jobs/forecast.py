"""What a preview found, in numbers: what would be done, and what the guard would hold."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from provisioning.choices import Action, Kind, Status
from provisioning.engine.guard import holds
from provisioning.jobs.rules import guard_rules
from provisioning.jobs.staging import existing
from provisioning.models import Cycle

REMOVALS = (Action.DISABLE, Action.DELETE)


@dataclass(frozen=True, slots=True)
class Forecast:
    """`numbers`: entries by action and status. `held` of the removals would wait for a person: all of them, or none."""

    numbers: Mapping[tuple[str, str], int]
    held: int

    def of(self, status: Status, *actions: Action) -> int:
        """How many entries end so, with one of these actions (any, when none is named)."""
        return sum(
            n for (action, ended), n in self.numbers.items() if ended == status and (not actions or action in actions)
        )

    @property
    def total(self) -> int:
        return sum(self.numbers.values())


def forecast(preview: Cycle) -> Forecast:
    """In two queries. Only accounts are counted for the guard: a preview does not compare whom groups would lose."""
    counted = preview.preview_entries.order_by().values_list("action", "status").annotate(n=Count("pk"))
    found = Forecast({(action, status): n for action, status, n in counted}, 0)
    removals, job = found.of(Status.SUCCESS, *REMOVALS), preview.job
    are_held = holds(guard_rules(job), removals, existing(job, Kind.ACCOUNT))
    return Forecast(found.numbers, removals if are_held else 0)
