"""Faults on each surface: refused credentials, reads that lag behind, lists that lie, answers that break."""

import pytest
import requests

from tests.goto_service import GotoService
from tests.sandbox.api import AdminApi, Scim, grant

CY = "534886609087120002"
PASSWORD = {"grant_type": "password", "username": "admin@contoso.example", "password": "Demo-admin-1"}
KINDS = ["status", "latency_ms", "html", "empty", "reset", "rejected", "applied_then_500", "applied_then_reset"]


def outcome(call: object) -> str:
    try:
        answer = call() if callable(call) else None
    except requests.ConnectionError:
        return "broken"
    assert isinstance(answer, requests.Response)
    return f"{answer.status_code} {answer.headers['Content-Type'].partition(';')[0]}"


EXPECTED = {
    "status": ["503 application/json"] * 3,
    "latency_ms": ["200 application/json"] * 3,
    "html": ["200 text/html"] * 3,
    "empty": ["broken"] * 3,
    "reset": ["broken"] * 3,
    "rejected": ["400 application/json", "401 application/json", "403 text/html"],
    "applied_then_500": ["500 application/json"] * 3,
    "applied_then_reset": ["broken"] * 3,
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_strikes_oauth_admin_api_and_scim(
    service: GotoService, admin: AdminApi, scim: Scim, kind: str
) -> None:
    service.fault("*", kind, status=503, times=3)

    calls = [lambda: grant(service, **PASSWORD), lambda: admin.get(f"users/{CY}"), lambda: scim.get(f"Users/{CY}")]

    assert [outcome(call) for call in calls] == EXPECTED[kind]
    assert service.struck() == {kind: 3}
    assert [outcome(call) for call in calls] == ["200 application/json"] * 3


def test_a_status_of_a_scim_call_has_its_form(service: GotoService, scim: Scim) -> None:
    service.fault("scim.*", "status", status=502)

    assert scim.get("Users").json() == {"code": "fault.502", "uri": "/v1/Users"}


def test_a_password_can_be_wrong_from_now_on(service: GotoService, admin: AdminApi) -> None:
    service.fault("token", "rejected", times=0)
    service.expire_tokens("all")

    for form in (PASSWORD, {"grant_type": "personal_access_token", "pat": service.admin_pat}):
        answer = grant(service, **form)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert admin.get("users").json() == {"code": "not.authenticated"}
    service.clear_faults()
    assert grant(service, **PASSWORD).status_code == 200


def test_a_password_can_be_changed_for_true(service: GotoService) -> None:
    service.edit(service.account(service.admin)["key"], password="Demo-admin-2")

    assert grant(service, **PASSWORD).status_code == 400
    assert grant(service, **PASSWORD | {"password": "Demo-admin-2"}).status_code == 200


def test_reads_can_lag_behind_while_changes_are_done(service: GotoService, admin: AdminApi, scim: Scim) -> None:
    service.fault("*", "stale_read", times=0)
    key = admin.add("ann.ek@contoso.example")
    admin.put(f"users/{CY}", json={"lastName": "Kohl"})

    stale = [admin.get(f"users/{key}").status_code, admin.get("users").json()["total"]]
    stale += [admin.get(f"users/{CY}").json()["lastName"], scim.get(f"Users/{key}").status_code]
    service.clear_faults()

    assert stale == [404, 5, "Cole", 404]
    assert admin.get("users").json()["total"] == 6
    assert service.account("cy.cole@contoso.example")["lastName"] == "Kohl"


def test_a_second_fault_of_this_kind_takes_a_newer_past(service: GotoService, admin: AdminApi) -> None:
    service.fault("users.get", "stale_read")
    admin.put(f"users/{CY}", json={"lastName": "Kohl"})
    service.clear_faults()

    service.fault("users.get", "stale_read")
    admin.put(f"users/{CY}", json={"lastName": "Koll"})

    assert [admin.get(f"users/{CY}").json()["lastName"] for _ in range(2)] == ["Kohl", "Koll"]


def test_a_token_newer_than_the_past_is_valid(service: GotoService) -> None:
    service.fault("users.*", "stale_read", times=0)

    with AdminApi(service, grant(service, **PASSWORD).json()["access_token"]) as api:
        assert api.get("users").status_code == 200


def test_scim_reads_the_present_for_who_asks_so(service: GotoService, scim: Scim) -> None:
    service.fault("scim.*", "stale_read", times=0)
    key = scim.add("ann.ek@contoso.example")

    assert scim.get(f"Users/{key}").status_code == 404
    assert scim.get(f"Users/{key}", headers={"Cache-Control": "no-cache"}).status_code == 200


@pytest.mark.parametrize(("kind", "left"), [("short_list", [2, 6]), ("stale_list", [5, 5]), ("ignore_filter", [6, 6])])
def test_lists_of_scim_can_lie(service: GotoService, scim: Scim, kind: str, left: list[int]) -> None:
    service.advance_clock(100)  # the people of the demo are no longer new
    scim.add("ann.ek@contoso.example")
    query = 'Users?filter=userName eq "nobody"' if kind == "ignore_filter" else "Users"
    service.fault("scim.users.list", kind, keep=2)

    found = scim.get(query).json()

    assert [len(found["resources"]), found["totalResults"]] == left
