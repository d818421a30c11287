"""A random mix of faults under a seed."""

import pytest

from tests.goto_service import GotoService
from tests.sandbox.api import AdminApi


def statuses(admin: AdminApi, paths: list[str]) -> dict[str, int]:
    return {path: admin.get(path).status_code for path in paths}


PATHS = [f"users?offset={offset}" for offset in range(60)]


def test_the_same_seed_strikes_the_same_requests_in_whatever_order(admin: AdminApi, service: GotoService) -> None:
    service.plan(7, 0.3, "503", "429")
    first = statuses(admin, PATHS)
    service.plan(7, 0.3, "503", "429")
    again = statuses(admin, PATHS[::-1])
    service.plan(8, 0.3, "503", "429")
    other = statuses(admin, PATHS)

    assert first == again != other
    assert set(first.values()) == {200, 429, 503}


def test_a_request_that_is_repeated_is_decided_anew(admin: AdminApi, service: GotoService) -> None:
    service.plan(7, 0.5, "503")

    assert {admin.get("users").status_code for _ in range(20)} == {200, 503}


def test_the_rate_is_kept_about(admin: AdminApi, service: GotoService) -> None:
    service.plan(3, 0.1, "500")
    statuses(admin, [f"users?offset={offset}" for offset in range(300)])

    assert 15 <= service.struck()["status"] <= 45


def test_a_plan_leaves_other_calls_alone(admin: AdminApi, service: GotoService) -> None:
    service.plan(7, 1, "500", calls="users.create")

    assert admin.get("users").status_code == 200
    assert admin.post("users", json={}).status_code == 500


def test_a_kind_can_have_particulars(admin: AdminApi, service: GotoService) -> None:
    service.plan(7, 1, {"kind": "status", "status": 429, "retry_after": "3"})

    assert admin.get("users").headers["Retry-After"] == "3"


def test_a_single_fault_comes_before_the_plan(admin: AdminApi, service: GotoService) -> None:
    service.plan(7, 1, "500")
    service.fault("users.list", "status", status=503)

    assert [admin.get("users").status_code for _ in range(2)] == [503, 500]


def test_plans_are_listed_on_the_pages_and_cleared(admin: AdminApi, service: GotoService) -> None:
    service.plan(7, 1, "500", "reset")
    admin.get("licenses")
    page = service.http.get(service.url, timeout=30).text
    service.clear_faults()

    assert "A random share of 1.0 of the calls, seed 7:" in page
    assert "status 500" in page
    assert admin.get("users").status_code == 200
    assert service.struck() == {}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"seed": 7, "rate": 2, "kinds": ["500"]},
        {"seed": 7, "rate": 0.1, "kinds": []},
        {"seed": 7, "rate": 0.1, "kinds": ["surprise"]},
        {"seed": 7, "rate": 0.1, "kinds": [{"kind": "status", "status": "many"}]},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(service: GotoService, body: object) -> None:
    answer = service.http.post(f"{service.url}/sandbox/faults/plan", json=body, timeout=30)

    assert answer.status_code == 400
