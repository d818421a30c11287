"""Saving the page Provisioning: what is written, what follows, and what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from portal.accounts.models import Account, AuditEntry
from provisioning.choices import CycleStatus, Mode, QuarantineReason, Scope
from provisioning.jobs.save import Saved, SavedMeanwhile, Wanted, needs_test, save
from provisioning.models import ProvisioningJob
from tests.factories import make_administrator, make_cycle, make_job

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)
CREDENTIALS = {"username": "admin@contoso.example", "password": "Old-secret-1"}
NEW = {"username": "admin@contoso.example", "password": "New-secret-2"}


@pytest.fixture
def by() -> Account:
    return make_administrator(display_name="Mia Chen")


@pytest.fixture
def off() -> ProvisioningJob:
    return make_job(credentials=CREDENTIALS)


@pytest.fixture
def on() -> ProvisioningJob:
    """On for a while: everybody was looked at, the next cycle is due in ten minutes."""
    return make_job(credentials=CREDENTIALS, is_on=True, watermark=7, next_start_at=NOW + timedelta(minutes=10))


def wanted(job: ProvisioningJob, **edits: Any) -> Wanted:
    stored = {
        "version": job.saves,
        "mode": Mode(job.mode),
        "scope": Scope(job.scope),
        "interval_minutes": job.interval_minutes,
        "notification_email": job.notification_email,
        "notify": job.notify,
    }
    return Wanted(**{**stored, **edits})


def saved(job: ProvisioningJob, by: Account, tested: bool = False, **edits: Any) -> Saved:
    return save(job.pk, wanted(job, **edits), by, NOW, NOW if tested else None)


def test_it_notes_who_saved_and_when(off: ProvisioningJob, by: Account) -> None:
    saved(off, by, notification_email="ops@contoso.example", notify=True)

    off.refresh_from_db()
    assert (off.notification_email, off.notify, off.saves) == ("ops@contoso.example", True, 1)
    assert (off.saved_by, off.saved_at) == ("Mia Chen", NOW)


def test_mail_settings_do_not_make_the_next_cycle_look_at_everybody(on: ProvisioningJob, by: Account) -> None:
    saved(on, by, notification_email="ops@contoso.example")

    on.refresh_from_db()
    assert (on.config_version, on.watermark) == (1, 7)


@pytest.mark.parametrize("name", ["nested_groups", "skip_out_of_scope_deletions"])
def test_who_is_meant_makes_the_next_cycle_look_at_everybody(on: ProvisioningJob, by: Account, name: str) -> None:
    saved(on, by, others={name: True})

    on.refresh_from_db()
    assert (getattr(on, name), on.config_version, on.watermark) == (True, 2, None)


@pytest.mark.parametrize(
    ("name", "value", "label"),
    [
        ("on_change", True, "Start a cycle when the directory changes"),
        ("rate_limit", 2.5, "Requests per second"),
        ("guard", False, "Prevent accidental deletion"),
        ("guard_number", 7, "Accidental deletion threshold"),
        ("guard_percent", 3, "Accidental deletion threshold in percent"),
    ],
)
def test_other_settings_are_saved_and_change_nothing_else(
    on: ProvisioningJob, by: Account, name: str, value: Any, label: str
) -> None:
    saved(on, by, others={name: value})

    on.refresh_from_db()
    assert (getattr(on, name), on.config_version, on.watermark) == (value, 1, 7)
    assert AuditEntry.objects.get().new == {label: value}


def test_what_is_no_setting_is_not_written(on: ProvisioningJob, by: Account) -> None:
    assert not saved(on, by, others={"watermark": 99}).is_new


def test_a_new_scope_makes_the_next_cycle_look_at_everybody(on: ProvisioningJob, by: Account) -> None:
    saved(on, by, scope=Scope.ALL)

    on.refresh_from_db()
    assert (on.scope, on.config_version, on.watermark) == (Scope.ALL, 2, None)


def test_a_shorter_interval_brings_the_next_cycle_nearer(on: ProvisioningJob, by: Account) -> None:
    saved(on, by, interval_minutes=15)

    on.refresh_from_db()
    assert on.next_start_at == NOW + timedelta(minutes=5)
    assert on.config_version == 1


def test_an_interval_that_is_over_already_makes_it_due_now(on: ProvisioningJob, by: Account) -> None:
    result = saved(on, by, interval_minutes=1)

    assert result.job.next_start_at == NOW
    assert result.is_due


def test_a_new_interval_leaves_the_tries_in_quarantine_alone(on: ProvisioningJob, by: Account) -> None:
    on.quarantine = QuarantineReason.EXCEPTION
    on.save()

    saved(on, by, interval_minutes=1)

    on.refresh_from_db()
    assert on.next_start_at == NOW + timedelta(minutes=10)


def test_switching_on_makes_it_due_at_once(off: ProvisioningJob, by: Account) -> None:
    result = saved(off, by, tested=True, is_on=True)

    off.refresh_from_db()
    assert (off.is_on, off.next_start_at, result.is_due) == (True, NOW, True)
    assert off.credentials.tested_at == NOW


def test_switching_off_stops_the_running_cycle(on: ProvisioningJob, by: Account) -> None:
    cycle = make_cycle(on)

    result = saved(on, by, is_on=False)

    cycle.refresh_from_db()
    assert (result.job.is_on, cycle.status) == (False, CycleStatus.STOPPED)
    assert not result.is_due


def test_manual_mode_stops_the_job(on: ProvisioningJob, by: Account) -> None:
    cycle = make_cycle(on)

    saved(on, by, mode=Mode.MANUAL)

    on.refresh_from_db()
    cycle.refresh_from_db()
    assert (on.mode, on.is_on, cycle.status) == (Mode.MANUAL, False, CycleStatus.STOPPED)


def test_the_switch_is_left_alone_when_it_was_not_touched(on: ProvisioningJob, by: Account) -> None:
    page = wanted(on, notification_email="ops@contoso.example")
    ProvisioningJob.objects.filter(pk=on.pk).update(is_on=False)

    save(on.pk, page, by, NOW)

    on.refresh_from_db()
    assert not on.is_on


def test_new_credentials_are_locked_in_place_of_the_old(off: ProvisioningJob, by: Account) -> None:
    saved(off, by, credentials=NEW)

    credentials = ProvisioningJob.objects.get(pk=off.pk).credentials
    assert credentials.unlock() == NEW
    assert "New-secret-2" not in credentials.locked
    assert (credentials.saved_by, credentials.saved_at, credentials.tested_at) == ("Mia Chen", NOW, None)


def test_the_first_credentials_set_the_job_up(by: Account) -> None:
    job = make_job()

    saved(job, by, mode=Mode.AUTOMATIC, credentials=NEW)

    assert ProvisioningJob.objects.get(pk=job.pk).is_set_up


def test_credentials_locked_with_a_lost_key_are_replaced(off: ProvisioningJob, by: Account, settings: Settings) -> None:
    settings.PORTAL_ENCRYPTION_KEYS = ["YW5vdGhlci1rZXktb25seS1mb3ItdGVzdHMtb25seSE="]

    saved(off, by, credentials=NEW)

    assert ProvisioningJob.objects.get(pk=off.pk).credentials.unlock() == NEW


def test_new_credentials_that_passed_end_the_quarantine_and_are_tried_at_once(on: ProvisioningJob, by: Account) -> None:
    on.quarantine, on.quarantine_tries = QuarantineReason.EXCEPTION, 4
    on.save()

    result = saved(on, by, tested=True, credentials=NEW)

    on.refresh_from_db()
    assert (on.quarantine, on.quarantine_tries, on.next_start_at) == ("", 0, NOW)
    assert result.is_due
    assert (on.config_version, on.watermark) == (1, 7)


def test_a_test_is_needed_to_switch_on_and_for_new_credentials_while_on(
    off: ProvisioningJob, on: ProvisioningJob
) -> None:
    assert needs_test(off, wanted(off, is_on=True))
    assert needs_test(on, wanted(on, credentials=NEW))
    assert not needs_test(off, wanted(off, credentials=NEW))
    assert not needs_test(on, wanted(on, scope=Scope.ALL))
    assert not needs_test(on, wanted(on, mode=Mode.MANUAL, credentials=NEW))


def test_nothing_is_switched_on_without_its_test(off: ProvisioningJob, by: Account) -> None:
    with pytest.raises(SavedMeanwhile):
        saved(off, by, is_on=True)

    off.refresh_from_db()
    assert (off.is_on, off.saves) == (False, 0)


def test_an_old_page_changes_nothing(off: ProvisioningJob, by: Account) -> None:
    page = wanted(off, scope=Scope.ALL)
    saved(off, by, interval_minutes=5)

    with pytest.raises(SavedMeanwhile):
        save(off.pk, page, by, NOW)

    off.refresh_from_db()
    assert (off.scope, off.interval_minutes, off.saves) == (Scope.ASSIGNED, 5, 1)


def test_saving_what_is_there_already_is_no_save(off: ProvisioningJob, by: Account) -> None:
    result = saved(off, by)

    off.refresh_from_db()
    assert (result.is_new, off.saves) == (False, 0)
    assert not AuditEntry.objects.exists()


def test_the_audit_entry_has_both_values_and_no_secret(off: ProvisioningJob, by: Account) -> None:
    saved(off, by, interval_minutes=5, credentials={**NEW, "username": "other@contoso.example"})

    entry = AuditEntry.objects.get()
    assert entry.who == by
    assert entry.old == {
        "Time between cycles": 20,
        "Citrix GoToMeeting Admin User Name": "admin@contoso.example",
        "Citrix GoToMeeting Admin Password": "[hidden]",
    }
    assert entry.new == {
        "Time between cycles": 5,
        "Citrix GoToMeeting Admin User Name": "other@contoso.example",
        "Citrix GoToMeeting Admin Password": "[hidden]",
    }


def test_without_its_audit_entry_nothing_is_saved(
    off: ProvisioningJob, by: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> None:
        raise OSError("The disk is full")

    monkeypatch.setattr("provisioning.jobs.save.record", fail)

    with pytest.raises(OSError, match="disk"):
        saved(off, by, interval_minutes=5, credentials=NEW)

    off.refresh_from_db()
    assert off.interval_minutes == 20
    assert ProvisioningJob.objects.get(pk=off.pk).credentials.unlock() == CREDENTIALS
