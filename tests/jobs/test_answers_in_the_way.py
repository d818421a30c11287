"""What keeps provisioning from what it would do, and how that is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from provisioning.choices import Mode, ObjectType, QuarantineReason
from provisioning.errors import LicenseLimitExceeded, TooManyRequests
from provisioning.models import (
    ObjectStateRow,
    StagedRemoval,
)
from provisioning.templatetags.provisioning_texts import said
from provisioning.texts import say
from tests.factories import make_state, make_user
from tests.jobs.telling import sentence, told
from tests.jobs.world import RowWorld

# --- what stands in the way


def test_actions_that_are_off_are_told(rows: RowWorld) -> None:
    user, mapping = rows.person(), rows.job.mappings.filter(object_type=ObjectType.USER)
    mapping.update(create_objects=False)
    assert sentence(user) == "No account. It has no account, and the action Create is switched off."

    mapping.update(create_objects=True)
    rows.cycle()
    mapping.update(update_objects=False)
    rows.unassign(user)
    assert sentence(user) == "Left alone. The account should be disabled, and the action Update is switched off."

    group = rows.group("Hosts")
    rows.cycle()
    rows.job.mappings.filter(object_type=ObjectType.GROUP).update(delete_objects=False)
    rows.unassign(group)
    assert sentence(group) == "Left alone. The account should be deleted, and the action Delete is switched off."


def test_accounts_out_of_scope_can_be_left_alone(rows: RowWorld) -> None:
    user = rows.person()
    rows.cycle()
    rows.save(skip_out_of_scope_deletions=True)
    rows.unassign(user)

    assert sentence(user).startswith("Left alone. It left the scope, and accounts out of scope are left alone")


def test_failures_are_told_with_their_reason_and_the_next_try(rows: RowWorld) -> None:
    user = rows.person()
    rows.service.fail("create", *[LicenseLimitExceeded(say("All seats are taken."))] * 9)
    rows.cycle()

    found = told(user)
    assert (found.status, found.what, said(found.why)) == ("failure", "Failed", "All seats are taken.")
    assert said(found.then or {}) == "Next try:"
    assert found.at is not None
    rows.change(user, surname="New")
    assert sentence(user).startswith(
        "Failed. It failed last time, and was changed since: the next cycle tries it again. All seats are taken."
    )


def test_what_was_given_up_is_told(rows: RowWorld) -> None:
    user = rows.person()
    rows.service.fail("create", *[LicenseLimitExceeded(say("All seats are taken."))] * 9)
    rows.cycle()
    ObjectStateRow.objects.update(failures=30, next_try_at=None)

    assert sentence(user) == (
        "Given up. Given up after 28 days of failures. Change it, or choose Retry now in the logs. All seats are taken."
    )


def test_an_object_that_waits_tells_until_when(rows: RowWorld) -> None:
    user = rows.person()
    rows.cycle()
    until = timezone.now() + timedelta(minutes=5)
    ObjectStateRow.objects.update(deferred_until=until)

    found = told(user)

    assert (found.what, found.at) == ("Waits", until)
    assert TooManyRequests.code == "TooManyRequests"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"mode": Mode.MANUAL}, "The application is not set up, so nothing happens yet."),
        ({"is_on": False}, "Provisioning is off: nothing happens until it is started."),
        (
            {"is_on": False, "given_up_at": timezone.now()},
            "Provisioning was switched off by the portal, after it failed for 28 days.",
        ),
        ({"quarantine": QuarantineReason.EXCEPTION}, "The application is in quarantine. Next try:"),
    ],
)
def test_what_keeps_the_whole_job_is_told_to_whom_it_concerns(
    rows: RowWorld, values: dict[str, object], expected: str
) -> None:
    settled, waiting = rows.person(), rows.person()
    rows.change(waiting, account_enabled=False)
    rows.cycle()
    rows.change(waiting, account_enabled=True)
    rows.save(**values)

    assert said(told(waiting).then or {}) == expected
    assert told(settled).then is None


def test_a_running_cycle_is_told(rows: RowWorld) -> None:
    user = rows.person()
    rows.cycle()
    rows.change(user, surname="New")
    rows.newest().__class__.objects.update(status="running", ended_at=None)

    assert said(told(user).then or {}) == "A cycle is running now."


def test_the_next_cycle_is_told_with_its_time(rows: RowWorld) -> None:
    user, at = rows.person(), timezone.now() + timedelta(minutes=10)
    rows.save(next_start_at=at)

    assert (said(told(user).then or {}), told(user).at) == ("Next cycle:", at)


def test_removals_that_wait_for_a_person_are_told(world: RowWorld) -> None:
    people = world.people(60)
    world.cycle()
    world.unassign(*people[:20])
    world.cycle()
    user = people[0]

    assert sentence(user) == (
        "Waits for approval. The removal is held until somebody allows it: too many were due at once."
    )
    assert told(user).status == "held"

    StagedRemoval.objects.update(status="rejected", decided_by="mia")
    assert sentence(user) == (
        "Left alone. The removal was rejected by mia: the account stays until this object changes."
    )
    StagedRemoval.objects.update(status="approved")
    assert sentence(user).startswith("Will be disabled. The removal was allowed by mia.")


def test_an_account_that_was_never_taken_over_is_left_alone(rows: RowWorld) -> None:
    user = make_user()
    make_state(rows.job, user, was_in_scope=False, managed=False)

    assert sentence(user) == "Left alone. The account was found, never taken over, and is left alone."


def test_a_mapping_may_leave_somebody_alone(rows: RowWorld) -> None:
    user = rows.person()
    make_state(rows.job, user, code="IgnoreObjectFlow")
    rows.save(watermark=10**6)

    assert sentence(user) == "Left alone. The attribute mapping leaves this object alone (IgnoreObjectFlow)."
    ObjectStateRow.objects.update(code="UpdateSwitchedOff")
    assert sentence(user).startswith("Not kept up to date. The account differs")
    ObjectStateRow.objects.update(code="IgnoreObjectFlow", target_id="")
    assert sentence(user).startswith("Left alone. The attribute mapping")


def test_no_switch_in_the_mapping_is_told(rows: RowWorld) -> None:
    user = make_user()
    make_state(rows.job, user, code="DisableNotMapped")
    rows.save(watermark=10**6)

    assert "no mapping switches" in sentence(user)
