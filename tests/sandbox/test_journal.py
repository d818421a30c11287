"""The request log."""

import re

from tests.goto_service import GotoService
from tests.sandbox.api import AdminApi, Scim, grant


def log(service: GotoService) -> str:
    return service.http.get(f"{service.url}/requests/", timeout=30).text


def test_calls_are_listed_newest_first_with_their_bodies(service: GotoService, admin: AdminApi) -> None:
    admin.add("ann.ek@contoso.example")
    admin.get("users?pageSize=1")

    page = log(service)
    paths = re.findall(r'class="path">([^<]*)<', page)
    assert [path.rsplit("/", 1)[1] for path in paths] == ["users?pageSize=1", "users", "token"]
    assert "ann.ek@contoso.example" in page


def test_passwords_tokens_and_secrets_are_struck_out(service: GotoService) -> None:
    form = {"grant_type": "password", "username": service.admin, "password": service.admin_password}
    token = grant(service, client_secret="demo-secret", **form).json()
    grant(service, grant_type="refresh_token", refresh_token=token["refresh_token"])
    with AdminApi(service, token["access_token"]) as api:
        api.post("users", json={"password": 'top "secret"', "users": []})
        api.get("users?access_token=in-the-address")

    page = log(service)
    for secret in (service.admin_password, "demo-secret", token["access_token"], token["refresh_token"]):
        assert secret not in page
    assert "top " not in page
    assert "in-the-address" not in page
    assert page.count("***") >= 6


def test_secrets_of_every_surface_are_struck_out(service: GotoService, scim: Scim) -> None:
    grant(service, grant_type="personal_access_token", pat=service.admin_pat)
    grant(service, grant_type="authorization_code", code="the-code", code_verifier="the-verifier")
    form = {"response_type": "code", "client_id": "demo-client", "username": service.admin, "password": "the-guess"}
    service.http.post(service.authorize_url, data=form, allow_redirects=False, timeout=30)
    query = {"grant_type": "password", "user_id": service.admin, "password": "in-the-query", "client_id": "x"}
    service.http.get(f"{service.url}/oauth/access_token", params=query, timeout=30)
    scim.post("Users", json={"userName": "ann.ek@contoso.example", "password": "of-scim"})

    page = log(service)
    for secret in (service.admin_pat, "the-code", "the-verifier", "the-guess", "in-the-query", "of-scim"):
        assert secret not in page
    assert "ann.ek@contoso.example" in page


def test_a_fault_is_named_beside_the_call(service: GotoService, admin: AdminApi) -> None:
    service.fault("users.list", "status", status=503)
    admin.get("users")

    assert "Fault: status" in log(service)


def test_pages_and_switches_are_not_listed(service: GotoService) -> None:
    service.http.get(service.url, timeout=30)
    service.accounts()

    assert "Nothing has been called yet." in log(service)


def test_the_last_500_calls_are_kept_on_pages_of_50(service: GotoService) -> None:
    for _ in range(510):
        service.http.get(f"{service.url}/oauth/token", timeout=30)

    assert "Page 1 of 10" in log(service)
