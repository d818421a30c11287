"""Licences: the list, its seats, and what happens when none is left."""

from concurrent.futures import ThreadPoolExecutor

from tests.goto_service import GotoService
from tests.sandbox.api import MEETING, OPEN_VOICE, WEBINAR, AdminApi, codes


def test_the_list_has_the_recorded_envelope_and_fields(admin: AdminApi) -> None:
    page = admin.get("licenses").json()

    assert (page["fromIndex"], page["toIndex"], page["total"]) == (0, 4, 4)
    assert {license["key"]: license["products"] for license in page["results"]} == {
        MEETING: ["G2M"],
        WEBINAR: ["G2M", "G2W"],
        "1355534416871200003": ["G2M", "G2T"],
        OPEN_VOICE: ["OPENVOICE"],
    }
    assert [license["seats"] for license in page["results"]] == [150, 20, 10, 10]
    assert {"enabled", "description", "type", "channel", "deviceKeys", "deviceCount", "childLicenseKeys"} <= set(
        page["results"][0]
    )


def test_licences_come_on_pages_when_asked(admin: AdminApi) -> None:
    page = admin.get("licenses?pageSize=3&offset=3").json()

    assert ([each["key"] for each in page["results"]], page["fromIndex"], page["total"]) == ([OPEN_VOICE], 3, 4)


def test_a_licence_names_who_holds_a_seat_and_who_is_only_invited(admin: AdminApi, service: GotoService) -> None:
    meeting = admin.get("licenses").json()["results"][0]

    assert (meeting["key"], meeting["userCount"]) == (MEETING, 4)
    assert service.account("cy.cole@contoso.example")["key"] in meeting["userKeys"]
    assert meeting["invitedUserKeys"] == [service.account("bo.bell@contoso.example")["key"]]


def test_no_more_seats_than_there_are(admin: AdminApi) -> None:
    for n in range(10):
        admin.add(f"voice{n}@contoso.example", licenseKeys=[OPEN_VOICE])
    person = {"email": "late@contoso.example", "firstName": "L", "lastName": "L"}

    answer = admin.post("users", json={"users": [person], "licenseKeys": [OPEN_VOICE]})

    assert (answer.status_code, codes(answer)) == (409, ["license.seats.exceeded"])
    assert answer.json()["errors"][0]["value"] == OPEN_VOICE
    assert admin.get("users?filter=(email=%22late@contoso.example%22)").json()["total"] == 0


def test_a_refused_licence_leaves_the_whole_update_undone(admin: AdminApi, service: GotoService) -> None:
    for n in range(10):
        admin.add(f"voice{n}@contoso.example", licenseKeys=[OPEN_VOICE])
    before = service.account("bo.bell@contoso.example")

    answer = admin.put(f"users/{before['key']}", json={"lastName": "Bell", "licenseKeys": [OPEN_VOICE]})

    assert answer.status_code == 409
    assert service.account("bo.bell@contoso.example") == before


def test_who_holds_the_last_seat_may_keep_it(admin: AdminApi) -> None:
    keys = [admin.add(f"voice{n}@contoso.example", licenseKeys=[OPEN_VOICE]) for n in range(10)]

    answer = admin.put(f"users/{keys[0]}", json={"licenseKeys": [OPEN_VOICE, WEBINAR]})

    assert answer.status_code == 200


def test_a_seat_is_free_again_when_its_user_is_deleted_or_suspended(admin: AdminApi) -> None:
    keys = [admin.add(f"voice{n}@contoso.example", licenseKeys=[OPEN_VOICE]) for n in range(10)]
    admin.delete(f"users/{keys[0]}")
    admin.put(f"users/{keys[1]}", json={"licenseKeys": []})

    assert admin.get("licenses").json()["results"][3]["userCount"] == 8


def test_two_calls_at_once_do_not_share_the_last_seat(admin: AdminApi) -> None:
    people = [{"email": f"voice{n}@contoso.example", "firstName": "V", "lastName": "V"} for n in range(30)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda one: admin.post("users", json={"users": [one], "licenseKeys": [OPEN_VOICE]}), people)
        )

    assert sorted(answer.status_code for answer in answers) == [200] * 10 + [409] * 20
    assert admin.get("licenses").json()["results"][3]["userCount"] == 10


def test_one_licence_can_be_taken_from_a_user(admin: AdminApi, service: GotoService) -> None:
    key = service.account("bo.bell@contoso.example")["key"]

    answer = admin.delete(f"licenses/{MEETING}/users/{key}?suppressEmail=true")

    assert (answer.status_code, answer.content) == (204, b"")
    assert service.account("bo.bell@contoso.example")["status"] == "SUSPENDED"


def test_a_licence_that_is_not_there_or_not_held_is_not_found(admin: AdminApi, service: GotoService) -> None:
    key = service.account("bo.bell@contoso.example")["key"]

    assert codes(admin.delete(f"licenses/1/users/{key}")) == ["license.not.found"]
    assert codes(admin.delete(f"licenses/{MEETING}/users/1")) == ["user.not.found"]
    assert admin.delete(f"licenses/{WEBINAR}/users/{key}").status_code == 404
