"""The gallery and the applications made from it, through the API."""

from typing import Any

import pytest
from django.utils import timezone

from portal.accounts.models import AuditEntry
from provisioning import gallery
from provisioning.jobs import deletion
from provisioning.jobs.connections import connected
from provisioning.models import EnterpriseApplication
from tests.api.face import Face, check_type
from tests.api.synchronizing import path_of, set_up
from tests.factories import make_application, make_assignment, make_state, make_user

pytestmark = pytest.mark.django_db
NON_GALLERY = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"


def template_id(face: Face) -> str:
    (found,) = face.values("/applicationTemplates?$filter=displayName eq 'Citrix GoToMeeting'")
    id_: str = found["id"]
    return id_


# --- the gallery
def test_the_gallery_is_listed(face: Face) -> None:
    found = face.values("/applicationTemplates")

    assert [each["displayName"] for each in found] == [each.name for each in gallery.all_applications()]
    assert found[0]["categories"] == [gallery.all_applications()[0].category]
    assert len(face.values("/applicationTemplates?$top=1")) == 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("displayName eq 'citrix gotomeeting'", 1),
        ("contains(displayName,'GoTo')", 2),
        ("startswith(displayName,'GoTo') or publisher eq 'Citrix'", 2),
        ("displayName ne 'Citrix GoToMeeting' and publisher eq 'Citrix' and contains(displayName,'Meeting)')", 0),
    ],
)
def test_templates_are_found_by_name(face: Face, text: str, number: int) -> None:
    assert len(face.values(f"/applicationTemplates?$filter={text}")) == number


@pytest.mark.parametrize("text", ["colour eq 'red'", "displayName gt 'a'"])
def test_what_cannot_be_asked_of_templates_is_refused(face: Face, text: str) -> None:
    assert face.get(f"/applicationTemplates?$filter={text}").status_code == 400


def test_a_template_is_found_by_its_id_and_by_its_key(face: Face) -> None:
    id_ = template_id(face)

    assert face.get(f"/applicationTemplates/{id_}").json()["displayName"] == "Citrix GoToMeeting"
    assert face.get("/applicationTemplates/citrix_gotomeeting").json()["id"] == id_
    assert face.get("/applicationTemplates/nothing").status_code == 404


# --- making applications
def test_an_application_is_made_with_its_roles_and_a_service_principal(face: Face) -> None:
    response = face.post(f"/applicationTemplates/{template_id(face)}/instantiate", {"displayName": "Our GoTo"})

    body = response.json()
    check_type(body["application"], "Application")
    check_type(body["servicePrincipal"], "ServicePrincipal")
    row = EnterpriseApplication.objects.get()
    assert (row.display_name, str(row.object_id)) == ("Our GoTo", body["servicePrincipal"]["id"])
    assert body["application"]["appId"] == body["servicePrincipal"]["appId"] == str(row.application_id)
    assert "GoToWebinar" in [each["value"] for each in body["servicePrincipal"]["appRoles"]]
    entry = AuditEntry.objects.get(activity="Add application")
    assert (entry.who_name, entry.target) == (str(face.client), "Our GoTo")


def test_without_a_name_it_gets_one_that_is_free(face: Face) -> None:
    path = f"/applicationTemplates/{template_id(face)}/instantiate"

    made = [face.post(path, {}).json()["application"]["displayName"] for _ in range(2)]

    assert made == ["Citrix GoToMeeting", "Citrix GoToMeeting 2"]


@pytest.mark.parametrize(("name", "status"), [("our goto", 409), ("", 400), (" ", 400), ("x" * 121, 400), (7, 400)])
def test_a_name_that_cannot_be_is_refused(face: Face, name: Any, status: int) -> None:
    make_application("Our GoTo")

    response = face.post(f"/applicationTemplates/{template_id(face)}/instantiate", {"displayName": name})

    assert (response.status_code, EnterpriseApplication.objects.count()) == (status, 1)


def test_microsofts_id_for_an_application_of_no_gallery_makes_one_that_speaks_scim(face: Face) -> None:
    response = face.post(f"/applicationTemplates/{NON_GALLERY}/instantiate", {"displayName": "Any"})

    assert response.status_code == 201
    assert EnterpriseApplication.objects.get(display_name="Any").gallery_key == "scim"


# --- both sides of one
def test_an_application_is_found_by_its_own_id(face: Face) -> None:
    application = make_application("Our GoTo")

    body = face.get(f"/applications/{application.application_id}").json()

    assert (body["displayName"], body["appId"]) == ("Our GoTo", str(application.application_id))
    assert [each["id"] for each in face.values("/applications?$filter=displayName eq 'Our GoTo'")] == [body["id"]]
    assert face.get(f"/applications/{application.object_id}").status_code == 404


@pytest.mark.parametrize("side", ["applications", "servicePrincipals"])
def test_an_application_is_deleted_from_either_side(face: Face, side: str) -> None:
    application = set_up().application
    make_assignment(application, make_user(), "GoToMeeting")
    id_ = application.application_id if side == "applications" else application.object_id

    assert face.delete(f"/{side}/{id_}").status_code == 204

    assert [face.get(f"/{side}/{id_}").status_code, face.delete(f"/{side}/{id_}").status_code] == [404, 404]
    assert face.values(f"/{side}") == []
    assert EnterpriseApplication.objects.get().deletion_queued_at is not None
    deletion.run(application.pk, timezone.now())

    assert not EnterpriseApplication.objects.exists()
    assert AuditEntry.objects.filter(activity="Delete application", who_name=str(face.client)).exists()


# --- object connections
@pytest.mark.parametrize("form", ["objectConnections/{}", "objectConnections('{}')"])
def test_a_connection_is_told_and_taken_away(face: Face, form: str) -> None:
    job, bo = set_up(), make_user(display_name="Bo Berg")
    make_state(job, bo)
    path = f"{path_of(job)}/{form.format(bo.object_id)}"

    body = face.get(path).json()
    twice = [face.delete(path).status_code for _ in range(2)]

    assert (body["objectId"], body["displayName"], body["objectTypeName"]) == (str(bo.object_id), "Bo Berg", "User")
    assert (body["targetAnchor"], twice) == (f"account-{bo.pk}", [204, 204])
    assert connected(job, str(bo.object_id)) is None
    assert face.get(path).status_code == 404


def test_a_connection_of_a_running_job_stays(face: Face) -> None:
    job, bo = set_up(is_on=True), make_user()
    make_state(job, bo)

    assert face.delete(f"{path_of(job)}/objectConnections/{bo.object_id}").status_code == 409
    assert connected(job, str(bo.object_id)) is not None
