"""The door of the Admin API: tokens, scopes, roles, accounts, methods."""

import pytest

from tests.goto_service import GotoService
from tests.sandbox.api import AdminApi, codes, grant, signed_in


@pytest.fixture
def helpdesk(service: GotoService) -> AdminApi:
    return signed_in(service, service.helpdesk, service.helpdesk_password)


def with_role(service: GotoService, helpdesk: AdminApi, role: str) -> AdminApi:
    service.edit(service.account(service.helpdesk)["key"], adminRoles=[role])
    return helpdesk


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic ZGVtbzpkZW1v"])
def test_a_call_without_a_valid_token_is_not_authenticated(service: GotoService, header: str) -> None:
    answer = service.http.get(
        f"{service.url}/admin/rest/v1/me", headers={"Authorization": header} if header else {}, timeout=30
    )

    assert answer.status_code == 401
    assert answer.json() == {"code": "not.authenticated"}
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_token_ends_after_an_hour(service: GotoService, admin: AdminApi) -> None:
    service.advance_clock(3601)

    assert admin.get("users").status_code == 401


def test_the_older_way_to_send_a_token_is_understood(service: GotoService, admin: AdminApi) -> None:
    token = admin.headers["Authorization"].removeprefix("Bearer ")

    assert admin.get("users", headers={"Authorization": f"OAuth oauth_token={token}"}).status_code == 200


def test_a_token_without_the_admin_scope_is_not_authenticated(service: GotoService) -> None:
    narrow = ("demo-narrow-client", "demo-narrow-secret")
    form = {"grant_type": "password", "username": service.admin, "password": service.admin_password}
    with AdminApi(service, grant(service, client=narrow, **form).json()["access_token"]) as api:
        answer = api.get(f"{api.root}/me")

    assert (answer.status_code, answer.json()["code"]) == (401, "not.authenticated")


def test_a_member_without_admin_roles_sees_only_itself(helpdesk: AdminApi) -> None:
    with helpdesk:
        me = helpdesk.get(f"{helpdesk.root}/me")
        refused = [helpdesk.get("users"), helpdesk.get("licenses"), helpdesk.post("users", json={})]

    assert me.status_code == 200
    assert "adminRoles" not in me.json()
    assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert codes(refused[0]) == ["not.authorized"]


def test_add_users_may_create_but_not_change(service: GotoService, helpdesk: AdminApi) -> None:
    with with_role(service, helpdesk, "ADD_USERS") as api:
        key = api.add("new@contoso.example")

        assert api.get(f"users/{key}").status_code == 200
        assert api.put(f"users/{key}", json={"firstName": "X"}).status_code == 403
        assert api.delete(f"users/{key}").status_code == 403


def test_manage_users_may_change_but_not_create(service: GotoService, helpdesk: AdminApi) -> None:
    key = service.account("cy.cole@contoso.example")["key"]
    with with_role(service, helpdesk, "MANAGE_USERS") as api:
        person = {"email": "new@contoso.example", "firstName": "N", "lastName": "N"}

        assert api.post("users", json={"users": [person]}).status_code == 403
        assert api.put(f"users/{key}", json={"firstName": "Cyd", "adminRoles": []}).status_code == 200
        assert api.delete(f"users/{key}").status_code == 204


def test_only_a_super_user_gives_admin_roles(service: GotoService, helpdesk: AdminApi) -> None:
    key = service.account("cy.cole@contoso.example")["key"]
    with with_role(service, helpdesk, "MANAGE_USERS") as api:
        answer = api.put(f"users/{key}", json={"adminRoles": ["SUPER_USER"]})

    assert answer.status_code == 403
    assert "adminRoles" not in service.account("cy.cole@contoso.example")


def test_another_account_is_not_the_callers(admin: AdminApi) -> None:
    answer = admin.get(f"{admin.root}/accounts/1111111111111111111/users")

    assert (answer.status_code, codes(answer)) == (403, ["not.authorized"])


def test_a_wrong_method_names_the_right_ones(admin: AdminApi) -> None:
    answer = admin.patch("users")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")


def test_an_unknown_address_of_the_api_answers_in_its_envelope(admin: AdminApi) -> None:
    answer = admin.get("nothing")

    assert (answer.status_code, codes(answer)) == (404, ["not.found"])
