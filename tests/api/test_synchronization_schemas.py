"""Templates and schemas through the API."""

from typing import Any

import pytest

from portal.accounts.models import AuditEntry
from provisioning.choices import FlowType, Mode
from provisioning.models import AttributeMapping, ProvisioningJob
from tests.api.face import Face, check_type
from tests.api.synchronizing import path_of, set_up, synchronization
from tests.factories import make_application, make_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> ProvisioningJob:
    return set_up()


def rows_of(schema: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = schema["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"]
    return found


def stored(job: ProvisioningJob) -> dict[str, AttributeMapping]:
    return {each.target: each for each in AttributeMapping.objects.filter(mapping__job=job)}


def test_an_application_has_one_template(face: Face, job: ProvisioningJob) -> None:
    root = synchronization(job.application)

    (template,) = face.values(f"{root}/templates")
    (same,) = face.values(f"/applications/{job.application.application_id}/synchronization/templates")

    assert template == same
    assert (template["id"], template["applicationId"]) == ("citrix_gotomeeting", str(job.application.application_id))
    assert {"key": "IsOAuthEnabled", "value": "True"} in template["metadata"]
    assert face.get(f"{root}/templates/citrix_gotomeeting").json()["id"] == "citrix_gotomeeting"
    assert face.get(f"{root}/templates/scim").status_code == 404


def test_the_templates_schema_is_that_of_a_new_application(face: Face, job: ProvisioningJob) -> None:
    AttributeMapping.objects.filter(mapping__job=job, target="locale").delete()

    default = face.get(f"{synchronization(job.application)}/templates/citrix_gotomeeting/schema").json()
    own = face.get(f"{path_of(job)}/schema").json()

    assert [row["targetAttributeName"] for row in rows_of(default)] == [
        "email", "firstName", "lastName", "locale", "licenseKeys",
    ]  # fmt: skip
    assert len(rows_of(own)) == len(rows_of(default)) - 1


def test_a_schema_is_replaced_as_a_whole(face: Face, job: ProvisioningJob) -> None:
    schema = face.get(f"{path_of(job)}/schema").json()
    rows = [row for row in rows_of(schema) if row["targetAttributeName"] != "locale"]
    rows[1]["flowType"] = "ObjectAddOnly"
    rows[2]["source"] = {"expression": 'Replace([surname], "-", , , " ", , )', "type": "Function"}
    schema["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"] = rows

    assert face.put(f"{path_of(job)}/schema", schema).status_code == 204

    found = stored(job)
    assert set(found) == {"email", "firstName", "lastName", "licenseKeys"}
    assert (found["firstName"].flow, found["lastName"].type) == (FlowType.ON_CREATE, "Function")
    assert AuditEntry.objects.filter(who_name=str(face.client), activity="Save synchronization schema").exists()
    row = ProvisioningJob.objects.get(pk=job.pk)
    assert (row.saved_by, row.config_version) == (str(face.client), job.config_version + 1)


def test_what_was_told_can_be_given_back(face: Face, job: ProvisioningJob) -> None:
    AttributeMapping.objects.filter(mapping__job=job, target="locale").update(flow_empty=True)
    schema = face.get(f"{path_of(job)}/schema").json()

    assert face.put(f"{path_of(job)}/schema", schema).status_code == 204

    after = face.get(f"{path_of(job)}/schema").json()
    assert after["synchronizationRules"] == schema["synchronizationRules"]
    assert stored(job)["locale"].flow_empty


def test_everything_wrong_in_a_schema_is_told_with_its_place(face: Face, job: ProvisioningJob) -> None:
    schema = face.get(f"{path_of(job)}/schema").json()
    rows_of(schema)[0]["targetAttributeName"] = "shoeSize"
    rows_of(schema)[1]["flowType"] = "Sometimes"

    response = face.put(f"{path_of(job)}/schema", schema)

    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (400, "InvalidSchema")
    targets = [each["target"] for each in error["details"]]
    assert "synchronizationRules[0].objectMappings[0].attributeMappings[0].targetAttributeName" in targets
    assert "synchronizationRules[0].objectMappings[0].attributeMappings[1].flowType" in targets
    assert "email" in stored(job)


def test_a_patch_replaces_the_whole_schema_too(face: Face, job: ProvisioningJob) -> None:
    schema = face.get(f"{path_of(job)}/schema").json()
    rows_of(schema)[1]["flowType"] = "ObjectAddOnly"

    assert face.patch(f"{path_of(job)}/schema", schema).status_code == 204
    assert stored(job)["firstName"].flow == FlowType.ON_CREATE


def test_a_key_that_is_there_twice_is_told(face: Face, job: ProvisioningJob) -> None:
    response = face.send("PUT", f"{path_of(job)}/schema", b'{"id": "a", "id": "b", "synchronizationRules": []}')

    assert response.status_code == 400
    assert "is there twice" in response.json()["error"]["message"]


def test_a_deleted_schema_is_the_templates_again(face: Face, job: ProvisioningJob) -> None:
    AttributeMapping.objects.filter(mapping__job=job, target="locale").delete()

    assert face.delete(f"{path_of(job)}/schema").status_code == 204

    assert "locale" in stored(job)


def test_directories_are_listed_and_discovered(face: Face, job: ProvisioningJob) -> None:
    source, target = face.values(f"{path_of(job)}/schema/directories")

    found = face.post(f"{path_of(job)}/schema/directories/{target['id']}/discover").json()

    assert (source["readOnly"], target["name"]) == (True, "Citrix GoToMeeting")
    assert (found["discoveryDateTime"] is not None, found["objects"]) == (True, target["objects"])
    assert face.get(f"{path_of(job)}/schema/directories/{source['id']}").json()["name"] == source["name"]
    assert face.post(f"{path_of(job)}/schema/directories/none/discover").status_code == 404


def test_a_flowing_empty_value_is_an_annotation(face: Face, job: ProvisioningJob) -> None:
    AttributeMapping.objects.filter(mapping__job=job, target="locale").update(flow_empty=True)

    (row,) = [
        each for each in rows_of(face.get(f"{path_of(job)}/schema").json()) if each["targetAttributeName"] == "locale"
    ]

    assert row["@portal.flowNullValues"] is True
    check_type(row, "AttributeMapping")


def test_every_application_of_the_gallery_has_a_schema_of_microsofts_types(face: Face) -> None:
    for key in ("citrix_gotomeeting", "goto_organization"):
        job = make_job(make_application(gallery_key=key), mode=Mode.AUTOMATIC)

        assert face.get(f"{path_of(job)}/schema").status_code == 200
