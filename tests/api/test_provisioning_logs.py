"""The provisioning logs through the API: told, filtered, sorted, page by page."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import Action, CycleStatus, Status
from provisioning.models import Activity, Cycle
from provisioning.texts import Message
from tests.api.face import Face, check_type
from tests.api.synchronizing import set_up
from tests.factories import make_activity, make_application, make_cycle, make_job, make_user
from tests.views.waiting import step

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LOGS = "/auditLogs/provisioning"
NOW = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)


@pytest.fixture
def cycle(db: None) -> Cycle:
    return make_cycle(set_up(), status=CycleStatus.COMPLETED, started_at=NOW, ended_at=NOW + timedelta(hours=1))


def filtered(text: str, **more: Any) -> str:
    query = {"filter": text, **more}
    return f"{LOGS}?{'&'.join(f'${name}={quote(str(value))}' for name, value in query.items())}"


def names(face: Face, path: str) -> list[str]:
    return [each["sourceIdentity"]["displayName"] for each in face.values(path)]


# --- what an entry tells
def test_an_entry_has_every_part_of_microsofts_record(face: Face, cycle: Cycle) -> None:
    bo = make_user(display_name="Bo Berg")
    entry = make_activity(
        cycle,
        bo,
        occurred_at=NOW,
        milliseconds=12,
        steps=[step("import", "Received User 'Bo Berg'", givenName="Bo"), step("export", "Done")],
        modified=[{"displayName": "firstName", "oldValue": None, "newValue": ["B", "Bo"]}],
    )

    (told,) = face.values(LOGS)

    application = cycle.job.application
    assert told["id"] == str(entry.activity_id)
    assert (told["activityDateTime"], told["durationInMilliseconds"]) == ("2026-03-12T14:00:00Z", 12)
    assert (told["tenantId"], told["jobId"]) == (str(application.directory.tenant_id), cycle.job.full_id)
    assert (told["cycleId"], told["changeId"]) == (str(cycle.cycle_id), str(entry.change_id))
    assert (told["provisioningAction"], told["provisioningStatusInfo"]) == (
        "create",
        {"status": "success", "errorInformation": None},
    )
    assert told["modifiedProperties"] == [{"displayName": "firstName", "oldValue": None, "newValue": "B, Bo"}]
    assert told["provisioningSteps"][0] == {
        "name": "import",
        "description": "Received User 'Bo Berg'",
        "provisioningStepType": "import",
        "status": "success",
        "details": {"givenName": "Bo"},
    }
    assert told["servicePrincipal"] == {"id": str(application.object_id), "displayName": application.display_name}
    assert (told["sourceIdentity"]["id"], told["targetIdentity"]["id"]) == (str(bo.object_id), entry.target_id)
    assert told["sourceIdentity"]["details"]["UserPrincipalName"] == bo.user_principal_name
    assert (told["sourceSystem"]["displayName"], told["targetSystem"]["displayName"]) == (
        application.directory.label,
        application.display_name,
    )
    assert told["initiatedBy"]["initiatorType"] == "system"


def test_a_failure_says_why_and_what_to_do(face: Face, cycle: Cycle) -> None:
    make_activity(
        cycle,
        status=Status.FAILURE,
        code="EntryConflict",
        reason=Message("%(name)s is taken.", {"name": "bo@contoso.example"}).as_json(),
        remedy="Change one of the two.",
        next_try_at=NOW,
    )

    (told,) = face.values(LOGS)

    assert told["provisioningStatusInfo"] == {
        "status": "failure",
        "errorInformation": {
            "errorCode": "EntryConflict",
            "reason": "bo@contoso.example is taken.",
            "additionalDetails": "nextAttempt: 2026-03-12T14:00:00Z",
            "errorCategory": "failure",
            "recommendedAction": "Change one of the two.",
        },
    }


def test_only_what_is_selected_is_told_and_entries_are_counted(face: Face, cycle: Cycle) -> None:
    made = [make_activity(cycle, status=status) for status in (Status.SUCCESS, Status.FAILURE)]

    found = face.values(f"{LOGS}?$select=id")

    assert found == [{"id": str(each.activity_id)} for each in reversed(made)]
    assert face.get(f"{LOGS}/$count").content == b"2"
    assert face.get(f"{LOGS}/$count?$filter=provisioningStatusInfo/status eq 'failure'").content == b"1"


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("status", list(Status))
def test_every_action_and_status_is_of_microsofts_types(face: Face, cycle: Cycle, action: str, status: str) -> None:
    make_activity(cycle, action=action, status=status)

    assert len(face.values(LOGS)) == 1


def test_a_run_on_demand_has_no_cycle(face: Face, cycle: Cycle) -> None:
    Activity.objects.filter(pk=make_activity(cycle).pk).update(cycle=None)

    assert face.values(LOGS)[0]["cycleId"] is None


def test_one_entry_is_found_by_its_id(face: Face, cycle: Cycle) -> None:
    entry = make_activity(cycle)

    assert face.get(f"{LOGS}/{entry.activity_id}").json()["id"] == str(entry.activity_id)
    assert face.get(f"{LOGS}/{uuid.uuid4()}").status_code == 404
    assert face.get(f"{LOGS}/x").status_code == 404


# --- filters
@pytest.fixture
def two(cycle: Cycle) -> tuple[Activity, Activity]:
    """Two entries that differ in everything."""
    other = make_cycle(make_job(make_application("Other app"), credentials={}), status=CycleStatus.COMPLETED)
    bo = make_activity(
        cycle, make_user(display_name="Bo Berg"), occurred_at=NOW, milliseconds=10, target_label="bo@goto.example"
    )
    ann = make_activity(
        other,
        make_user(display_name="Ann Ek"),
        occurred_at=NOW + timedelta(minutes=30),
        milliseconds=20,
        action=Action.UPDATE,
        status=Status.FAILURE,
        object_type="Group",
        target_label="ann@goto.example",
        code="EntryConflict",
    )
    return bo, ann


Text = Callable[[Activity], str]
ONLY_BO: list[Text] = [
    lambda bo: f"id eq '{bo.activity_id}'",
    lambda bo: f"contains(id, '{str(bo.activity_id)[:13]}')",
    lambda bo: f"jobid eq '{bo.job.full_id}'",
    lambda bo: f"contains(jobId, '{bo.job.job_id}')",
    lambda bo: f"changeid eq '{bo.change_id}'",
    lambda bo: f"contains(changeId,'{str(bo.change_id)[9:23]}')",
    lambda bo: f"cycleid eq '{bo.cycle.cycle_id}'",
    lambda bo: f"contains(cycleId,'{bo.cycle.cycle_id}')",
    lambda bo: "provisioningAction eq 'create'",
    lambda bo: "contains(provisioningAction, 'crea')",
    lambda bo: "provisioningStatusInfo/status eq 'Success'",
    lambda bo: "contains(provisioningStatusInfo/status,'succ')",
    lambda bo: f"targetSystem/displayName eq '{bo.job.application.display_name}'",
    lambda bo: f"contains(targetSystem/displayName,'{bo.job.application.display_name}')",
    lambda bo: "sourceIdentity/identityType eq 'User'",
    lambda bo: "contains(targetIdentity/identityType, 'ser')",
    lambda bo: f"sourceIdentity/id eq '{bo.source_id}'",
    lambda bo: f"contains(sourceIdentity/id, '{bo.source_id[:13]}')",
    lambda bo: f"targetIdentity/id eq '{bo.target_id}'",
    lambda bo: "sourceIdentity/displayName eq 'Bo Berg'",
    lambda bo: "contains(sourceIdentity/displayName, 'Ber')",
    lambda bo: "startswith(sourceIdentity/displayName, 'Bo')",
    lambda bo: "targetIdentity/displayName eq 'bo@goto.example'",
    lambda bo: "activityDateTime eq 2026-03-12T14:00:00Z",
    lambda bo: "activityDateTime lt 2026-03-12T14:10:00Z",
    lambda bo: "activityDateTime le 2026-03-12T14:00:00Z and activityDateTime gt 2026-03-01",
    lambda bo: "durationInMilliseconds lt 15",
    lambda bo: "durationInMilliseconds eq 10",
    lambda bo: f"servicePrincipal/id eq '{bo.job.application.object_id}'",
    lambda bo: f"servicePrincipal/displayName eq '{bo.job.application.display_name}'",
    lambda bo: "provisioningAction ne 'update'",
    lambda bo: "provisioningAction in ('create', 'delete')",
    lambda bo: "statusInfo/status eq 'success' and initiatedBy/displayName eq 'Provisioning Portal'",
    lambda bo: "provisioningAction eq 'delete' or (durationInMilliseconds lt 15 and provisioningAction eq 'create')",
]


@pytest.mark.parametrize("text", ONLY_BO)
def test_each_documented_field_finds_the_entry(face: Face, two: tuple[Activity, Activity], text: Text) -> None:
    assert names(face, filtered(text(two[0]))) == ["Bo Berg"]


@pytest.mark.parametrize(
    "text",
    [
        "id eq 'nothing'",
        "cycleid eq '00000000-0000-0000-0000-000000000000'",
        "jobid eq 'x'",
        "provisioningAction eq 'dance'",
        "sourceIdentity/displayName eq 'bo berg'",
        "initiatedBy/displayName eq 'Azure AD Provisioning Service'",
        "servicePrincipal/displayName eq 'None'",
    ],
)
def test_what_fits_nothing_finds_nothing(face: Face, two: tuple[Activity, Activity], text: str) -> None:
    assert names(face, filtered(text)) == []


def test_what_both_have_finds_both_newest_first(face: Face, two: tuple[Activity, Activity]) -> None:
    tenant = two[0].job.application.directory.tenant_id

    assert names(face, filtered(f"tenantid eq '{tenant}'")) == ["Ann Ek", "Bo Berg"]
    assert names(face, filtered("contains(sourceSystem/displayName, 'Azure')")) == ["Ann Ek", "Bo Berg"]
    assert names(face, filtered("contains(initiatedBy/displayName, 'Portal')")) == ["Ann Ek", "Bo Berg"]


@pytest.mark.parametrize(
    "text",
    [
        "shoeSize eq 1",
        "activityDateTime eq 'yesterday'",
        "contains(activityDateTime, '2026')",
        "durationInMilliseconds eq 'long'",
        "contains(servicePrincipal/id, 'a')",
        "sourceIdentity/id gt 'a'",
        "id eq 7",
        "id eq",
    ],
)
def test_what_cannot_be_asked_is_refused(face: Face, text: str) -> None:
    assert face.get(filtered(text)).status_code == 400


# --- pages and order
def test_pages_follow_each_other_without_gap_or_repetition(face: Face, cycle: Cycle) -> None:
    people = [make_user(display_name=f"Person {number}") for number in range(7)]
    times = [NOW + timedelta(seconds=number // 2) for number in range(7)]
    made = [make_activity(cycle, user, occurred_at=at) for user, at in zip(people, times, strict=True)]
    newest_first = [each.source_label for each in reversed(made)]

    assert names(face, f"{LOGS}?$top=3") == newest_first
    assert names(face, f"{LOGS}?$top=3&$orderby=activityDateTime desc") == newest_first
    assert names(face, f"{LOGS}?$top=3&$orderby=activityDateTime asc") == newest_first[::-1]
    assert names(face, filtered("contains(sourceIdentity/displayName,'Person')", top=2)) == newest_first


def test_what_comes_meanwhile_does_not_move_the_pages(face: Face, cycle: Cycle) -> None:
    for number in range(3):
        make_activity(cycle, make_user(display_name=f"Person {number}"), occurred_at=NOW)
    first = face.get(f"{LOGS}?$top=2").json()

    make_activity(cycle, make_user(display_name="Late"), occurred_at=NOW + timedelta(hours=1))

    rest = face.values(first["@odata.nextLink"])
    assert [each["sourceIdentity"]["displayName"] for each in rest] == ["Person 0"]


@pytest.mark.parametrize("query", ["$skiptoken=nonsense", "$orderby=id", "$top=0", "$orderby=activityDateTime up"])
def test_a_wrong_option_is_refused(face: Face, query: str) -> None:
    assert face.get(f"{LOGS}?{query}").status_code == 400


@pytest.mark.parametrize("number", [1, 6])
def test_the_number_of_queries_does_not_grow(
    face: Face, cycle: Cycle, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number):
        make_activity(cycle)

    with django_assert_num_queries(5):
        face.get(filtered(f"jobid eq '{cycle.job.full_id}' and cycleid eq '{cycle.cycle_id}'"))


def test_a_reader_may_read_them(reader: Face, cycle: Cycle) -> None:
    make_activity(cycle)

    (told,) = reader.values(LOGS)

    check_type(told, "ProvisioningObjectSummary")
