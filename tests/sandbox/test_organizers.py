"""GoToMeeting's older calls on organizers."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.goto_service import GotoService
from tests.sandbox.api import MEETING, WEBINAR, AdminApi, signed_in

CY = 534886609087120002
ANN = {"organizerEmail": "ann.ek@contoso.example", "firstName": "Ann", "lastName": "Ek", "productType": "G2M"}


class Meeting(requests.Session):
    """The calls below `/G2M/rest/`, with the token of an administrator."""

    def __init__(self, service: GotoService, admin: AdminApi) -> None:
        super().__init__()
        self.trust_env = False
        self.base = f"{service.url}/G2M/rest"
        self.headers["Authorization"] = admin.headers["Authorization"]

    def request(self, method: str, url: str, *args: Any, **more: Any) -> requests.Response:
        return super().request(method, f"{self.base}/{url}", *args, **more)


@pytest.fixture
def meeting(service: GotoService, admin: AdminApi) -> Iterator[Meeting]:
    with Meeting(service, admin) as api:
        yield api


def test_an_organizer_is_read_with_numbers_for_keys(meeting: Meeting) -> None:
    assert meeting.get(f"organizers/{CY}").json() == [
        {
            "organizerKey": CY,
            "firstName": "Cy",
            "lastName": "Cole",
            "email": "cy.cole@contoso.example",
            "status": "active",
            "products": ["G2M"],
            "maxNumAttendeesAllowed": 25,
        }
    ]


def test_organizers_are_listed_and_found_by_address(meeting: Meeting) -> None:
    assert len(meeting.get("organizers").json()) == 5
    assert [one["organizerKey"] for one in meeting.get("organizers?email=CY.cole@contoso.example").json()] == [CY]
    assert meeting.get("organizers?email=nobody@contoso.example").status_code == 404


def test_an_organizer_is_created_with_a_product(meeting: Meeting, service: GotoService) -> None:
    answer = meeting.post("organizers", json=ANN | {"productType": "G2W"})

    account = service.account("ann.ek@contoso.example")
    assert answer.status_code == 201
    assert answer.json() == [{"key": int(account["key"]), "email": "ann.ek@contoso.example"}]
    assert account["licenseKeys"] == [WEBINAR]
    assert meeting.post("organizers", json=ANN).status_code == 409


def test_groups_have_organizers(meeting: Meeting, admin: AdminApi) -> None:
    key = admin.post("groups", json={"name": "Red"}).json()

    meeting.post(f"groups/{key}/organizers", json=ANN)

    assert [one["email"] for one in meeting.get(f"groups/{key}/organizers").json()] == ["ann.ek@contoso.example"]
    (group,) = meeting.get("groups").json()
    assert (group["groupkey"], group["groupName"], group["numOrganizers"]) == (int(key), "Red", 1)
    assert meeting.get("groups/1/organizers").status_code == 400


def test_an_update_adds_a_product_or_takes_all_away(meeting: Meeting, service: GotoService) -> None:
    assert meeting.put(f"organizers/{CY}", json={"productType": "G2W"}).status_code == 204
    both = service.account("cy.cole@contoso.example")["licenseKeys"]
    assert meeting.put(f"organizers/{CY}", json={"status": "suspended", "productType": "G2M"}).status_code == 204

    assert both == [MEETING, WEBINAR]
    assert service.account("cy.cole@contoso.example")["status"] == "SUSPENDED"
    assert meeting.get(f"organizers/{CY}").json()[0]["status"] == "suspended"


def test_an_organizer_is_deleted_by_key_or_address(meeting: Meeting, service: GotoService) -> None:
    assert meeting.delete(f"organizers/{CY}").status_code == 204
    assert meeting.delete("organizers?email=zed.extra@contoso.example").status_code == 204
    assert meeting.delete("organizers").status_code == 400
    assert len(service.accounts()) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"organizerEmail": "ann"},
        {"firstName": ""},
        {"lastName": "E" * 26},
        {"productType": "G2X"},
        {"productType": None},
    ],
)
def test_a_wrong_organizer_is_refused(meeting: Meeting, wrong: dict[str, object]) -> None:
    answer = meeting.post("organizers", json=ANN | wrong)

    assert (answer.status_code, answer.json()["int_err_code"]) == (400, "InvalidRequest")


def test_a_bad_token_and_a_plain_member_are_forbidden(meeting: Meeting, service: GotoService) -> None:
    with signed_in(service, service.helpdesk, service.helpdesk_password) as helpdesk, Meeting(service, helpdesk) as own:
        key = service.account(service.helpdesk)["key"]
        assert (own.get("organizers").status_code, own.get(f"organizers/{key}").status_code) == (403, 200)
        assert own.delete(f"organizers/{key}").status_code == 403
        own.headers["Authorization"] = "Bearer nonsense"
        refused = own.get("organizers")

    assert (refused.status_code, refused.headers["x-amzn-errortype"]) == (403, "UnauthorizedException")
    assert refused.json() == {"int_err_code": "InvalidToken", "msg": "Invalid token passed"}


def test_an_unknown_organizer_is_not_found(meeting: Meeting) -> None:
    answers = [meeting.get("organizers/1"), meeting.put("organizers/1", json=ANN), meeting.delete("organizers/1")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
