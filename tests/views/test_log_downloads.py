"""The provisioning logs as files."""

import csv
import json
import zipfile
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from provisioning.choices import Action, Status
from provisioning.models import Activity, Cycle
from provisioning.reports import files
from provisioning.texts import Message
from tests.factories import make_activity, make_application, make_cycle, make_job

STEP = {
    "name": "EntryImport",
    "provisioningStepType": "import",
    "status": "success",
    "text": Message("Read.").as_json(),
    "details": {"active": "true"},
    "milliseconds": 3,
}


@pytest.fixture
def cycle(db: None) -> Cycle:
    return make_cycle(make_job(make_application("Citrix GoToMeeting"), {"username": "a"}, is_on=True))


@pytest.fixture
def entry(cycle: Cycle) -> Activity:
    return make_activity(
        cycle,
        source_label="=Bo",
        steps=[STEP, {**STEP, "name": "EntryExportAdd"}],
        modified=[{"displayName": "surname", "oldValue": None, "newValue": "Ek"}],
        status=Status.FAILURE,
        code="EntryConflict",
    )


def fetched(client: Client, cycle: Cycle, kind: str, query: str = "") -> bytes:
    answer: Any = client.get(f"{cycle.job.application.get_absolute_url()}logs/download/{kind}/?{query}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def tables(content: bytes) -> dict[str, list[dict[str, str]]]:
    archive = zipfile.ZipFile(BytesIO(content))
    assert archive.testzip() is None
    return {
        name: list(csv.DictReader(StringIO(archive.read(name).decode("utf-8-sig"), newline="")))
        for name in archive.namelist()
    }


def test_the_csv_files_are_three_and_joined_by_the_change_id(signed_in: Client, cycle: Cycle, entry: Activity) -> None:
    found = tables(fetched(signed_in, cycle, "csv"))

    summary, steps, modified = found.values()
    assert list(found) == [
        "ProvisioningLogs.csv",
        "ProvisioningLogs_ProvisioningSteps.csv",
        "ProvisioningLogs_ModifiedProperties.csv",
    ]
    assert {row["changeId"] for rows in (summary, steps, modified) for row in rows} == {str(entry.change_id)}
    assert (summary[0]["status"], summary[0]["errorCode"]) == ("failure", "EntryConflict")
    assert [(row["number"], row["name"], row["description"]) for row in steps] == [
        ("1", "EntryImport", "Read."),
        ("2", "EntryExportAdd", "Read."),
    ]
    assert [(row["displayName"], row["oldValue"], row["newValue"]) for row in modified] == [("surname", "", "Ek")]


def test_a_spreadsheet_takes_no_name_for_a_formula(signed_in: Client, cycle: Cycle, entry: Activity) -> None:
    [row] = tables(fetched(signed_in, cycle, "csv"))["ProvisioningLogs.csv"]

    assert row["sourceIdentityDisplayName"] == "'=Bo"


def test_the_json_file_is_in_the_form_of_the_api(signed_in: Client, cycle: Cycle, entry: Activity) -> None:
    content = fetched(signed_in, cycle, "json")

    [told] = json.loads(content)
    assert (told["id"], told["sourceIdentity"]["displayName"]) == (str(entry.activity_id), "=Bo")
    assert b": " not in content.replace(b"Read. ", b"")


def test_files_hold_what_the_filters_show_all_pages_of_it(
    signed_in: Client, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "CHUNK", 2)
    now = timezone.now()
    for number in range(5):
        make_activity(cycle, action=Action.UPDATE, occurred_at=now - timedelta(minutes=number))
    make_activity(cycle, action=Action.CREATE)

    told = json.loads(fetched(signed_in, cycle, "json", "action=update&older=x&entry=y"))

    assert [each["provisioningAction"] for each in told] == ["update"] * 5
    assert len(tables(fetched(signed_in, cycle, "csv", "action=update"))["ProvisioningLogs.csv"]) == 5


def test_nothing_found_is_an_empty_file(signed_in: Client, cycle: Cycle) -> None:
    assert json.loads(fetched(signed_in, cycle, "json")) == []
    assert all(rows == [] for rows in tables(fetched(signed_in, cycle, "csv")).values())


def test_an_archive_is_handed_on_in_pieces(cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provisioning.directory.csvfile_writing.PIECE", 10)
    for _ in range(100):
        make_activity(cycle, steps=[STEP] * 3)

    pieces = list(files.csv_files(Activity.objects.all()))

    assert len(pieces) > 40
    assert len(tables(b"".join(pieces))["ProvisioningLogs_ProvisioningSteps.csv"]) == 300


def test_the_logs_of_all_can_be_had_too_and_no_other_form(signed_in: Client, entry: Activity) -> None:
    assert signed_in.get("/logs/download/json/").status_code == 200
    assert signed_in.get("/logs/download/xml/").status_code == 404
