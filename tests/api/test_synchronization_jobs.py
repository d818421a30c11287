"""Jobs through the API: made, started, paused, restarted, set, deleted."""

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.accounts.models import AuditEntry
from provisioning.choices import CycleStatus, Mode, QuarantineReason, Staging
from provisioning.models import Activity, ObjectStateRow, ProvisioningJob, StagedRemoval
from tests.api.face import Face
from tests.api.synchronizing import path_of, set_up, synchronization
from tests.factories import make_activity, make_application, make_cycle, make_job, make_state, make_user
from tests.views.waiting import hold, make_run

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)


def refreshed(job: ProvisioningJob) -> ProvisioningJob:
    return ProvisioningJob.objects.select_related("application__directory").get(pk=job.pk)


def codes(*responses: Any) -> list[int]:
    return [each.status_code for each in responses]


# --- which there are
def test_an_application_in_manual_mode_has_no_job(face: Face) -> None:
    job = make_job()

    assert face.values(f"{synchronization(job.application)}/jobs") == []
    assert face.get(path_of(job)).status_code == 404


def test_a_job_is_made_by_the_template_of_its_application(face: Face) -> None:
    application = make_application()
    jobs = f"{synchronization(application)}/jobs"

    response = face.post(jobs, {"templateId": "citrix_gotomeeting"})

    body = response.json()
    assert (body["schedule"]["state"], body["status"]["code"]) == ("Disabled", "NotConfigured")
    assert [each["id"] for each in face.values(jobs)] == [body["id"]]
    assert AuditEntry.objects.filter(who_name=str(face.client), new={"Provisioning Mode": "automatic"}).exists()
    assert face.post(jobs, {"templateId": "citrix_gotomeeting"}).status_code == 409


@pytest.mark.parametrize("body", [{}, {"templateId": "scim"}, {"templateId": None}])
def test_no_other_template_makes_a_job(face: Face, body: dict[str, Any]) -> None:
    application = make_application()

    response = face.post(f"{synchronization(application)}/jobs", body)

    assert response.status_code == 400
    assert "citrix_gotomeeting" in response.json()["error"]["message"]


def test_a_job_is_found_by_its_last_part_and_under_its_own_application_only(face: Face) -> None:
    job, other = set_up(), set_up()

    found = face.get(f"{synchronization(job.application)}/jobs/{job.job_id}")
    missing = face.get(f"{synchronization(other.application)}/jobs/{job.job_id}")

    assert codes(found, missing) == [200, 404]


@pytest.mark.parametrize("id_", ["nobody", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_application_is_not_found(face: Face, id_: str) -> None:
    assert face.get(f"/servicePrincipals/{id_}/synchronization/jobs").status_code == 404


def test_a_reader_may_look_and_not_touch(reader: Face) -> None:
    job = set_up()

    assert codes(reader.get(path_of(job)), reader.post(f"{path_of(job)}/start")) == [200, 403]
    assert not refreshed(job).is_on


def test_only_what_is_selected_is_told(face: Face) -> None:
    job = set_up()

    (told,) = face.values(f"{synchronization(job.application)}/jobs?$select=id,schedule")

    assert set(told) == {"id", "schedule"}
    assert face.get(synchronization(job.application)).json()["id"] == str(job.application.object_id)
    assert face.get(f"{path_of(job)}?$select=colour").status_code == 400


# --- start and pause
def test_a_job_is_started_and_paused(face: Face) -> None:
    job = set_up()

    face.post(f"{path_of(job)}/start")
    started = refreshed(job)
    face.post(f"{path_of(job)}/pause")

    assert (started.is_on, started.queued_at is not None, refreshed(job).is_on) == (True, True, False)
    activities = AuditEntry.objects.filter(who_name=str(face.client)).order_by("pk").values_list("activity", flat=True)
    assert [*activities][-2:] == [
        "Enable/start provisioning configuration",
        "Disable/pause provisioning configuration",
    ]


def test_starting_twice_changes_nothing_and_lifts_a_wait_in_quarantine(face: Face) -> None:
    later = datetime(2099, 1, 1, tzinfo=UTC)
    job = set_up(is_on=True, next_start_at=later)

    face.post(f"{path_of(job)}/start")
    assert refreshed(job).next_start_at == later

    ProvisioningJob.objects.filter(pk=job.pk).update(quarantine=QuarantineReason.EXCEPTION)
    face.post(f"{path_of(job)}/start")
    assert refreshed(job).next_start_at != later


def test_what_is_not_configured_cannot_be_started(face: Face) -> None:
    job = make_job(mode=Mode.AUTOMATIC)

    response = face.post(f"{path_of(job)}/start")

    assert (response.status_code, response.json()["error"]["code"]) == (409, "Conflict")
    assert "credentials" in response.json()["error"]["message"]


# --- restart
@pytest.fixture
def worn() -> ProvisioningJob:
    """A job with a watermark, an escrow, a quarantine and a link."""
    job = set_up(watermark=7, quarantine=QuarantineReason.EXCEPTION, quarantined_at=NOW, quarantine_tries=2)
    make_state(job, make_user(), failures=3, first_failed_at=NOW)
    return job


def cleared(job: ProvisioningJob) -> set[str]:
    row, state = refreshed(job), ObjectStateRow.objects.get(job=job)
    found = {"Watermark": row.watermark is None, "QuarantineState": not row.quarantine}
    found |= {"Escrows": not state.failures, "ConnectorDataStore": not state.target_id}
    return {name for name, is_clear in found.items() if is_clear}


USUAL = {"Watermark", "Escrows", "QuarantineState"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, USUAL),
        ({}, USUAL),
        ({"criteria": {}}, USUAL),
        ({"criteria": None}, USUAL),
        ({"criteria": {"resetScope": ""}}, USUAL),
        ({"criteria": {"resetScope": "Watermark, Escrows, QuarantineState"}}, USUAL),
        ({"criteria": {"resetScope": "watermark,escrows"}}, {"Watermark", "Escrows"}),
        ({"criteria": {"resetScope": "Full"}}, {*USUAL, "ConnectorDataStore"}),
        ({"criteria": {"resetScope": "ConnectorDataStore"}}, {"Watermark", "ConnectorDataStore"}),
        ({"criteria": {"resetScope": "None"}}, set()),
    ],
)
def test_a_restart_clears_what_the_scope_says(
    face: Face, worn: ProvisioningJob, body: dict[str, Any] | None, expected: set[str]
) -> None:
    assert face.post(f"{path_of(worn)}/restart", body).status_code == 204

    assert cleared(worn) == expected
    assert refreshed(worn).is_on


def test_force_deletes_allows_what_is_held(face: Face) -> None:
    job = set_up()
    hold(job, "Ann")

    face.post(f"{path_of(job)}/restart", {"criteria": {"resetScope": "ForceDeletes"}})

    assert StagedRemoval.objects.get().status == Staging.APPROVED


@pytest.mark.parametrize("scope", ["Everything", "Watermark, ", 15, ["Full"]])
def test_an_unknown_scope_is_refused_and_nothing_is_done(face: Face, worn: ProvisioningJob, scope: Any) -> None:
    response = face.post(f"{path_of(worn)}/restart", {"criteria": {"resetScope": scope}})

    assert response.status_code == 400
    assert "ForceDeletes" in response.json()["error"]["message"]
    assert cleared(worn) == set()


# --- settings
def test_thresholds_and_the_interval_are_set(face: Face) -> None:
    job = set_up()
    pairs = {
        "QuarantineTooManyDeletesThreshold": "42",
        "QuarantineTooManyDeletesThresholdPercent": "5",
        "QuarantineTooManyDeletesThresholdEnabled": "false",
    }
    settings = [{"name": name, "value": value} for name, value in pairs.items()]

    body = face.patch(path_of(job), {"schedule": {"interval": "PT2H"}, "synchronizationJobSettings": settings}).json()

    row = refreshed(job)
    assert (row.guard_number, row.guard_percent, row.guard, row.interval_minutes) == (42, 5, False, 120)
    assert body["schedule"]["interval"] == "PT2H"


@pytest.mark.parametrize(
    "body",
    [
        {"schedule": {"interval": "40"}},
        {"schedule": {"interval": "PT30S"}},
        {"schedule": {"interval": "P2D"}},
        {"synchronizationJobSettings": [{"name": "QuarantineTooManyDeletesThreshold", "value": "0"}]},
        {"synchronizationJobSettings": [{"name": "QuarantineTooManyDeletesThreshold", "value": "many"}]},
        {"synchronizationJobSettings": [{"name": "LookaheadQueryEnabled", "value": "true"}]},
        {"synchronizationJobSettings": [7]},
        {"templateId": "scim"},
    ],
)
def test_a_wrong_setting_is_refused(face: Face, body: dict[str, Any]) -> None:
    job = set_up()

    assert face.patch(path_of(job), body).status_code == 400
    assert refreshed(job).saves == 0


# --- delete
def test_a_deleted_job_remembers_nobody_and_its_logs_stay(face: Face) -> None:
    job = set_up(is_on=True, watermark=7, first_started_at=NOW)
    user, cycle = make_user(), make_cycle(job, status=CycleStatus.RUNNING)
    make_state(job, user)
    make_activity(cycle, user)
    run = make_run(job, user)

    assert face.delete(path_of(job)).status_code == 204

    row = refreshed(job)
    assert (row.mode, row.is_on, row.watermark, row.object_states.count()) == (Mode.MANUAL, False, None, 0)
    assert Activity.objects.count() == 1
    cycle.refresh_from_db()
    run.refresh_from_db()
    assert (cycle.ended_at is not None, run.status) == (True, "done")
    assert face.get(path_of(job)).status_code == 404


def test_a_job_that_is_made_anew_starts_from_nothing(face: Face) -> None:
    job = set_up(is_on=True, first_started_at=NOW)
    make_cycle(job, status=CycleStatus.COMPLETED, started_at=NOW)

    face.delete(path_of(job))
    body = face.post(f"{synchronization(job.application)}/jobs", {"templateId": "citrix_gotomeeting"}).json()

    assert (body["status"]["code"], body["status"]["lastExecution"]) == ("NotRun", None)
