"""GoTo's connector and the shapes that answers may have: recorded, documented, and wrong ones."""

from collections.abc import Callable
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.errors import (
    MissingValues,
    PermissionMissing,
    Rejected,
    SettingsInvalid,
    UnexpectedAnswer,
)
from tests.connectors.goto_samples import ACCOUNT, LICENCE, ME, USER, goto, page, problem
from tests.wire.answers import Asked, Reply

PERSON = ObjectType.USER
BO = {"email": "bo@contoso.example", "firstName": "Bo", "lastName": "Bell", "licenseKeys": ("1355534416000000001",)}


def in_turn(*replies: Reply) -> Callable[[Asked], Reply]:
    waiting = list(replies)
    return lambda _: waiting.pop(0)


# --- requests as GoTo documents them


def test_a_new_user_is_sent_in_the_documented_form() -> None:
    target, transport = goto({"POST users": (200, [{"key": "77", "email": "bo@contoso.example"}])})

    assert target.create(PERSON, {**BO, "locale": "sv_SE"}) == "77"

    sent = transport.asked[-1]
    assert sent.query == "allOrNothing=true"
    assert sent.json == {
        "users": [{"email": "bo@contoso.example", "firstName": "Bo", "lastName": "Bell", "locale": "sv_SE"}],
        "licenseKeys": ["1355534416000000001"],
        "suppressEmail": False,
    }


def test_an_update_sends_the_changed_fields_and_never_the_key() -> None:
    target, transport = goto({"PUT users/77": (200, None)})

    target.update(PERSON, "77", {"lastName": "Boll"})

    assert transport.asked[-1].json == {"lastName": "Boll"}


def test_an_update_with_nothing_that_goto_can_take_is_not_sent() -> None:
    target, transport = goto({})

    target.update(PERSON, "77", {"locale": None})

    assert transport.asked == []


def test_licences_without_limit_or_switched_off_are_not_among_the_findings() -> None:
    others = [{**LICENCE, "key": 2, "seats": None}, {**LICENCE, "key": 3, "enabled": False}]
    target, _ = goto({"GET users": (200, page()), "GET licenses": (200, page(LICENCE, *others))})

    found = [str(each) for each in target.test_connection().findings]

    assert [each for each in found if each.startswith("Licence")] == ["Licence GoToMeeting: 22 of 25 seats are free."]


def test_a_filter_is_sent_with_percent_20() -> None:
    target, transport = goto({"GET users": (200, page())})

    target.find(PERSON, "email", "bo+1@contoso.example")

    assert transport.asked[-1].raw_query == "filter=email%20eq%20%22bo%2B1%40contoso.example%22"


def test_the_password_is_sent_in_a_form_with_the_client_beside() -> None:
    target, transport = goto({"GET users/77": (404, problem("user.not.found"))})

    target.get(PERSON, "77")

    sent = transport.asked[0]
    assert sent.text == "grant_type=password&username=ada%40contoso.example&password=a-password"
    assert sent.headers["Authorization"] == "Basic aWQ6"
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert transport.asked[1].headers["Authorization"] == "Bearer eyJ-token"


def test_the_administrator_and_the_licences_are_asked_for_once() -> None:
    target, transport = goto({"GET users": (200, page()), "POST users": (200, [{"key": "77"}])})
    for _ in range(2):
        target.find(PERSON, "email", "bo@contoso.example")
        target.create(PERSON, target.translate(PERSON, {**BO, "licenseKeys": ("GoToMeeting",)}, {}))

    paths = [each.path.rpartition("/")[2] for each in transport.asked]
    assert (paths.count("token"), paths.count("me"), paths.count("licenses")) == (1, 1, 1)


# --- answers in all their forms


def test_a_recorded_user_is_read() -> None:
    target, _ = goto({"GET users/5348866090000000001": (200, USER)})

    account = target.get(PERSON, "5348866090000000001")

    assert account is not None
    assert account.active
    assert account.label == "cy@contoso.example"
    assert account.attributes == {
        "email": "cy@contoso.example",
        "firstName": "Cy",
        "lastName": "Cole",
        "locale": "en_US",
        "licenseKeys": ("1355534416000000001",),
    }


def test_keys_may_be_numbers() -> None:
    me = {**ME, "key": int(ME["key"]), "accountKey": int(ACCOUNT), "accounts": [{"key": int(ACCOUNT)}]}
    target, _ = goto(
        {
            "GET me": (200, me),
            "POST users": (200, [{"key": 77, "email": "bo@contoso.example"}]),
            "GET users": (200, page({**USER, "key": 78, "licenseKeys": [1355534416000000001]})),
        }
    )

    assert target.create(PERSON, BO) == "77"
    (found,) = target.find(PERSON, "email", "cy@contoso.example")
    assert (found.id, found.attributes["licenseKeys"]) == ("78", ("1355534416000000001",))
    with pytest.raises(Rejected):
        target.delete(PERSON, ME["key"])


def test_results_may_be_missing_when_there_are_none() -> None:
    target, _ = goto({"GET users": (200, {"total": 0})})

    assert list(target.find(PERSON, "email", "bo@contoso.example")) == []


def test_an_ignored_filter_is_not_taken_for_nobody() -> None:
    target, _ = goto({"GET users": (200, page(USER, total=300))})

    with pytest.raises(UnexpectedAnswer, match="other users"):
        target.find(PERSON, "email", "bo@contoso.example")


def test_the_older_filter_is_used_after_a_400_and_from_then_on() -> None:
    def users(asked: Asked) -> Reply:
        return (400, problem("filter.invalid")) if " eq " in asked.query else (200, page(USER))

    target, transport = goto({"GET users": users})
    for _ in range(2):
        assert len(target.find(PERSON, "email", "cy@contoso.example")) == 1

    filters = [each.query for each in transport.asked if each.path.endswith("/users")]
    assert filters == [
        'filter=email eq "cy@contoso.example"',
        'filter=(email="cy@contoso.example")',
        'filter=(email="cy@contoso.example")',
    ]


def test_a_value_that_both_filters_refuse_is_this_objects_matter() -> None:
    target, _ = goto({"GET users": (400, problem("filter.invalid"))})

    with pytest.raises(Rejected, match=r"filter\.invalid"):
        target.find(PERSON, "email", "bo@contoso.example")


@pytest.mark.parametrize("answer", [[{"email": "cy@contoso.example"}], [], None])
def test_a_200_without_key_is_looked_up(answer: Any) -> None:
    target, _ = goto({"POST users": (200, answer), "GET users": (200, page(USER))})

    assert target.create(PERSON, {**BO, "email": "cy@contoso.example"}) == USER["key"]


def test_a_200_without_key_and_without_user_is_unexpected() -> None:
    target, _ = goto({"POST users": (200, [{"email": "bo@contoso.example"}]), "GET users": (200, page())})

    with pytest.raises(UnexpectedAnswer, match="has no user"):
        target.create(PERSON, BO)


@pytest.mark.parametrize("body", [{"hello": 1}, ["x"], "text", 7, b"<html>"])
def test_json_of_another_form_is_unexpected(body: Any) -> None:
    target, _ = goto({"GET users/77": (200, body), "GET users": (200, body), "POST users": (200, body)})
    asks: list[Callable[[], object]] = [lambda: target.get(PERSON, "77"), lambda: target.create(PERSON, BO)]
    for ask in asks:
        with pytest.raises(UnexpectedAnswer):
            ask()


def test_licences_come_in_pages() -> None:
    second = {**LICENCE, "key": 2, "products": ["OPENVOICE"]}
    pages = in_turn((200, page(LICENCE, total=2)), (200, page(second, total=2)))
    target, transport = goto({"GET licenses": pages})

    assert target.translate(PERSON, {"licenseKeys": ("OpenVoice",)}, {})["licenseKeys"] == ("2",)
    assert [each.query for each in transport.asked[-2:]] == ["pageSize=200&offset=0", "pageSize=200&offset=1"]


# --- which account


def test_a_chosen_account_is_used() -> None:
    me = {**ME, "accounts": [*ME["accounts"], {"key": "42", "name": "Other", "adminRoles": ["MANAGE_USERS"]}]}
    target, transport = goto({"GET me": (200, me), "GET users": (200, page())}, account_key="42")

    assert "Other" in str(target.test_connection().findings[0])
    assert "/accounts/42/" in transport.asked[-1].path


def test_several_accounts_and_none_chosen_are_listed() -> None:
    me = {**ME, "accountKey": None, "accounts": [{"key": 1, "name": "One"}, {"key": 2, "name": "Two"}]}
    target, _ = goto({"GET me": (200, me)})

    with pytest.raises(SettingsInvalid, match=r"1 \(One\), 2 \(Two\)"):
        target.test_connection()


def test_the_only_account_needs_no_choosing() -> None:
    target, transport = goto({"GET me": (200, {**ME, "accountKey": None}), "GET users": (200, page())})

    target.find(PERSON, "email", "bo@contoso.example")

    assert ACCOUNT in transport.asked[-1].path


def test_an_administrator_of_no_account_is_told() -> None:
    target, _ = goto({"GET me": (200, {**ME, "accountKey": None, "accounts": []})})

    with pytest.raises(SettingsInvalid, match="belongs to no GoTo account"):
        target.test_connection()


# --- errors


def test_a_404_page_is_not_taken_for_an_account_that_is_gone() -> None:
    target, _ = goto({"GET users/77": (404, b"<html>nothing here</html>")})

    with pytest.raises(UnexpectedAnswer, match="text/html"):
        target.get(PERSON, "77")


def test_a_bad_answer_to_me_never_blames_an_object() -> None:
    for reply, error in (
        ((404, problem("not.found")), SettingsInvalid),
        ((400, problem("bad")), SettingsInvalid),
        ((403, problem("forbidden")), PermissionMissing),
    ):
        target, _ = goto({"GET me": reply})
        with pytest.raises(error):
            target.test_connection()


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"firstName": ""}, MissingValues),
        ({"lastName": "x" * 61}, Rejected),
        ({"email": "x" * 129}, Rejected),
    ],
)
def test_values_that_goto_would_refuse_are_not_sent(values: dict[str, str], error: type[Exception]) -> None:
    target, transport = goto({})
    for send in (lambda: target.update(PERSON, "77", values), lambda: target.create(PERSON, {**BO, **values})):
        with pytest.raises(error, match=next(iter(values))):
            send()

    assert not [each for each in transport.asked if each.method == "PUT" or each.path.endswith("/users")]


def test_a_language_that_is_none_is_left_out() -> None:
    target, _ = goto({})

    assert target.translate(PERSON, {"locale": "en"}, {}) == {"locale": "en_US"}
    assert target.translate(PERSON, {"locale": "gibberish language"}, {}) == {}
    assert target.translate(PERSON, {"locale": None}, {}) == {}
