"""What the tests of held deletions, runs on demand and previews make: rows as the engine leaves them."""

from typing import Any

from django.utils import timezone

from provisioning.choices import Action, CycleKind, CycleStatus, Kind, ObjectType, RunStatus, Staging, Status
from provisioning.models import Cycle, OnDemandRun, PreviewEntry, ProvisioningJob, StagedRemoval, User
from provisioning.texts import Message
from tests.factories import make_cycle, make_state, make_user

UNASSIGNED = Message("It is not assigned to the application.").as_json()


def hold(job: ProvisioningJob, *names: str, **values: Any) -> list[StagedRemoval]:
    """The guard holds the removal of these people's accounts."""
    if values.get("status", Staging.HELD) == Staging.HELD:
        job.held_at = timezone.now()
        job.save()
    return [_staged(job, make_user(display_name=name), values) for name in names]


def _staged(job: ProvisioningJob, user: User, values: dict[str, Any]) -> StagedRemoval:
    defaults: dict[str, Any] = {
        "object_type": ObjectType.USER,
        "source_key": user.pk,
        "kind": Kind.ACCOUNT,
        "action": Action.DISABLE,
        "code": "NotEffectivelyEntitled",
        "reason": UNASSIGNED,
        "status": Staging.HELD,
        "staged_at": timezone.now(),
    }
    return StagedRemoval.objects.create(job=job, state=make_state(job, user), **{**defaults, **values})


def step(type_: str, text: str, status: str = "success", **details: str) -> dict[str, Any]:
    return {
        "name": type_,
        "provisioningStepType": type_,
        "status": status,
        "text": Message(text).as_json(),
        "details": details,
        "milliseconds": 3,
    }


def entry(user: User, **values: Any) -> dict[str, Any]:
    """The columns of an entry: an account was created for this person."""
    defaults: dict[str, Any] = {
        "action": Action.CREATE,
        "status": Status.SUCCESS,
        "code": "",
        "object_type": ObjectType.USER,
        "source_id": str(user.object_id),
        "source_label": user.display_name,
        "source_name": user.user_principal_name,
        "identity": user.user_principal_name.lower(),
        "label_lower": user.display_name.lower(),
        "target_id": "",
        "target_label": "",
        "reason": Message("It is active and assigned directly.").as_json(),
        "remedy": "",
        "steps": [
            step("import", "Received the user", givenName="Bo"),
            step("scoping", "Judged", **{"Assigned to the application": "True"}),
            step("matching", "No account was found"),
            step("export", "User 'Bo' was created in GoTo"),
        ],
        "modified": [{"displayName": "firstName", "oldValue": None, "newValue": "Bo"}],
        "milliseconds": 12,
        "next_try_at": None,
    }
    return {**defaults, **values}


def make_run(job: ProvisioningJob, user: User, told: dict[str, Any] | None = None, **values: Any) -> OnDemandRun:
    """A run that is done when it has an entry or a message, else one that waits."""
    is_done = told is not None or "message" in values
    now = timezone.now()
    defaults: dict[str, Any] = {
        "object_type": ObjectType.USER,
        "source_key": user.pk,
        "source_id": str(user.object_id),
        "label": user.display_name,
        "status": RunStatus.DONE if is_done else RunStatus.QUEUED,
        "asked_at": now,
        "asked_by": "admin",
        "ended_at": now if is_done else None,
        "entry": told or {},
    }
    return OnDemandRun.objects.create(job=job, **{**defaults, **values})


def make_preview(job: ProvisioningJob, **values: Any) -> Cycle:
    return make_cycle(job, **{"kind": CycleKind.PREVIEW, "status": CycleStatus.COMPLETED, **values})


def foretell(preview: Cycle, user: User, **values: Any) -> PreviewEntry:
    """The preview says that an account would be created for this person."""
    return PreviewEntry.objects.create(
        cycle=preview, source_key=user.pk, occurred_at=timezone.now(), **entry(user, **values)
    )
