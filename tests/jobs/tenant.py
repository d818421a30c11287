"""A small tenant: who is assigned to an application, how, and whom a cycle would look at."""

from django.utils import timezone

from provisioning.choices import ObjectType
from provisioning.jobs.candidates import object_keys
from provisioning.models import AppRole, Cycle, User
from tests.factories import (
    make_application,
    make_assignment,
    make_directory,
    make_group,
    make_job,
    make_state,
    make_user,
)


class Tenant:
    """Direct is assigned, Ann and Ben are in the assigned group, Known was assigned once, Stranger never."""

    def __init__(self) -> None:
        self.direct, self.ann, self.ben, self.known, self.stranger = (
            make_user(display_name=name) for name in ("Direct", "Ann", "Ben", "Known", "Stranger")
        )
        self.group = make_group("Assigned", [self.ann, self.ben])
        self.other = make_group("Other", [self.stranger])
        self.application = make_application()
        self.job = make_job(self.application)
        self.role: AppRole = self.application.roles.get(value="GoToMeeting")
        self.to_user = make_assignment(self.application, self.direct, self.role)
        self.to_group = make_assignment(self.application, self.group, self.role)
        self.state = make_state(self.job, self.known)
        self.settle()

    def settle(self) -> None:
        """A cycle has just looked at everything: only what changes from now on counts."""
        self.watermark = make_directory().head

    def cycle(self, watermark: int | None) -> Cycle:
        return Cycle(job=self.job, watermark=watermark)

    def looked_at(self) -> set[str]:
        return names(self.cycle(self.watermark))


def names(cycle: Cycle, low: int = 0, high: int | None = None) -> set[str]:
    keys = object_keys(cycle, ObjectType.USER, low, high, timezone.now()).values_list("pk", flat=True)
    return set(User.objects.filter(pk__in=list(keys)).values_list("display_name", flat=True))
