"""Personal access tokens, the oldest token endpoint, and the switches for grants."""

from typing import Any

import pytest

from tests.goto_service import GotoService
from tests.sandbox.api import ACCOUNT, AdminApi, grant

PASSWORD = {"grant_type": "password", "username": "admin@contoso.example", "password": "Demo-admin-1"}
DAY = 24 * 3600


def by_pat(service: GotoService, pat: str, **more: Any) -> Any:
    return grant(service, grant_type="personal_access_token", pat=pat, **more)


def test_a_personal_access_token_is_answered_like_the_other_grants(service: GotoService) -> None:
    answer = by_pat(service, service.admin_pat)

    token = answer.json()
    assert answer.status_code == 200
    assert list(token) == ["access_token", "token_type", "refresh_token", "expires_in", "scope", "principal"]
    assert token["principal"] == service.admin
    with AdminApi(service, token["access_token"]) as api:
        assert api.get("users").status_code == 200


def test_it_also_serves_a_client_of_today_and_the_v2_path(service: GotoService) -> None:
    new = ("demo-new-client", "demo-new-secret")

    assert by_pat(service, service.admin_pat, client=new).status_code == 200
    assert by_pat(service, service.admin_pat, path="/oauth/v2/token").json()["account_key"] == ACCOUNT


def test_it_can_come_without_a_refresh_token(service: GotoService) -> None:
    service.strict(pat_brings_refresh_token=False)

    assert "refresh_token" not in by_pat(service, service.admin_pat).json()


def test_it_can_be_revoked_and_can_end(service: GotoService) -> None:
    service.add_pat(service.admin, "short", seconds=60)
    assert by_pat(service, "short").status_code == 200

    service.advance_clock(61)
    service.revoke_pat(service.admin_pat)

    for pat in ("short", service.admin_pat, "", "invented"):
        answer = by_pat(service, pat)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_its_scopes_must_be_enabled_on_the_client(service: GotoService) -> None:
    answer = by_pat(service, service.admin_pat, client=("demo-narrow-client", "demo-narrow-secret"))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


def test_a_client_without_the_grant_may_not_use_it(service: GotoService) -> None:
    service.register_client("demo-client", grants=["password"])

    assert by_pat(service, service.admin_pat).json()["error"] == "unauthorized_client"


def test_the_password_grant_can_be_closed_for_everybody(service: GotoService) -> None:
    service.strict(password_grant=False)

    assert grant(service, **PASSWORD).json()["error"] == "unauthorized_client"


@pytest.mark.parametrize(("rule", "days", "comes"), [("always", 0, True), ("never", 29, False), ("aged", 18, True)])
def test_when_a_refresh_brings_a_new_refresh_token(service: GotoService, rule: str, days: int, comes: bool) -> None:
    service.strict(refresh_tokens=rule)
    held = grant(service, **PASSWORD).json()["refresh_token"]
    service.advance_clock(days * DAY + 60)

    answer = grant(service, grant_type="refresh_token", refresh_token=held)

    assert answer.status_code == 200
    assert ("refresh_token" in answer.json()) is comes


@pytest.mark.parametrize("ends", [False, True])
def test_a_replaced_refresh_token_can_end_at_once(service: GotoService, ends: bool) -> None:
    service.strict(refresh_tokens="always", replaced_refresh_tokens_end=ends)
    held = grant(service, **PASSWORD).json()["refresh_token"]
    grant(service, grant_type="refresh_token", refresh_token=held)

    assert grant(service, grant_type="refresh_token", refresh_token=held).status_code == (400 if ends else 200)


def test_the_life_of_tokens_can_be_shortened(service: GotoService) -> None:
    service.strict(access_seconds=90, refresh_seconds=100)
    token = grant(service, **PASSWORD).json()
    service.advance_clock(91)

    with AdminApi(service, token["access_token"]) as api:
        assert (token["expires_in"], api.get("users").status_code) == (90, 401)
    service.advance_clock(10)
    assert grant(service, grant_type="refresh_token", refresh_token=token["refresh_token"]).status_code == 400


def test_another_body_than_a_form_is_an_invalid_request(service: GotoService) -> None:
    answer = service.http.post(service.token_url, json=PASSWORD, auth=("demo-client", "demo-secret"), timeout=30)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_oldest_path_takes_a_query_or_a_form_and_writes_numbers_as_text(service: GotoService, method: str) -> None:
    values = {"grant_type": "password", "user_id": service.admin, "password": service.admin_password}
    place = "params" if method == "GET" else "data"
    answer = service.http.request(
        method, f"{service.url}/oauth/access_token", **{place: values | {"client_id": "demo-client"}}, timeout=30
    )

    token = answer.json()
    assert (token["expires_in"], token["platform"], token["version"]) == ("3600", "GLOBAL", "2")
    assert (token["account_key"], token["firstName"]) == (ACCOUNT, "Ada")
    assert "token_type" not in token
    with AdminApi(service, "") as api:
        header = {"Authorization": f"OAuth oauth_token={token['access_token']}"}
        assert api.get("users", headers=header).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [({"client_id": "nobody"}, 401, "invalid_client"), ({"password": "guess"}, 400, "invalid_grant")],
)
def test_the_oldest_path_refuses_like_the_others(
    service: GotoService, wrong: dict[str, str], status: int, error: str
) -> None:
    values = {"grant_type": "password", "user_id": service.admin, "password": service.admin_password}
    form = values | {"client_id": "demo-client"} | wrong

    answer = service.http.post(f"{service.url}/oauth/access_token", data=form, timeout=30)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize(
    "wrong", [{"nothing": True}, {"password_grant": "no"}, {"refresh_tokens": "sometimes"}, {"access_seconds": True}]
)
def test_a_switch_that_is_none_is_refused_and_changes_nothing(service: GotoService, wrong: dict[str, object]) -> None:
    answer = service.http.patch(f"{service.url}/sandbox/strictness", json={"pkce_required": True, **wrong}, timeout=30)

    assert answer.status_code == 400
    assert not service.http.get(f"{service.url}/sandbox/strictness", timeout=30).json()["pkce_required"]


def test_switches_can_be_put_back(service: GotoService) -> None:
    service.strict(pkce_required=True)
    service.http.delete(f"{service.url}/sandbox/strictness", timeout=30)

    assert not service.http.get(f"{service.url}/sandbox/strictness", timeout=30).json()["pkce_required"]
