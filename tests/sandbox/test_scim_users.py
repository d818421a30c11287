"""The SCIM calls on users: shapes, rules for fields, and the people they share with the Admin API."""

import pytest

from tests.goto_service import GotoService
from tests.sandbox.api import ACCOUNT, MEETING, AdminApi, Scim, grant

BO = "5348866090871200001"
ANN = {"userName": "ann.ek@contoso.example", "name": {"givenName": "Ann", "familyName": "Ek"}}
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def test_a_user_has_the_documented_attributes_and_no_other(scim: Scim) -> None:
    user = scim.get(f"Users/{BO}").json()

    assert list(user) == ["id", "userName", "displayName", "name", "locale", "timezone", "meta"]
    assert (user["id"], user["userName"], user["displayName"]) == (BO, "bo.bell@contoso.example", "Bo Bel")
    assert user["name"] == {"givenName": "Bo", "familyName": "Bel"}
    assert user["meta"]["location"] == f"{scim.base}/Users/{BO}"
    assert user["meta"]["created"].endswith("Z")


def test_a_list_has_its_own_envelope(scim: Scim) -> None:
    found = scim.get("Users").json()

    assert list(found) == ["resources", "totalResults"]
    assert found["totalResults"] == len(found["resources"]) == 5


def test_a_created_user_is_in_the_account_too_under_the_same_key(scim: Scim, admin: AdminApi) -> None:
    answer = scim.post("Users", json=ANN | {"locale": "de_DE", "timezone": "Europe/Berlin", "displayName": "A. Ek"})

    user = answer.json()
    assert answer.status_code == 201
    assert (user["locale"], user["timezone"], user["displayName"]) == ("de_DE", "Europe/Berlin", "A. Ek")
    assert admin.get(f"users/{user['id']}").json()["status"] == "SUSPENDED"


def test_a_password_is_taken_and_never_shown(scim: Scim, service: GotoService) -> None:
    answer = scim.post("Users", json=ANN | {"password": "Demo-ann-1"})

    assert "Demo-ann-1" not in answer.text
    assert grant(service, grant_type="password", username=ANN["userName"], password="Demo-ann-1").status_code == 200


def test_someone_the_admin_api_made_is_found(scim: Scim, admin: AdminApi) -> None:
    key = admin.add("ann.ek@contoso.example")
    admin.add("guest@elsewhere.example")

    assert scim.get(f"Users/{key}").json()["userName"] == "ann.ek@contoso.example"
    assert scim.get('Users?filter=userName eq "guest@elsewhere.example"').json()["totalResults"] == 0


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"userName": None}, "userName.required"),
        ({"userName": ""}, "userName.required"),
        ({"userName": "no address"}, "userName.invalid"),
        ({"userName": f"{'a' * 128}@contoso.example"}, "userName.too.long"),
        ({"userName": "ann@elsewhere.example"}, "userName.domain.not.verified"),
        ({"name": {"givenName": "A" * 61}}, "name.givenName.too.long"),
        ({"name": "Ann"}, "name.invalid"),
        ({"locale": "en_US_x"}, "locale.invalid"),
        ({"locale": "en-US"}, "locale.invalid"),
        ({"timezone": "Europe/Nowhere"}, "timezone.invalid"),
    ],
)
def test_a_value_that_breaks_a_rule_is_refused(scim: Scim, wrong: dict[str, object], code: str) -> None:
    answers = [scim.post("Users", json=ANN | wrong), scim.put(f"Users/{BO}", json=ANN | wrong)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(400, code)] * 2
    assert answers[0].json()["uri"] == "/v1/Users"


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_user_name_that_is_taken_is_a_conflict(scim: Scim, method: str) -> None:
    taken = ANN | {"userName": "CY.COLE@contoso.example"}

    assert scim.post("Users", json=taken).status_code == 409
    assert scim.request(method, f"Users/{BO}", json=taken).status_code == 409
    assert scim.request(method, f"Users/{BO}", json=taken | {"userName": "BO.bell@contoso.example"}).status_code == 200


def test_a_patch_changes_what_it_names(scim: Scim, service: GotoService) -> None:
    answer = scim.patch(f"Users/{BO}", json={"name": {"familyName": "Bell"}})

    assert answer.json()["name"] == {"givenName": "Bo", "familyName": "Bell"}
    assert service.account("bo.bell@contoso.example")["lastName"] == "Bell"


def test_a_put_wants_the_user_name(scim: Scim) -> None:
    assert scim.put(f"Users/{BO}", json={"displayName": "Bo"}).json()["code"] == "userName.required"
    assert scim.put(f"Users/{BO}", json=ANN).json()["userName"] == "ann.ek@contoso.example"


def test_who_is_deleted_leaves_the_organization_but_not_the_account(scim: Scim, service: GotoService) -> None:
    answer = scim.delete(f"Users/{BO}")

    assert (answer.status_code, answer.content) == (200, b"")
    assert scim.get(f"Users/{BO}").status_code == 404
    assert scim.delete(f"Users/{BO}").json()["code"] == "user.not.found"
    assert service.account("bo.bell@contoso.example")["status"] == "INVITED"


def test_who_left_the_organization_comes_back_under_the_same_id(scim: Scim) -> None:
    scim.delete(f"Users/{BO}")

    assert scim.add("bo.bell@contoso.example") == BO


def test_the_caller_sees_the_accounts_and_entitlements(scim: Scim) -> None:
    me = scim.get("Users/me").json()

    account = me["urn:scim:schemas:extension:getgo:1.0"]["accounts"][0]
    assert (me["userName"], account["value"], account["display"]) == ("admin@contoso.example", ACCOUNT, "Contoso")
    assert account["entitlements"] == ["acctadmin"]


def test_the_caller_can_change_their_own_name(scim: Scim) -> None:
    scim.patch("Users/me", json={"displayName": "Ada A."})
    scim.put("Users/me", json={"userName": "admin@contoso.example", "locale": "nl"})

    me = scim.get("Users/me").json()
    assert (me["displayName"], me["locale"]) == ("Ada A.", "nl")


def test_attributes_of_a_newer_schema_are_passed_over(scim: Scim) -> None:
    user = scim.post("Users", json=ANN | {"active": False, "externalId": "7", "title": "x"}).json()

    assert {"active", "externalId", "title"}.isdisjoint(user)


def test_the_newer_attributes_can_be_switched_on(scim: Scim, service: GotoService) -> None:
    service.strict(scim_enterprise=True)
    more = {"externalId": "7", ENTERPRISE: {"department": "Sales", "manager": "x"}}

    user = scim.post("Users", json=ANN | more).json()

    assert (user["active"], user["externalId"], user[ENTERPRISE]) == (True, "7", {"department": "Sales"})
    assert scim.get('Users?filter=externalId eq "7"').json()["totalResults"] == 1


def test_someone_inactive_is_suspended_whatever_their_licences(scim: Scim, service: GotoService) -> None:
    service.strict(scim_enterprise=True)
    key = scim.add("ann.ek@contoso.example")
    service.edit(key, licenseKeys=[MEETING])

    scim.patch(f"Users/{key}", json={"active": False})
    inactive = service.account("ann.ek@contoso.example")["status"]
    scim.patch(f"Users/{key}", json={"active": True})

    assert (inactive, service.account("ann.ek@contoso.example")["status"]) == ("SUSPENDED", "INVITED")
    assert service.deeds()["suspended"] == {"ann.ek@contoso.example": 1}


def test_a_body_that_is_not_an_object_of_json_is_refused(scim: Scim) -> None:
    json = {"Content-Type": "application/scim+json"}

    assert scim.post("Users", data="{", headers=json).status_code == 400
    assert scim.post("Users", json=[1]).status_code == 400
    assert scim.post("Users", data={"userName": "x"}).status_code == 415
