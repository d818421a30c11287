"""The connector reads the JSON that was recorded or documented, sample by sample of the specification's section 4."""

from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.goto_values import as_admin, error_codes
from provisioning.errors import ProvisioningError
from tests.connectors.goto_samples import ACCOUNT, LICENCE, ME, USER, goto, page, problem

PERSON = ObjectType.USER
BO = {"email": "bo@contoso.example", "firstName": "Bo", "lastName": "Bell", "licenseKeys": ("1355534416000000001",)}


@pytest.mark.parametrize("key", ["6581286685000000001", 6581286685000000001])
def test_the_answer_to_a_create_is_an_array_with_a_text_or_a_number(key: object) -> None:
    target, _ = goto({"POST users": (200, [{"key": key, "email": "bo@contoso.example"}])})

    assert target.create(PERSON, BO) == "6581286685000000001"


def test_an_existing_user_is_told_without_key_and_looked_up() -> None:
    target, _ = goto({"POST users": (200, [{"email": "cy@contoso.example"}]), "GET users": (200, page(USER))})

    assert target.create(PERSON, {**BO, "email": "cy@contoso.example"}) == USER["key"]


@pytest.mark.parametrize(
    ("status", "more", "active"),
    [
        ("SUSPENDED", {"licenseKeys": None}, False),
        ("INVITED", {}, True),
        ("ACTIVE", {"passwordCreated": True, "canAuthenticate": True, "adminRoles": ["SUPER_USER"]}, True),
        ("INACTIVE", {"passwordCreated": True, "canAuthenticate": True}, True),
    ],
)
def test_a_user_of_each_recorded_status(status: str, more: dict[str, Any], active: bool) -> None:
    recorded = {name: value for name, value in {**USER, **more, "status": status}.items() if value is not None}
    target, _ = goto({"GET users/77": (200, recorded)})

    account = target.get(PERSON, "77")

    assert account is not None
    assert account.active is active
    assert account.attributes.get("adminRoles", ()) == tuple(more.get("adminRoles", ()))


@pytest.mark.parametrize("empty", [{"total": 0}, {"results": [], "fromIndex": 0, "toIndex": 0, "total": 0}])
def test_a_list_of_nobody(empty: dict[str, Any]) -> None:
    target, _ = goto({"GET users": (200, empty)})

    assert list(target.find(PERSON, "email", "bo@contoso.example")) == []
    assert target.list(PERSON).objects == []


def test_a_list_whose_to_index_is_exclusive_is_over_after_it() -> None:
    fourteen = [{**USER, "key": str(number), "email": f"p{number}@contoso.example"} for number in range(14)]
    target, transport = goto({"GET users": (200, page(*fourteen))})

    found = target.list(PERSON)

    assert (len(found.objects), found.next, found.total) == (14, "", 14)
    assert len([each for each in transport.asked if each.path.endswith("/users")]) == 1


def test_the_documented_licence_with_its_many_fields() -> None:
    documented = {
        **LICENCE,
        **{"concurrentLicenseKey": 0, "channel": "ONLINE", "invitedUserKeys": [], "deviceKeys": [], "deviceCount": 0},
        **{"childLicenseKeys": [], "devicesOnly": False, "devicesAllowed": False, "externallyManaged": False},
    }
    target, _ = goto({"GET licenses": (200, page(documented))})

    assert target.translate(PERSON, {"licenseKeys": ("GoToMeeting",)}, {})["licenseKeys"] == ("1355534416000000001",)


def test_me_with_its_keys_as_numbers() -> None:
    numbers = {
        **ME,
        "key": int(ME["key"]),
        "accountKey": int(ACCOUNT),
        "accounts": [{"key": int(ACCOUNT), "name": "C"}],
    }

    admin = as_admin(numbers, "")

    assert (admin.key, admin.account_key) == (ME["key"], ACCOUNT)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (404, "user.not.found", "InvalidAnchor"),
        (409, "user.name.conflict", "EntryConflict"),
        (404, "group.not.found", "InvalidAnchor"),
        (400, "group.name.required", "UnprocessableEntity"),
        (409, "group.name.conflict", "EntryConflict"),
    ],
)
def test_each_known_code_of_an_error(status: int, code: str, error: str) -> None:
    target, _ = goto({"PUT users/77": (status, problem(code, value="77"))})

    with pytest.raises(ProvisioningError, match=code) as raised:
        target.update(PERSON, "77", {"lastName": "Boll"})

    assert raised.value.code == error
    assert error_codes(problem(code)) == (code,)
