"""Several requests in one."""

from typing import Any

import pytest
from pytest_django import Settings

from provisioning.directory.base import NO_ROLE
from tests.api.face import Face, check_type
from tests.factories import make_application, make_user

pytestmark = pytest.mark.django_db


def request(number: int, url: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    return {"id": str(number), "method": method, "url": url, **more}


def test_each_request_is_answered_as_if_it_came_alone(face: Face) -> None:
    bo = make_user()

    asked = [request(1, f"/users/{bo.object_id}?$select=id"), request(2, "users/nobody"), request(3, "/nonsense")]
    one, two, three = face.post("/$batch", {"requests": asked}).json()["responses"]

    assert (one["id"], one["status"], one["body"]["id"]) == ("1", 200, str(bo.object_id))
    assert (two["status"], two["body"]["error"]["code"]) == (404, "Request_ResourceNotFound")
    assert three["status"] == 404
    for each in (two, three):
        check_type(each["body"], "ODataError")


def test_each_request_needs_its_own_permission(reader: Face) -> None:
    goto, bo = make_application(), make_user()
    ids = {"principalId": str(bo.object_id), "resourceId": str(goto.object_id), "appRoleId": NO_ROLE}
    asked = request(1, f"/servicePrincipals/{goto.object_id}/appRoleAssignedTo", "POST", body=ids)

    [told] = reader.post("/$batch", {"requests": [asked]}).json()["responses"]

    assert told["status"] == 403


def test_what_depends_on_a_failed_request_is_not_tried(face: Face) -> None:
    asked = [
        request(1, "/users/nobody"),
        request(2, "/users", dependsOn=["1"]),
        request(3, "/users", dependsOn=["2"]),
        request(4, "/users"),
        request(5, "/users", dependsOn=["4"]),
    ]

    told = face.post("/$batch", {"requests": asked}).json()["responses"]

    assert [each["status"] for each in told] == [404, 424, 424, 200, 200]


def test_each_request_counts(face: Face, settings: Settings) -> None:
    settings.PORTAL_API_REQUESTS = 2
    asked = [request(number, "/users") for number in range(3)]

    told = face.post("/$batch", {"requests": asked}).json()["responses"]

    assert [each["status"] for each in told].count(429) >= 1


@pytest.mark.parametrize(
    "requests",
    [
        None,
        [],
        [request(number, "/users") for number in range(21)],
        ["x"],
        [{"id": 1, "method": "GET", "url": "/users"}],
        [request(1, "/users", "TRACE")],
        [request(1, "/users", headers=[])],
        [request(1, "/users", dependsOn="1")],
        [request(1, "/users"), request(1, "/users")],
    ],
)
def test_what_is_no_batch_is_refused(face: Face, requests: Any) -> None:
    assert face.post("/$batch", {"requests": requests}).status_code == 400


@pytest.mark.parametrize("url", ["/$batch", "http://[", "/users/%00", "/users?$top=x"])
def test_a_url_that_cannot_be_is_refused_by_itself(face: Face, url: str) -> None:
    [told] = face.post("/$batch", {"requests": [request(1, url, "POST" if "batch" in url else "GET")]}).json()[
        "responses"
    ]

    assert told["status"] == 400
