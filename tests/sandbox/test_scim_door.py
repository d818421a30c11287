"""Who may use the SCIM calls; the discovery documents."""

from collections.abc import Iterator

import pytest

from tests.goto_service import GotoService
from tests.sandbox.api import Scim, grant

BO = "5348866090871200001"


@pytest.fixture
def helpdesk(service: GotoService) -> Iterator[Scim]:
    form = {"grant_type": "password", "username": service.helpdesk, "password": service.helpdesk_password}
    with Scim(service, grant(service, **form).json()["access_token"]) as api:
        yield api


def test_a_bad_token_is_403_but_401_for_the_caller(service: GotoService) -> None:
    with Scim(service, "nonsense") as api:
        mine, users = api.get("Users/me"), api.get("Users")
        service.strict(scim_bad_token_status=401)
        strict = api.get("Groups")

    assert [answer.status_code for answer in (mine, users, strict)] == [401, 403, 401]
    assert [answer.content for answer in (mine, users, strict)] == [b""] * 3
    assert 'error="invalid_token"' in mine.headers["WWW-Authenticate"]


def test_who_has_no_organization_role_may_read_only_themselves(helpdesk: Scim) -> None:
    answer = helpdesk.get("Users")

    assert (answer.status_code, answer.json()) == (401, {"code": "not.authorized", "uri": "/v1/Users"})
    assert helpdesk.get("Users/me").status_code == 200
    assert helpdesk.post("Groups", json={"displayName": "x"}).status_code == 401


def test_who_may_read_may_not_write(service: GotoService, helpdesk: Scim) -> None:
    service.edit(service.account(service.helpdesk)["key"], organizationRoles=["ROLE_ORG_READ"])

    assert helpdesk.get("Users").status_code == 200
    for answer in (
        helpdesk.post("Users", json={"userName": "ann@contoso.example"}),
        helpdesk.patch(f"Users/{BO}", json={}),
        helpdesk.delete(f"Users/{BO}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "not.authorized")


def test_the_admin_scope_opens_scim_unless_the_switch_wants_its_own(service: GotoService, scim: Scim) -> None:
    form = {"grant_type": "password", "username": service.admin, "password": service.admin_password}
    token = grant(service, client=("demo-scim-client", "demo-scim-secret"), **form).json()["access_token"]
    before = scim.get("Users").status_code

    service.strict(scim_scope_required=True)

    with Scim(service, token) as own:
        assert (before, scim.get("Users").status_code, own.get("Users").status_code) == (200, 401, 200)


def test_neither_scope_is_not_authorized(service: GotoService) -> None:
    form = {"grant_type": "password", "username": service.admin, "password": service.admin_password}
    narrow = grant(service, client=("demo-narrow-client", "demo-narrow-secret"), **form).json()["access_token"]
    with Scim(service, narrow) as api:
        assert (api.get("Users").status_code, api.get("Users/me").status_code) == (401, 200)


def test_the_documents_say_what_the_service_can_do(service: GotoService, scim: Scim) -> None:
    configuration, schema = scim.get("ServiceProviderConfigs").json(), scim.get("Schemas/Users").json()
    service.strict(scim_enterprise=True)
    newer = scim.get("Schemas/Users").json()

    assert (configuration["patch"], configuration["bulk"]["supported"]) == ({"supported": True}, False)
    names = [attribute["name"] for attribute in schema["attributes"]]
    assert names == ["id", "userName", "displayName", "name", "locale", "timezone", "password"]
    assert [attribute["name"] for attribute in newer["attributes"]] == [*names, "active", "externalId"]


def test_an_organization_administrator_is_told_by_the_admin_api(service: GotoService, scim: Scim) -> None:
    answer = service.http.get(f"{service.url}/admin/rest/v1/me", headers=scim.headers, timeout=30).json()

    assert (answer["orgAdmin"], answer["organizationRoles"]) == (True, ["ROLE_ORG_READ", "ROLE_ORG_WRITE"])


def test_a_fault_can_be_put_on_a_scim_call(service: GotoService, scim: Scim) -> None:
    service.fault("scim.users.*", "status", status=503, retry_after="3")

    answer = scim.get("Users")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")
    assert scim.get("Users").status_code == 200
