"""The Admin API's calls on users: recorded shapes, lists, changes and refusals."""

import pytest

from tests.goto_service import GotoService
from tests.sandbox.api import ACCOUNT, MEETING, WEBINAR, AdminApi, codes

NEW = {"email": "ann.ek@contoso.example", "firstName": "Ann", "lastName": "Ek"}


def test_me_tells_account_and_roles(admin: AdminApi) -> None:
    me = admin.get(f"{admin.root}/me").json()

    assert (me["accountKey"], me["email"], me["orgAdmin"]) == (ACCOUNT, "admin@contoso.example", True)
    assert me["adminRoles"] == ["SUPER_USER"]
    assert me["accounts"] == [{"key": ACCOUNT, "name": "Contoso", "adminRoles": ["SUPER_USER"]}]
    assert me["createTime"] > 1_600_000_000_000


def test_a_created_user_is_answered_as_a_list_of_key_and_email(admin: AdminApi) -> None:
    answer = admin.post("users", json={"users": [NEW], "licenseKeys": [MEETING], "suppressEmail": True})

    assert answer.status_code == 200
    [made] = answer.json()
    assert list(made) == ["key", "email"]
    assert made["email"] == NEW["email"]
    assert made["key"].isdigit()
    assert 18 <= len(made["key"]) <= 19


def test_a_user_is_read_back_as_recorded(admin: AdminApi) -> None:
    user = admin.get(f"users/{admin.add(NEW['email'], licenseKeys=[MEETING])}").json()

    invited, settings = user.pop("invitedDate"), user.pop("settings")
    assert user == {
        "key": user["key"],
        "email": "ann.ek@contoso.example",
        "firstName": "Ann",
        "lastName": "Ek",
        "locale": "en_US",
        "timeZone": "America/Los_Angeles",
        "licenseKeys": [MEETING],
        "products": ["G2M"],
        "passwordCreated": False,
        "nameLocked": False,
        "emailLocked": False,
        "identityReadOnly": False,
        "canAuthenticate": False,
        "status": "INVITED",
        "inviteCount": 1,
    }
    assert isinstance(invited, int)
    assert settings["G2M"]["chatEnabled"] is True


def test_an_administrator_has_roles_and_a_password_and_no_invitation(admin: AdminApi, service: GotoService) -> None:
    user = service.account(service.admin)

    assert (user["adminRoles"], user["passwordCreated"], user["canAuthenticate"]) == (["SUPER_USER"], True, True)
    assert {"invitedDate", "inviteCount", "licenseKeys", "products"}.isdisjoint(user)


def test_a_user_without_licence_and_role_is_suspended_and_has_no_empty_lists(admin: AdminApi) -> None:
    user = admin.get(f"users/{admin.add(NEW['email'])}").json()

    assert user["status"] == "SUSPENDED"
    assert {"licenseKeys", "products", "adminRoles"}.isdisjoint(user)


def test_products_come_from_all_licences_once_each(admin: AdminApi) -> None:
    user = admin.get(f"users/{admin.add(NEW['email'], licenseKeys=[MEETING, WEBINAR])}").json()

    assert user["products"] == ["G2M", "G2W"]


@pytest.mark.parametrize("rights", [{"licenseKeys": [MEETING]}, {"adminRoles": ["MANAGE_USERS"]}])
def test_status_follows_rights_and_password(admin: AdminApi, service: GotoService, rights: dict[str, object]) -> None:
    key = admin.add(NEW["email"], **rights)
    seen = [service.account(NEW["email"])["status"]]
    service.edit(key, passwordCreated=True)
    seen.append(service.account(NEW["email"])["status"])
    service.edit(key, idle=True)
    seen.append(service.account(NEW["email"])["status"])
    admin.put(f"users/{key}", json={"licenseKeys": [], "adminRoles": []})
    seen.append(service.account(NEW["email"])["status"])

    assert seen == ["INVITED", "ACTIVE", "INACTIVE", "SUSPENDED"]


def test_a_list_is_sorted_by_email_and_its_end_is_exclusive(admin: AdminApi) -> None:
    page = admin.get("users").json()

    emails = [user["email"] for user in page["results"]]
    assert emails == sorted(emails)
    assert (page["fromIndex"], page["toIndex"], page["total"]) == (0, 5, 5)


def test_pages_follow_each_other_without_gap_or_overlap(admin: AdminApi) -> None:
    whole = admin.get("users").json()["results"]
    pages = [admin.get("users", params={"pageSize": 2, "offset": offset}).json() for offset in (0, 2, 4)]

    assert [user for page in pages for user in page["results"]] == whole
    assert [(page["fromIndex"], page["toIndex"]) for page in pages] == [(0, 2), (2, 4), (4, 5)]


def test_a_page_behind_the_end_is_empty(admin: AdminApi) -> None:
    page = admin.get("users", params={"offset": 99}).json()

    assert page == {"results": [], "fromIndex": 99, "toIndex": 99, "total": 5}


def test_a_page_holds_100_unless_asked_and_1000_at_most(admin: AdminApi) -> None:
    people = [{**NEW, "email": f"person{n:04}@contoso.example"} for n in range(1001)]
    admin.post("users", json={"users": people}).raise_for_status()

    assert len(admin.get("users").json()["results"]) == 100
    assert len(admin.get("users", params={"pageSize": 5000}).json()["results"]) == 1000


@pytest.mark.parametrize("wrong", ["pageSize=0", "pageSize=many", "offset=-1"])
def test_a_wrong_number_is_refused(admin: AdminApi, wrong: str) -> None:
    assert admin.get(f"users?{wrong}").status_code == 400


def test_attributes_limit_what_is_told(admin: AdminApi) -> None:
    [user] = admin.get("users", params={"attributes": "key,email,nothing", "pageSize": 1}).json()["results"]

    assert list(user) == ["key", "email"]


def test_a_taken_address_refuses_all_by_default(admin: AdminApi) -> None:
    taken = {**NEW, "email": "BO.BELL@contoso.example"}

    answer = admin.post("users", json={"users": [NEW, taken]})

    assert (answer.status_code, codes(answer)) == (409, ["user.name.conflict"])
    assert answer.json()["errors"][0]["value"] == "BO.BELL@contoso.example"
    assert admin.get("users").json()["total"] == 5


def test_a_taken_address_has_no_key_when_not_all_or_nothing(admin: AdminApi) -> None:
    taken = {**NEW, "email": "bo.bell@contoso.example"}

    answer = admin.post("users?allOrNothing=false", json={"users": [taken, NEW]})

    assert answer.status_code == 200
    conflict, made = answer.json()
    assert conflict == {"email": "bo.bell@contoso.example"}
    assert made["key"]


def test_the_same_address_twice_in_one_call_is_a_conflict(admin: AdminApi) -> None:
    assert admin.post("users", json={"users": [NEW, NEW]}).status_code == 409


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (NEW, "users.required"),
        ({"users": []}, "users.required"),
        ({"users": [{"email": "a@b.example", "firstName": "A"}]}, "user.last.name.required"),
        ({"users": [{**NEW, "email": ""}]}, "user.email.required"),
        ({"users": [{**NEW, "email": "no address"}]}, "user.email.invalid"),
        ({"users": [{**NEW, "firstName": "x" * 61}]}, "user.first.name.too.long"),
        ({"users": [{**NEW, "firstName": "  "}]}, "user.first.name.invalid"),
        ({"users": [{**NEW, "locale": "en-US"}]}, "user.locale.invalid"),
        ({"users": [NEW], "licenseKeys": ["1"]}, "license.not.found"),
        ({"users": [NEW], "licenseKeys": MEETING}, "user.license.keys.invalid"),
        ({"users": [NEW], "adminRoles": ["KING"]}, "role.not.found"),
        ({"users": [NEW], "groupKey": "1"}, "group.not.found"),
        (["users"], "body.invalid"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_and_nothing_made(admin: AdminApi, body: object, code: str) -> None:
    answer = admin.post("users", json=body)

    assert (answer.status_code, codes(answer)) == (400, [code])
    assert admin.get("users").json()["total"] == 5


def test_a_body_must_be_json(admin: AdminApi) -> None:
    broken = admin.post("users", data="{", headers={"Content-Type": "application/json"})

    assert (broken.status_code, codes(broken)) == (400, ["body.invalid"])
    assert admin.post("users", data={"users": "x"}).status_code == 415


def test_licence_keys_may_be_written_as_numbers(admin: AdminApi) -> None:
    user = admin.get(f"users/{admin.add(NEW['email'], licenseKeys=[int(MEETING)])}").json()

    assert user["licenseKeys"] == [MEETING]


def test_an_update_changes_what_it_names_and_answers_nothing(admin: AdminApi, service: GotoService) -> None:
    before = service.account("bo.bell@contoso.example")

    answer = admin.put(f"users/{before['key']}", json={"lastName": "Bell", "locale": "sv_SE"})

    assert (answer.status_code, answer.content) == (200, b"")
    assert service.account("bo.bell@contoso.example") == {**before, "lastName": "Bell", "locale": "sv_SE"}


def test_an_address_can_be_changed_but_not_to_a_taken_one(admin: AdminApi, service: GotoService) -> None:
    key = service.account("bo.bell@contoso.example")["key"]

    taken = admin.put(f"users/{key}", json={"email": "Cy.Cole@contoso.example"})
    recased = admin.put(f"users/{key}", json={"email": "Bo.Bell@contoso.example"})
    free = admin.put(f"users/{key}", json={"email": "bo.new@contoso.example"})

    assert (taken.status_code, codes(taken)) == (409, ["user.name.conflict"])
    assert (recased.status_code, free.status_code) == (200, 200)
    assert service.account("bo.new@contoso.example")["key"] == key


def test_a_key_in_an_update_is_refused(admin: AdminApi, service: GotoService) -> None:
    key = service.account("bo.bell@contoso.example")["key"]

    assert admin.put(f"users/{key}", json={"key": key, "firstName": "B"}).status_code == 400


def test_someone_who_gets_a_licence_back_is_invited_again(admin: AdminApi, service: GotoService) -> None:
    key = service.account("bo.bell@contoso.example")["key"]
    admin.put(f"users/{key}", json={"licenseKeys": []})
    admin.put(f"users/{key}", json={"licenseKeys": [MEETING]})

    user = service.account("bo.bell@contoso.example")
    assert (user["status"], user["inviteCount"]) == ("INVITED", 2)


@pytest.mark.parametrize(
    ("lock", "change", "status"),
    [
        ("nameLocked", {"firstName": "X"}, 403),
        ("nameLocked", {"email": "x@contoso.example"}, 200),
        ("emailLocked", {"email": "x@contoso.example"}, 403),
        ("identityReadOnly", {"locale": "sv_SE"}, 403),
        ("identityReadOnly", {"lastName": "Cole", "licenseKeys": []}, 200),
    ],
)
def test_a_locked_identity_is_not_changed(
    admin: AdminApi, service: GotoService, lock: str, change: dict[str, object], status: int
) -> None:
    key = service.account("cy.cole@contoso.example")["key"]
    service.edit(key, **{lock: True})

    assert admin.put(f"users/{key}", json=change).status_code == status


def test_a_deleted_user_is_gone(admin: AdminApi, service: GotoService) -> None:
    key = service.account("zed.extra@contoso.example")["key"]

    answer = admin.delete(f"users/{key}")

    assert (answer.status_code, answer.content) == (204, b"")
    for again in (admin.get(f"users/{key}"), admin.put(f"users/{key}", json={}), admin.delete(f"users/{key}")):
        assert (again.status_code, codes(again)) == (404, ["user.not.found"])
        assert again.json()["errors"][0]["value"] == key


def test_names_in_any_script_come_back_as_sent(admin: AdminApi) -> None:
    person = {"email": "li@contoso.example", "firstName": "丽", "lastName": "O'Brien-Łukasz"}
    key = admin.post("users", json={"users": [person]}).json()[0]["key"]

    user = admin.get(f"users/{key}").json()
    assert (user["firstName"], user["lastName"]) == ("丽", "O'Brien-Łukasz")
