"""The stand-in takes Bulk requests as the standard has it; faults and manners are on them and on what is inside."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.goto_service import GotoService
from tests.sandbox.test_scim2 import PATCH, Api


@pytest.fixture
def api(service: GotoService) -> Iterator[Api]:
    with Api(service) as made:
        yield made


def new(name: str, **more: Any) -> dict[str, Any]:
    return {"method": "POST", "path": "/Users", "bulkId": name, "data": {"userName": name}, **more}


def sent(api: Api, *operations: Any, **more: Any) -> list[dict[str, Any]]:
    answer = api.post("Bulk", json={"Operations": list(operations), **more})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["Operations"]
    return found


def status(found: list[dict[str, Any]]) -> list[str]:
    return [each["status"] for each in found]


def test_operations_are_done_in_their_order_and_each_has_its_answer(api: Api) -> None:
    id_ = api.add("di")
    change = {"schemas": [PATCH], "Operations": [{"op": "replace", "path": "title", "value": "Boss"}]}

    found = sent(
        api,
        new("bo"),
        new("bo") | {"bulkId": "again"},
        {"method": "patch", "path": f"/Users/{id_}", "bulkId": "c", "data": change},
        {"method": "DELETE", "path": "/Users/nobody", "bulkId": "d"},
    )

    assert status(found) == ["201", "409", "200", "404"]
    assert [each["bulkId"] for each in found] == ["bo", "again", "c", "d"]
    assert found[0]["location"].startswith(f"{api.base}/Users/")
    assert found[1]["response"]["scimType"] == "uniqueness"
    assert "response" not in found[0]
    assert api.get(f"Users/{id_}").json()["title"] == "Boss"


def test_what_was_created_is_referred_to_by_its_operation(api: Api) -> None:
    group = {"displayName": "Sales", "members": [{"value": "bulkId:bo"}]}

    found = sent(api, new("bo"), {"method": "POST", "path": "/Groups", "bulkId": "g", "data": group})

    ids = [each["location"].rpartition("/")[2] for each in found]
    assert [each["value"] for each in api.get(f"Groups/{ids[1]}").json()["members"]] == [ids[0]]


@pytest.mark.parametrize(("more", "expected"), [({}, 4), ({"failOnErrors": 1}, 2), ({"failOnErrors": 2}, 3)])
def test_it_goes_on_after_errors_unless_it_is_asked_to_stop(api: Api, more: dict[str, int], expected: int) -> None:
    found = sent(api, new("bo"), new("bo"), new("bo"), new("cy"), **more)

    assert len(found) == expected
    assert api.get("Users").json()["totalResults"] == (2 if expected == 4 else 1)


def test_a_version_that_is_old_is_refused(api: Api) -> None:
    id_ = api.add("bo")
    operation = {"method": "PUT", "path": f"/Users/{id_}", "bulkId": "a", "data": {"userName": "bob"}}

    assert status(sent(api, {**operation, "version": 'W/"9"'})) == ["412"]
    assert status(sent(api, {**operation, "version": 'W/"1"'})) == ["200"]


@pytest.mark.parametrize(
    "operation",
    [{}, "none", {"method": "POST", "path": "/Users/7"}, {"method": "GET", "path": "/Nowhere"}, {"path": "/Users"}],
)
def test_an_operation_that_is_none_is_refused_alone(api: Api, operation: Any) -> None:
    refused, done = status(sent(api, operation, new("bo")))

    assert refused in ("400", "405")
    assert done == "201"


@pytest.mark.parametrize(
    ("manners", "expected"),
    [({"bulk": False}, 501), ({"bulk_ops": 1}, 413), ({"bulk_takes": 1}, 413), ({"bulk_bytes": 50}, 413)],
)
def test_what_is_more_than_it_takes_is_refused_whole(
    api: Api, service: GotoService, manners: dict[str, Any], expected: int
) -> None:
    service.manners(**manners)

    assert api.post("Bulk", json={"Operations": [new("bo"), new("cy")]}).status_code == expected
    assert api.get("Users").json()["totalResults"] == 0


def test_a_body_without_operations_is_refused(api: Api) -> None:
    assert api.post("Bulk", json={"Operations": {}}).status_code == 400


@pytest.mark.parametrize(("bulk", "told"), [(True, (True, 7)), (False, (False, 0))])
def test_it_tells_whether_and_how_many_it_takes(
    api: Api, service: GotoService, bulk: bool, told: tuple[bool, int]
) -> None:
    service.manners(bulk=bulk, bulk_ops=7)

    found = api.get("ServiceProviderConfig").json()["bulk"]

    assert (found["supported"], found["maxOperations"]) == told


def test_answers_may_come_without_ids_in_another_order_or_end_early(api: Api, service: GotoService) -> None:
    service.manners(bulk_answers="reversed")
    assert [each["bulkId"] for each in sent(api, new("bo"), new("cy"))] == ["cy", "bo"]

    service.manners(bulk_answers="without_ids")
    assert [each.get("bulkId") for each in sent(api, new("di"), new("ed"))] == [None, None]

    service.manners(bulk_answers="up_to_an_error")
    assert status(sent(api, new("flo"), new("bo"), new("gus"))) == ["201", "409"]


def test_a_fault_is_on_an_operation_inside_and_the_log_names_it(api: Api, service: GotoService) -> None:
    service.fault("scim2.users.create", "status", status=429, after=1)

    assert status(sent(api, new("bo"), new("cy"), new("di"))) == ["201", "429", "201"]
    assert service.struck() == {"status": 1}


def test_to_the_limit_of_calls_a_bulk_request_is_one(api: Api, service: GotoService) -> None:
    service.strict(calls_per_second=1)

    assert status(sent(api, new("bo"), new("cy"), new("di"))) == ["201"] * 3
