"""Users and groups, made and changed by programs."""

import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from portal.accounts.models import AuditEntry
from provisioning.api.resources import group_changes
from provisioning.jobs import change
from provisioning.models import Group, Membership, User
from tests.api.face import Face
from tests.factories import make_directory, make_group, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NEW = {"displayName": "Bo Ek", "userPrincipalName": "bo@contoso.example"}


def said(response: Any) -> str:
    return str(response.json()["error"]["message"])


def test_a_user_is_created_as_graphs_own_page_does_it(face: Face) -> None:
    extras = {
        "accountEnabled": False,
        "mailNickname": "bo",
        "passwordProfile": {"forceChangePasswordNextSignIn": True, "password": "Not-kept-here-1"},
        "businessPhones": ["+46 8 1"],
        "officeLocation": "4B",
        "onPremisesExtensionAttributes": {"extensionAttribute1": "blue"},
        "extension_abc_size": "XL",
        "faxNumber": "9",
    }
    response = face.post("/users", {**NEW, **extras})

    assert response.status_code == 201, response.content
    row = User.objects.get(object_id=response.json()["id"])
    assert (row.display_name, row.account_enabled, row.mail_nickname) == ("Bo Ek", False, "bo")
    assert (row.telephone_number, row.office) == ("+46 8 1", "4B")
    assert row.extensions == {
        "extensionAttribute1": "blue",
        "extension_abc_size": "XL",
        "facsimileTelephoneNumber": "9",
    }
    entry = AuditEntry.objects.filter(activity="Add user").get()
    assert entry.who_name == face.client.display_name
    assert "Not-kept-here-1" not in str(entry.new)


def test_a_user_is_changed_where_something_is_named(face: Face) -> None:
    bo = make_user(department="IT", job_title="Clerk", extensions={"extensionAttribute1": "blue", "other": "x"})
    body = {"department": None, "onPremisesExtensionAttributes": {"extensionAttribute1": None}, "surname": "Ek"}

    assert face.patch(f"/users/{bo.object_id}", body).status_code == 204
    bo.refresh_from_db()
    assert (bo.department, bo.job_title, bo.surname, bo.extensions) == ("", "Clerk", "Ek", {"other": "x"})


def test_a_user_is_deleted_restored_and_purged(face: Face) -> None:
    bo = make_user()
    item = f"/directory/deletedItems/{bo.object_id}"
    assert face.delete(f"/users/{bo.object_id}").status_code == 204
    assert face.get(item).json()["@odata.type"] == "#microsoft.graph.user"
    assert [each["id"] for each in face.values("/directory/deletedItems/microsoft.graph.user")] == [str(bo.object_id)]
    assert face.post(f"{item}/restore").status_code == 200
    assert face.get(item).status_code == 404
    assert face.delete(f"/users/{bo.object_id}").status_code == 204
    assert face.delete(item).status_code == 204
    assert face.delete(item).status_code == 404

    bo.refresh_from_db()
    assert bo.purged_at


def test_a_group_is_deleted_restored_and_purged(face: Face) -> None:
    group = make_group("Sales")
    item = f"/directory/deletedItems/{group.object_id}"
    face.delete(f"/groups/{group.object_id}")
    assert [each["displayName"] for each in face.values("/directory/deletedItems/graph.group")] == ["Sales"]
    assert face.post(f"{item}/restore").json()["displayName"] == "Sales"
    face.delete(f"/groups/{group.object_id}")
    assert face.delete(item).status_code == 204

    group.refresh_from_db()
    assert group.purged_at


def test_a_name_that_somebody_took_meanwhile_stops_a_restore(face: Face) -> None:
    bo = make_user(user_principal_name="bo@contoso.example")
    change.delete(bo)
    make_user(user_principal_name="bo@contoso.example")

    assert face.post(f"/directory/deletedItems/{bo.object_id}/restore").status_code == 400


def test_a_manager_is_set_and_taken_away(face: Face) -> None:
    ann, bo = make_user(), make_user()
    address = f"/users/{bo.object_id}/manager/$ref"

    assert face.put(address, {"@odata.id": f"https://x.example/v1.0/users/{ann.object_id}"}).status_code == 204
    bo.refresh_from_db()
    assert bo.manager == ann
    assert face.delete(address).status_code == 204
    bo.refresh_from_db()
    assert bo.manager is None
    assert face.put(address, {"@odata.id": f"https://x.example/groups/{make_group().object_id}"}).status_code == 400
    assert face.put(address, {"@odata.id": f"https://x.example/users/{bo.object_id}"}).status_code == 400


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "displayName"),
        ({"displayName": "Bo"}, "userPrincipalName"),
        ({**NEW, "userPrincipalName": "taken@contoso.example"}, "userPrincipalName"),
        ({**NEW, "userPrincipalName": "no address"}, "userPrincipalName"),
        ({**NEW, "displayName": 7}, "displayName"),
        ({**NEW, "displayName": "x" * 300}, "displayName"),
        ({**NEW, "accountEnabled": "yes"}, "accountEnabled"),
        ({**NEW, "accountEnabled": None}, "accountEnabled"),
        ({**NEW, "shoeSize": 42}, "shoeSize"),
        ({**NEW, "businessPhones": ["1", "2"]}, "businessPhones"),
        ({**NEW, "businessPhones": "1"}, "businessPhones"),
        ({**NEW, "onPremisesExtensionAttributes": []}, "onPremisesExtensionAttributes"),
        ({**NEW, "onPremisesExtensionAttributes": {"extensionAttribute16": "x"}}, "extensionAttribute16"),
        ({**NEW, "extension_abc": {"a": 1}}, "extension_abc"),
    ],
)
def test_a_user_that_cannot_be_is_refused_with_the_property(face: Face, body: dict[str, Any], named: str) -> None:
    make_user(user_principal_name="taken@contoso.example")
    response = face.post("/users", body)

    assert (response.status_code, response.json()["error"]["code"]) == (400, "Request_BadRequest")
    assert named in said(response)
    assert User.objects.count() == 1


def test_a_group_is_created_with_members_and_changed(face: Face) -> None:
    bo, cy = make_user(), make_user()
    body = {
        "displayName": "Sales",
        "mailEnabled": False,
        "mailNickname": "sales",
        "securityEnabled": True,
        "groupTypes": [],
    }
    bound = [f"https://graph.microsoft.com/v1.0/directoryObjects/{bo.object_id}"]
    response = face.post("/groups", {**body, "members@odata.bind": bound})

    assert response.status_code == 201, response.content
    group = Group.objects.get()
    assert (group.display_name, group.mail_nickname) == ("Sales", "sales")
    also = [f"https://graph.microsoft.com/v1.0/users/{cy.object_id}"]
    patch = {"description": "All of them", "members@odata.bind": also}
    assert face.patch(f"/groups/{group.object_id}", patch).status_code == 204
    group.refresh_from_db()
    assert group.description == "All of them"
    assert set(Membership.objects.filter(removed=False).values_list("user", flat=True)) == {bo.pk, cy.pk}


def test_a_group_and_its_members_are_written_together_or_not_at_all(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = make_group("Sales")
    itself = f"http://testserver/graph/v1.0/groups/{group.object_id}"
    body = {"displayName": "Renamed", "members@odata.bind": [itself]}

    assert face.patch(f"/groups/{group.object_id}", body).status_code == 400
    monkeypatch.setattr(group_changes, "add_members", refuse)
    assert face.post("/groups", body).status_code == 400

    assert [each.display_name for each in Group.objects.all()] == ["Sales"]
    assert not AuditEntry.objects.filter(activity__contains="group").exists()


def refuse(*_given: object) -> None:
    raise ValidationError("Somebody deleted the member a moment ago.")


def test_members_come_and_go_by_reference(face: Face) -> None:
    bo, group = make_user(), make_group()
    inner = make_group()
    address = f"/groups/{group.object_id}/members"
    for each in (bo, inner):
        body = {"@odata.id": f"https://x.example/v1.0/directoryObjects/{each.object_id}"}
        assert face.post(f"{address}/$ref", body).status_code == 204
        assert face.post(f"{address}/$ref", body).status_code == 400
    assert len(face.values(address)) == 2
    for each in (bo, inner):
        assert face.delete(f"{address}/{each.object_id}/$ref").status_code == 204
        assert face.delete(f"{address}/{each.object_id}/$ref").status_code == 404
    assert face.values(address) == []


@pytest.mark.parametrize(
    ("status", "reference"),
    [
        (404, f"https://x.example/users/{uuid.UUID(int=1)}"),
        (404, f"https://x.example/directoryObjects/{uuid.UUID(int=1)}"),
        (400, "https://x.example/devices/1"),
        (400, "nonsense"),
        (400, "http://["),
        (400, 7),
        (400, None),
    ],
)
def test_a_reference_to_nobody_is_refused(face: Face, status: int, reference: Any) -> None:
    group = make_group()

    assert face.post(f"/groups/{group.object_id}/members/$ref", {"@odata.id": reference}).status_code == status


def test_a_group_never_comes_to_be_in_itself(face: Face) -> None:
    group = make_group()
    body = {"@odata.id": f"https://x.example/groups/{group.object_id}"}

    assert face.post(f"/groups/{group.object_id}/members/$ref", body).status_code == 400


def test_people_who_come_from_a_source_are_left_to_it(face: Face) -> None:
    bo, group = make_user(), make_group()
    make_directory(source="graph", label="Head office")
    for response in (
        face.post("/users", NEW),
        face.patch(f"/users/{bo.object_id}", {"department": "IT"}),
        face.delete(f"/users/{bo.object_id}"),
        face.post("/groups", {"displayName": "New"}),
        face.delete(f"/groups/{group.object_id}"),
        face.post(f"/groups/{group.object_id}/members/$ref", {"@odata.id": f"https://x.example/users/{bo.object_id}"}),
    ):
        assert response.status_code == 400
        assert "Head office" in said(response)
    assert (User.objects.get(), Group.objects.get()) == (bo, group)


def test_a_reader_changes_nothing(reader: Face) -> None:
    bo, group = make_user(), make_group()
    for method, path in (
        ("POST", "/users"),
        ("PATCH", f"/users/{bo.object_id}"),
        ("DELETE", f"/users/{bo.object_id}"),
        ("PUT", f"/users/{bo.object_id}/manager/$ref"),
        ("POST", "/groups"),
        ("PATCH", f"/groups/{group.object_id}"),
        ("DELETE", f"/groups/{group.object_id}"),
        ("POST", f"/groups/{group.object_id}/members/$ref"),
        ("DELETE", f"/groups/{group.object_id}/members/{bo.object_id}/$ref"),
        ("POST", f"/directory/deletedItems/{bo.object_id}/restore"),
        ("DELETE", f"/directory/deletedItems/{bo.object_id}"),
    ):
        assert reader.call(method, path, {}).status_code == 403
    assert AuditEntry.objects.filter(who_name=reader.client.display_name).count() == 0
