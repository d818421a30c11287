"""How a job stands, as Microsoft's synchronizationStatus."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import CycleKind, CycleStatus, Mode, QuarantineReason
from provisioning.models import ProvisioningJob
from provisioning.texts import say
from tests.api.face import Face
from tests.api.synchronizing import never_null, path_of, set_up, synchronization
from tests.factories import make_cycle, make_group, make_job, make_state, make_user
from tests.views.waiting import hold

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
QUERIES = 9
"""Two for the client, one for the application with its job, six for how it stands."""


def told(face: Face, job: ProvisioningJob) -> dict[str, Any]:
    body: dict[str, Any] = face.get(path_of(job)).json()
    never_null(body)
    return body


def done(job: ProvisioningJob, **values: Any) -> Any:
    return make_cycle(job, **{"status": CycleStatus.COMPLETED, "started_at": NOW, "ended_at": LATER, **values})


def test_a_job_is_told_with_its_schedule_and_settings(face: Face) -> None:
    job = set_up(interval_minutes=90, guard_number=7)

    body = told(face, job)

    tenant = job.application.directory.tenant_id.hex
    assert (body["id"], body["templateId"]) == (f"citrix_gotomeeting.{tenant}.{job.job_id}", "citrix_gotomeeting")
    assert body["schedule"] == {"expiration": None, "interval": "PT1H30M", "state": "Disabled"}
    assert {"name": "QuarantineTooManyDeletesThreshold", "value": "7"} in body["synchronizationJobSettings"]


def test_nothing_that_never_happened_is_null_where_it_may_not_be(face: Face) -> None:
    status = told(face, set_up())["status"]

    assert (status["steadyStateFirstAchievedTime"], status["countSuccessiveCompleteFailures"]) == (
        "0001-01-01T00:00:00Z",
        0,
    )
    assert (status["progress"], status["lastExecution"], status["quarantine"]) == ([], None, None)


@pytest.mark.parametrize(
    ("values", "code", "state"),
    [
        ({}, "NotRun", "Disabled"),
        ({"is_on": True, "first_started_at": NOW}, "NotRun", "Active"),
        ({"first_started_at": NOW}, "Paused", "Paused"),
        ({"is_on": True, "first_started_at": NOW, "quarantine": QuarantineReason.FAILURES}, "Quarantine", "Active"),
        ({"first_started_at": NOW, "quarantine": QuarantineReason.FAILURES}, "Paused", "Paused"),
        (
            {"given_up_at": NOW, "first_started_at": NOW, "quarantine": QuarantineReason.FAILURES},
            "Quarantine",
            "Disabled",
        ),
    ],
)
def test_the_code_follows_the_switch_and_the_quarantine(
    face: Face, values: dict[str, Any], code: str, state: str
) -> None:
    body = told(face, set_up(**{"quarantined_at": NOW, "next_start_at": LATER, **values}))

    assert (body["status"]["code"], body["schedule"]["state"]) == (code, state)


def test_without_credentials_it_is_not_configured(face: Face) -> None:
    assert told(face, make_job(mode=Mode.AUTOMATIC))["status"]["code"] == "NotConfigured"


def test_after_the_first_good_cycle_it_is_active(face: Face) -> None:
    job = set_up(is_on=True, first_started_at=NOW)
    done(job)

    assert told(face, job)["status"]["code"] == "Active"


def test_an_execution_counts_what_a_cycle_did(face: Face) -> None:
    job = set_up(is_on=True, first_started_at=NOW)
    counters = {"created": 3, "updated": 2, "disabled": 1, "failed": 4, "skipped": 5, "unchanged": 6, "looked_at": 21}
    cycle = done(job, kind=CycleKind.INCREMENTAL, total=21, **counters)

    execution = told(face, job)["status"]["lastExecution"]

    assert execution == {
        "activityIdentifier": str(cycle.cycle_id),
        "countEntitled": 16,
        "countEntitledForProvisioning": 16,
        "countEscrowed": 4,
        "countEscrowedRaw": 4,
        "countExported": 6,
        "countExports": 10,
        "countImported": 21,
        "countImportedDeltas": 21,
        "countImportedReferenceDeltas": 0,
        "error": None,
        "state": "EntryLevelErrors",
        "timeBegan": "2026-03-12T14:00:00Z",
        "timeEnded": "2026-03-12T14:05:00Z",
    }


def test_the_last_good_executions_are_told_apart(face: Face) -> None:
    job = set_up(is_on=True, first_started_at=NOW)
    first = done(job, created=1, looked_at=1)
    quiet = done(job, started_at=NOW + timedelta(hours=1), ended_at=NOW + timedelta(hours=2))
    broken = make_cycle(
        job,
        status=CycleStatus.INTERRUPTED,
        started_at=NOW + timedelta(hours=3),
        stop_code="InvalidCredentials",
        stop_message=say("GoTo refused the password.").as_json(),
    )

    status = told(face, job)["status"]

    names = ("lastExecution", "lastSuccessfulExecution", "lastSuccessfulExecutionWithExports")
    assert [status[name]["activityIdentifier"] for name in names] == [
        str(each.cycle_id) for each in (broken, quiet, first)
    ]
    assert (status["lastExecution"]["state"], status["lastExecution"]["error"]["code"]) == (
        "Failed",
        "InvalidCredentials",
    )
    assert (status["steadyStateFirstAchievedTime"], status["steadyStateLastAchievedTime"]) == (
        "2026-03-12T14:05:00Z",
        "2026-03-12T16:00:00Z",
    )


def test_previews_and_comparisons_are_no_executions(face: Face) -> None:
    job = set_up(is_on=True, first_started_at=NOW)
    done(job, kind=CycleKind.PREVIEW)
    done(job, kind=CycleKind.RECONCILE)

    assert told(face, job)["status"]["lastExecution"] is None


def test_a_running_cycle_tells_its_progress(face: Face) -> None:
    job = set_up(is_on=True, first_started_at=NOW)
    make_cycle(job, started_at=NOW, total=200, looked_at=50)

    (progress,) = told(face, job)["status"]["progress"]

    assert (progress["completedUnits"], progress["totalUnits"], progress["units"]) == (50, 200, "objects")


def test_accounts_are_counted_by_type(face: Face) -> None:
    job = set_up()
    for _ in range(2):
        make_state(job, make_user())
    make_state(job, make_user(), managed=False)
    make_state(job, make_group())

    counts = told(face, job)["status"]["synchronizedEntryCountByType"]

    assert {each["key"]: each["value"] for each in counts} == {"User": 2, "Group": 1}


def test_a_quarantine_says_why_since_when_and_what_next(face: Face) -> None:
    job = set_up(
        is_on=True,
        first_started_at=NOW,
        quarantine=QuarantineReason.EXCEPTION,
        quarantine_code="InvalidCredentials",
        quarantine_message=say("GoTo refused the password.").as_json(),
        quarantine_remedy="Enter them again.",
        quarantined_at=NOW,
        quarantine_tries=3,
        next_start_at=LATER,
    )

    status = told(face, job)["status"]

    assert status["countSuccessiveCompleteFailures"] == 3
    assert status["quarantine"] == {
        "currentBegan": "2026-03-12T14:00:00Z",
        "error": {
            "code": "InvalidCredentials",
            "message": "GoTo refused the password. Enter them again.",
            "tenantActionable": True,
        },
        "nextAttempt": "2026-03-12T14:05:00Z",
        "reason": "EncounteredQuarantineException",
        "seriesBegan": "2026-03-12T14:00:00Z",
        "seriesCount": 2,
    }


def test_removals_that_are_held_show_as_too_many_deletes(face: Face) -> None:
    job = set_up(is_on=True, first_started_at=NOW)
    hold(job, "Ann", "Bo")

    status = told(face, job)["status"]

    assert (status["code"], status["quarantine"]["reason"]) == ("Quarantine", "TooManyDeletes")
    assert "2 accounts" in status["quarantine"]["error"]["message"]
    assert status["quarantine"]["nextAttempt"] == "9999-12-31T23:59:59Z"


@pytest.mark.parametrize("number", [1, 5])
def test_the_number_of_queries_does_not_grow_with_cycles(
    face: Face, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    job = set_up(is_on=True, first_started_at=NOW)
    for _ in range(number):
        done(job)

    with django_assert_num_queries(QUERIES):
        face.get(f"{synchronization(job.application)}/jobs")
