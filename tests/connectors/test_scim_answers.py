"""Whatever form a SCIM application gives its answers: what is understood, what is checked, what is refused."""

from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.scim_schema import ENTERPRISE, MANAGER
from provisioning.errors import (
    ChangedMeanwhile,
    Conflict,
    CredentialsRejected,
    InsufficientRights,
    MissingValues,
    ProvisioningError,
    Rejected,
    ServerError,
    SettingsInvalid,
    TargetObjectMissing,
    TooManyRequests,
    UnexpectedAnswer,
)
from tests.connectors.scim_samples import BO, Answer, listed, scim
from tests.wire.answers import Asked, Reply

USER, GROUP = ObjectType.USER, ObjectType.GROUP
EMAIL = 'emails[type eq "work"].value'


@pytest.mark.parametrize(
    ("reply", "error", "text"),
    [
        ((400, {"scimType": "uniqueness", "detail": "taken"}), Conflict, "uniqueness: taken"),
        ((400, {"scimType": "invalidValue", "detail": "bad"}), Rejected, "invalidValue: bad"),
        ((400, {"Errors": [{"description": "SCIM 1", "code": "400"}]}), Rejected, "SCIM 1"),
        ((400, "plain words"), Rejected, "plain words"),
        ((401, None), CredentialsRejected, "401"),
        ((403, {"detail": "not yours"}), InsufficientRights, "not yours"),
        ((404, None), TargetObjectMissing, "404"),
        ((404, b"<html>"), UnexpectedAnswer, "text/html"),
        ((409, None), Conflict, "409"),
        ((409, b"Conflict"), Conflict, "Conflict"),
        ((412, None), ChangedMeanwhile, "meanwhile"),
        ((413, None), Rejected, "too large"),
        ((429, None), TooManyRequests, "asks to wait"),
        ((500, {"detail": "boom"}), ServerError, "boom"),
        ((503, None), ServerError, "503"),
        ((200, b"<html>"), UnexpectedAnswer, "text/html"),
        ((302, None), UnexpectedAnswer, "another address"),
    ],
)
def test_an_error_is_of_its_family_and_says_what_was_said(reply: Reply, error: type[Exception], text: str) -> None:
    target, _ = scim({"PATCH /Users/7": reply})

    with pytest.raises(error, match=text) as raised:
        target.update(USER, "7", {"title": "Boss"})
    assert type(raised.value) is error or error is Rejected


# --- creating


@pytest.mark.parametrize(
    ("reply", "headers"),
    [
        ((201, BO), {}),
        ((200, {"ID": 7}), {}),
        ((201, None), {"Location": "https://scim.contoso.example/scim/v2/Users/7"}),
        ((204, None), {"Location": "/scim/v2/Users/7?x=y"}),
        ((201, None), {}),
        ((201, {"meta": {"location": "https://scim.contoso.example/scim/v2/Users/7"}}), {}),
    ],
)
def test_the_id_of_a_new_account_is_found_wherever_it_is(reply: Reply, headers: dict[str, str]) -> None:
    target, transport = scim({"POST /Users": reply, "GET /Users": listed(BO)})
    transport.headers = headers

    assert target.create(USER, {"userName": "bo@contoso.example"}) == "7"


def test_an_account_whose_id_is_nowhere_is_told() -> None:
    target, _ = scim({"POST /Users": (201, None), "GET /Users": listed()})

    with pytest.raises(UnexpectedAnswer, match="without telling its id"):
        target.create(USER, {"userName": "bo@contoso.example"})


def test_a_new_account_has_its_schemas_and_its_manager_as_reference() -> None:
    target, transport = scim({"POST /Users": (201, BO)})

    target.create(USER, {"userName": "bo", "active": True, f"{ENTERPRISE}:department": "Sales", MANAGER: "9"})

    assert transport.asked[0].json == {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "userName": "bo",
        "active": True,
        ENTERPRISE: {"department": "Sales", "manager": {"value": "9"}},
    }
    assert transport.asked[0].headers["Content-Type"] == "application/scim+json"
    assert transport.asked[0].headers["Authorization"] == "Bearer secret-token-1"


def test_a_group_without_a_name_is_not_sent() -> None:
    target, transport = scim({})

    with pytest.raises(MissingValues, match="displayName"):
        target.create(GROUP, {"externalId": "7"})
    assert transport.asked == []


# --- looking up


@pytest.mark.parametrize(
    "reply",
    [
        listed(BO),
        (200, {"resources": [{"ID": "7", "USERNAME": "Bo@Contoso.example"}], "TotalResults": "1"}),
        (200, [BO]),
        (200, {"Resources": [{**BO, "id": 7}]}),
        listed(BO, total=999),
    ],
)
def test_an_answer_to_a_search_is_understood_in_every_form(reply: Reply) -> None:
    target, transport = scim({"GET /Users": reply})

    found = target.find(USER, "userName", "bo@contoso.example")

    assert [each.id for each in found] == ["7"]
    assert transport.asked[0].raw_query == "filter=userName%20eq%20%22bo%40contoso.example%22"
    assert len(transport.asked) == 1


def test_r43_a_filter_that_is_passed_over_is_noticed_and_every_page_is_looked_through() -> None:
    people = [{"id": str(number), "userName": f"n{number}@contoso.example"} for number in range(5)]

    def page(asked: Asked) -> Reply:
        start = int(dict(part.split("=") for part in asked.raw_query.split("&")).get("startIndex", 1))
        return listed(*people[start - 1 : start + 1], total=5)

    target, _ = scim({"GET /Users": page})

    assert [each.id for each in target.find(USER, "userName", "n4@contoso.example")] == ["4"]
    assert target.find(USER, "userName", "nobody@contoso.example") == []


@pytest.mark.parametrize("refusal", [(400, {"scimType": "invalidFilter"}), (501, None)])
def test_a_search_that_is_refused_becomes_a_listing(refusal: Reply) -> None:
    target, _ = scim({"GET /Users": lambda asked: refusal if "filter" in asked.query else listed(BO)})

    assert [each.id for each in target.find(USER, "userName", "bo@contoso.example")] == ["7"]


def test_404_where_one_searches_stops_the_job_unless_it_means_nobody() -> None:
    with pytest.raises(SettingsInvalid, match="Check the Tenant URL"):
        scim({})[0].find(USER, "userName", "bo")

    assert scim({}, {"filter.nobody": "404"})[0].find(USER, "userName", "bo") == []


def test_a_search_for_an_entry_is_written_as_the_standard_has_it() -> None:
    target, transport = scim({"GET /Users": listed()})

    target.find(USER, EMAIL, 'b"o@contoso.example')

    assert transport.asked[0].query == r'filter=emails[type eq "work" and value eq "b\"o@contoso.example"]'


# --- listing


def pages(asked: Asked) -> Reply:
    """Two at a time, whatever is asked for."""
    query = dict(part.split("=") for part in asked.raw_query.split("&"))
    start = int(query["startIndex"])
    found = [{"id": str(number), "userName": f"n{number}"} for number in range(start, min(start + 2, 6))]
    return listed(*found, total=5)


def test_r28_a_cap_on_pages_is_no_end_of_the_list() -> None:
    target, transport = scim({"GET /Users": pages})

    assert [each.id for each in target.everything(USER)] == ["1", "2", "3", "4", "5"]
    assert [each.query for each in transport.asked] == [f"startIndex={start}&count=100" for start in (1, 3, 5)]


def test_cursors_are_followed_also_when_nobody_asked_for_them() -> None:
    def page(asked: Asked) -> Reply:
        is_second = "cursor=abc" in asked.query
        more = {} if is_second else {"nextCursor": "abc"}
        return listed({"id": "2" if is_second else "1", "userName": "x"}, total=2, **more)

    for profile in ({}, {"paging.style": "cursor"}):
        target, _ = scim({"GET /Users": page}, profile)
        assert [each.id for each in target.everything(USER)] == ["1", "2"]


def test_a_total_that_is_only_that_of_the_page_ends_nothing() -> None:
    def page(asked: Asked) -> Reply:
        start = int(dict(part.split("=") for part in asked.raw_query.split("&"))["startIndex"])
        return listed(*({"id": str(number), "userName": "x"} for number in range(start, min(start + 2, 6))))

    target, transport = scim({"GET /Users": page}, {"paging.max": 2})

    assert [each.id for each in target.everything(USER)] == ["1", "2", "3", "4", "5"]
    assert len(transport.asked) == 3


@pytest.mark.parametrize("size", [1, 2, 5])
def test_an_application_that_pays_no_regard_to_pages_gives_everybody_once(size: int) -> None:
    target, _ = scim({"GET /Users": listed(BO, {"id": "8", "userName": "cy"})}, {"paging.max": size})

    assert [each.id for each in target.everything(USER)] == ["7", "8"]


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (listed(total=5), "ends after 0 of 5"),
        (listed(BO, total=5), "same page again"),
        (listed({"userName": "bo"}), "without an id"),
        ((200, {"users": []}), "no SCIM list"),
        ((200, None), "no SCIM list"),
        ((200, {"Resources": "none", "totalResults": 0}), "no SCIM list"),
    ],
)
def test_a_list_that_is_not_whole_is_not_believed(page: Reply, told: str) -> None:
    target, _ = scim({"GET /Users": page})

    with pytest.raises(UnexpectedAnswer, match=told):
        list(target.everything(USER))


def test_a_list_that_is_not_counted_ends_with_an_empty_page() -> None:
    def page(asked: Asked) -> Reply:
        return 200, {"Resources": [BO] if "startIndex=1&" in asked.query else []}

    assert [each.id for each in scim({"GET /Users": page})[0].everything(USER)] == ["7"]


# --- the answer is about the one that was asked for


@pytest.mark.parametrize("data", [{**BO, "id": "8"}, {"userName": "bo"}, [], "x"])
def test_an_answer_about_somebody_else_is_not_believed(data: Any) -> None:
    with pytest.raises(UnexpectedAnswer):
        scim({"GET /Users/7": (200, data)})[0].get(USER, "7")


def test_an_update_that_changes_the_id_is_not_believed() -> None:
    with pytest.raises(UnexpectedAnswer, match="another object"):
        scim({"PATCH /Users/7": (200, {**BO, "id": "8"})})[0].update(USER, "7", {"title": "Boss"})


def test_a_name_that_is_told_to_be_changed_and_is_not_is_a_refusal() -> None:
    with pytest.raises(Rejected, match="kept the value it had"):
        scim({"PATCH /Users/7": (200, BO)})[0].update(USER, "7", {"userName": "bosse@contoso.example"})


@pytest.mark.parametrize("reply", [(204, None), (200, None), (202, None), (200, b"OK"), (404, None)])
def test_whatever_says_that_it_is_deleted_will_do(reply: Reply) -> None:
    scim({"DELETE /Users/7": reply})[0].delete(USER, "7")


@pytest.mark.parametrize("reply", [(200, b"<html>Sign in</html>"), (404, b"<html>"), (403, None)])
def test_a_page_is_no_word_that_somebody_is_deleted(reply: Reply) -> None:
    with pytest.raises(ProvisioningError):
        scim({"DELETE /Users/7": reply})[0].delete(USER, "7")


def test_who_can_not_be_deleted_is_switched_off() -> None:
    target, transport = scim({"PATCH /Users/7": (204, None), "DELETE /Groups/9": (204, None)}, {"delete_mode": "soft"})

    target.delete(USER, "7")
    target.delete(GROUP, "9")

    assert [each.method for each in transport.asked] == ["PATCH", "DELETE"]
    assert transport.asked[0].json["Operations"] == [{"op": "replace", "path": "active", "value": False}]


@pytest.mark.parametrize("told", [True, "True", "true"])
def test_active_may_be_a_text(told: Any) -> None:
    replies: dict[str, Answer] = {"GET /Users/7": (200, {**BO, "active": told})}
    account = scim(replies)[0].get(USER, "7")

    assert account is not None
    assert (account.active, account.attributes["active"]) == (True, True)
