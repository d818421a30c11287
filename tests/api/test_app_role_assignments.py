"""Service principals, and who is assigned to them."""

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import AuditEntry
from provisioning.directory.base import NO_ROLE
from provisioning.jobs import change
from provisioning.models import Assignment, Directory, EnterpriseApplication, User
from tests.api.face import Face
from tests.factories import make_application, make_group, make_user, make_users

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def goto(face: Face) -> EnterpriseApplication:
    return make_application("Citrix GoToMeeting")


def path(application: EnterpriseApplication) -> str:
    return f"/servicePrincipals/{application.object_id}"


def body(application: EnterpriseApplication, principal: object, role: object) -> dict[str, str]:
    return {"principalId": str(principal), "resourceId": str(application.object_id), "appRoleId": str(role)}


def test_a_service_principal_is_told_with_its_roles(face: Face, goto: EnterpriseApplication) -> None:
    told = face.get(path(goto)).json()

    role = goto.roles.all()[0]
    assert (told["appId"], told["displayName"]) == (str(goto.application_id), "Citrix GoToMeeting")
    assert told["appRoles"][0] == {
        "id": str(role.role_id),
        "allowedMemberTypes": ["User"],
        "description": role.label,
        "displayName": role.label,
        "isEnabled": True,
        "origin": "Application",
        "value": role.value,
    }


def test_service_principals_are_listed_and_filtered(
    face: Face, goto: EnterpriseApplication, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        make_application()

    with django_assert_max_num_queries(4):
        assert len(face.values("/servicePrincipals")) == 6
    found = face.values(f"/servicePrincipals?$filter=appId eq '{goto.application_id}'&$select=displayName")
    assert found == [{"displayName": "Citrix GoToMeeting"}]


@pytest.mark.parametrize("identifier", [str(uuid.UUID(int=0)), "goto"])
def test_no_service_principal_is_not_found(face: Face, identifier: str) -> None:
    assert face.get(f"/servicePrincipals/{identifier}/appRoleAssignedTo").status_code == 404


def test_who_is_assigned_is_listed_with_roles(face: Face, goto: EnterpriseApplication) -> None:
    bo, group, role = make_user(display_name="Bo"), make_group("Sales"), goto.roles.all()[0]
    change.assign(goto, [bo], role)
    change.assign(goto, [group], None)
    gone = make_user()
    change.assign(goto, [gone], role)
    change.delete(gone)

    first, second = face.values(f"{path(goto)}/appRoleAssignedTo")

    told = {name: first[name] for name in ("principalId", "principalType", "principalDisplayName", "appRoleId")}
    assert told == {
        "principalId": str(bo.object_id),
        "principalType": "User",
        "principalDisplayName": "Bo",
        "appRoleId": str(role.role_id),
    }
    assert (first["resourceId"], first["resourceDisplayName"]) == (str(goto.object_id), "Citrix GoToMeeting")
    assert (second["principalType"], second["appRoleId"]) == ("Group", NO_ROLE)


def test_many_assignments_are_paged_at_the_same_cost(
    face: Face, goto: EnterpriseApplication, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    people = make_users(7)
    change.assign(goto, people, goto.roles.all()[0])

    with django_assert_max_num_queries(5):
        face.get(f"{path(goto)}/appRoleAssignedTo")
    found = face.values(f"{path(goto)}/appRoleAssignedTo?$top=3")
    assert [each["principalId"] for each in found] == [str(each.object_id) for each in people]


def test_a_user_is_assigned_and_the_audit_trail_tells_it(face: Face, goto: EnterpriseApplication) -> None:
    bo, role = make_user(), goto.roles.all()[0]

    response = face.post(f"{path(goto)}/appRoleAssignedTo", body(goto, bo.object_id, role.role_id))

    assert response.status_code == 201
    row = Assignment.objects.get()
    assert (row.user, row.role) == (bo, role)
    entry = AuditEntry.objects.filter(activity="Add assignment").get()
    assert (entry.who_name, entry.target) == (face.client.display_name, "Citrix GoToMeeting")
    assert face.get(f"{path(goto)}/appRoleAssignedTo/{response.json()['id']}").json()["principalId"] == str(
        bo.object_id
    )


def test_a_group_is_assigned_without_a_role(face: Face, goto: EnterpriseApplication) -> None:
    group = make_group()

    assert face.post(f"{path(goto)}/appRoleAssignedTo", body(goto, group.object_id, NO_ROLE)).status_code == 201
    assert Assignment.objects.get().group == group


def test_an_assignment_is_taken_away(face: Face, goto: EnterpriseApplication) -> None:
    bo, role = make_user(), goto.roles.all()[0]
    [row] = change.assign(goto, [bo], role)
    [told] = face.values(f"/users/{bo.object_id}/appRoleAssignments")
    address = f"{path(goto)}/appRoleAssignedTo/{told['id']}"

    assert face.delete(address).status_code == 204
    row.refresh_from_db()
    assert row.removed
    assert face.delete(address).status_code == 404
    assert AuditEntry.objects.filter(activity="Remove assignment").count() == 1


def test_a_reader_may_not_assign(reader: Face) -> None:
    goto = make_application()
    bo: User = make_user()

    response = reader.post(f"{path(goto)}/appRoleAssignedTo", body(goto, bo.object_id, NO_ROLE))

    assert (response.status_code, response.json()["error"]["code"]) == (403, "Authorization_RequestDenied")
    assert not Assignment.objects.exists()


def test_what_cannot_be_assigned_is_refused(face: Face, goto: EnterpriseApplication) -> None:
    bo, off = make_user(), goto.roles.all()[1]
    off.enabled = False
    off.save()
    change.assign(goto, [bo], None)
    address, nobody = f"{path(goto)}/appRoleAssignedTo", uuid.UUID(int=1)
    other = {**body(goto, bo.object_id, NO_ROLE), "resourceId": str(nobody)}
    for status, wrong in (
        (400, body(goto, bo.object_id, NO_ROLE)),
        (400, body(goto, bo.object_id, nobody)),
        (400, body(goto, bo.object_id, off.role_id)),
        (404, body(goto, nobody, NO_ROLE)),
        (400, body(goto, "Bo", NO_ROLE)),
        (400, other),
        (400, {}),
        (400, {**body(goto, bo.object_id, NO_ROLE), "color": "blue"}),
        (400, {**body(goto, bo.object_id, NO_ROLE), "principalId": 7}),
    ):
        assert face.post(address, wrong).status_code == status, wrong
    assert Assignment.objects.count() == 1


@pytest.mark.parametrize("named", ["x", "AAAAAAAAAAA", "____________________________", "é"])
def test_an_assignment_that_is_none_is_not_found(face: Face, goto: EnterpriseApplication, named: str) -> None:
    assert face.delete(f"{path(goto)}/appRoleAssignedTo/{named}").status_code == 404


def test_nobody_is_assigned_where_the_source_tells_who_is(face: Face, goto: EnterpriseApplication) -> None:
    user = make_user()
    [row] = change.assign(goto, [user], None)
    Directory.objects.update(source="graph")
    EnterpriseApplication.objects.update(assignments_from="source", source_principal=uuid.uuid4())
    listed = face.get(f"{path(goto)}/appRoleAssignedTo").json()["value"]

    added = face.post(f"{path(goto)}/appRoleAssignedTo", body(goto, user.object_id, NO_ROLE))
    removed = face.delete(f"{path(goto)}/appRoleAssignedTo/{listed[0]['id']}")

    assert (added.status_code, removed.status_code) == (400, 400)
    row.refresh_from_db()
    assert not row.removed
