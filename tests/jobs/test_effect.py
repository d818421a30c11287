"""What is said after "Saved" about when it takes effect."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from provisioning.choices import Mode
from provisioning.jobs import effect
from provisioning.jobs.save import Saved
from provisioning.models import ProvisioningJob
from tests.factories import make_cycle, make_job

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 14, 40, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def on(**values: Any) -> ProvisioningJob:
    start = NOW + timedelta(minutes=20)
    return make_job(credentials={}, **{"is_on": True, "watermark": 7, "next_start_at": start, **values})


def said(job: ProvisioningJob, *names: str, **more: Any) -> str:
    return effect.of_settings(Saved(job=job, changes=dict.fromkeys(names, (1, 2)), **more), NOW)


def test_the_next_cycle_is_named_with_its_time() -> None:
    assert said(on(), "notify") == "The next cycle, at 15:00, uses them."


def test_a_cycle_of_another_day_is_named_with_its_date() -> None:
    job = on(next_start_at=NOW + timedelta(days=1))

    assert said(job, "notify") == "The next cycle, at 13 Mar 2026, 14:40, uses them."


def test_a_due_cycle_has_no_time() -> None:
    assert said(on(next_start_at=NOW), "notify") == "The next cycle, which is due now, uses them."


def test_switching_on_starts_the_initial_cycle() -> None:
    assert said(on(watermark=None), "is_on") == "The initial cycle starts now."


def test_switching_on_again_starts_a_cycle() -> None:
    assert said(on(), "is_on") == "A cycle starts now."


def test_new_credentials_start_a_cycle() -> None:
    assert "starts now with the new credentials" in said(on(), new_credentials=True)


def test_a_new_scope_looks_at_everybody_again() -> None:
    assert said(on(), "scope") == "The next cycle, at 15:00, looks at everybody again."


def test_a_new_scope_ends_the_running_cycle() -> None:
    job = on()
    make_cycle(job)

    assert said(job, "scope").startswith("The running cycle ends early")


def test_a_mapping_that_changes_while_due_says_so() -> None:
    assert effect.of_mapping(on(next_start_at=NOW), NOW).startswith("The next cycle, which is due now,")


def test_a_mapping_that_changes_while_off_waits() -> None:
    assert effect.of_mapping(on(is_on=False), NOW).endswith("once provisioning is on.")


def test_while_off_nothing_is_promised() -> None:
    assert said(on(is_on=False), "notify") == "They are used once provisioning is on."


def test_switching_off_tells_what_becomes_of_a_running_cycle() -> None:
    assert said(on(is_on=False), "is_on").startswith("Provisioning is off.")


def test_going_back_to_manual_says_that_it_stopped() -> None:
    assert said(on(is_on=False, mode=Mode.MANUAL), "mode", "is_on").startswith("Provisioning was stopped")


def test_manual_mode_says_that_nothing_is_done() -> None:
    assert said(on(is_on=False, mode=Mode.MANUAL), "mode").startswith("The portal does nothing")
