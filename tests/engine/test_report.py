"""What a walk tells: failures with the time of the next try, and the steps in Microsoft's names."""

from typing import Any

import pytest

from provisioning.choices import Action, ObjectType, Status
from provisioning.connectors.memory import Memory
from provisioning.errors import (
    CredentialsRejected,
    LicenseLimitExceeded,
    OutOfTime,
    ProvisioningError,
    Rejected,
    ServerError,
)
from provisioning.records import ObjectState
from provisioning.texts import say
from tests.engine.values import NOW, make_state
from tests.engine.walking import UNASSIGNED, known, walk


@pytest.mark.parametrize("error", [ServerError(say("down")), LicenseLimitExceeded(say("full")), Rejected(say("no"))])
def test_a_failure_of_the_object_goes_into_escrow(target: Memory, error: ProvisioningError) -> None:
    target.service.fail("create", error)

    outcome = walk(target)

    assert (outcome.action, outcome.status, outcome.code) == (Action.CREATE, Status.FAILURE, error.code)
    assert (str(outcome.reason), outcome.remedy) == (str(error), error.remedy)
    state = known(outcome)
    assert (state.failures, state.first_failed_at, state.next_try_at) == (1, NOW, NOW)
    assert state.target_id == ""


def test_a_second_failure_keeps_the_time_of_the_first(linked: Memory) -> None:
    linked.service.fail("update", ServerError(say("down")))
    failed = make_state(failures=1, first_failed_at=NOW.replace(hour=8), status=Status.FAILURE)

    outcome = walk(linked, failed, attributes={"surname": "New"})

    state = known(outcome)
    assert (state.failures, state.first_failed_at, state.next_try_at) == (2, NOW.replace(hour=8), NOW.replace(hour=14))
    assert state.sent == make_state().sent


@pytest.mark.parametrize(
    ("operation", "state", "source", "text"),
    [
        ("find", None, {}, "Failed to evaluate"),
        ("create", None, {}, "Failed to create"),
        ("update", make_state(), {"attributes": {"surname": "New"}}, "Failed to update"),
        ("disable", make_state(), UNASSIGNED, "Failed to disable"),
        ("delete", make_state(), {"purged": True}, "Failed to delete"),
    ],
)
def test_a_failure_tells_what_was_tried(
    linked: Memory, operation: str, state: ObjectState | None, source: dict[str, Any], text: str
) -> None:
    linked.service.fail(operation, ServerError(say("down")))
    if operation == "create":
        linked.delete(ObjectType.USER, "1")

    outcome = walk(linked, state, **source)

    assert str(outcome.steps[-1].text).startswith(f"{text} User 'User 1'")
    assert outcome.steps[-1].details == {"Error": "down"}


@pytest.mark.parametrize("error", [CredentialsRejected(say("wrong password")), OutOfTime(), KeyError("ours")])
def test_what_is_no_failure_of_the_object_passes_through(target: Memory, error: Exception) -> None:
    target.service.fail("find", error)

    with pytest.raises(type(error)):
        walk(target)


# --- the report


def test_the_steps_tell_the_walk_in_microsofts_names(target: Memory) -> None:
    steps = walk(target).steps

    assert [step.name for step in steps] == [
        "EntryImport",
        "EntrySynchronizationScoping",
        "EntrySynchronizationAdd",
        "EntryExportAdd",
    ]
    assert [str(step.text) for step in steps] == [
        "Received User 'User 1' from Azure Active Directory",
        "Determine if User in scope by evaluating against each scoping filter",
        "User 'User 1' will be created in Memory (User is active and assigned in Azure Active Directory, "
        "but no matching User was found in Memory)",
        "User 'User 1' was created in Memory",
    ]


def test_a_skip_names_its_reason_in_the_details(target: Memory) -> None:
    step = walk(target, make_state(disabled=True), **UNASSIGNED).steps[-1]

    assert (step.name, step.status, step.details) == (
        "EntrySynchronizationSkip",
        Status.SKIPPED,
        {"SkipReason": "NotEffectivelyEntitled"},
    )
