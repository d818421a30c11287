"""Bulk requests of the SCIM connector: what goes into one, and what is told of it."""

from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.base import Write
from provisioning.errors import (
    Conflict,
    InsufficientRights,
    MissingValues,
)
from provisioning.texts import say
from tests.connectors.scim_bulk_samples import GROUP, USER, bulk, done, ids, new, only, refusing


def test_writes_go_as_operations_of_one_request_with_ids_that_name_it() -> None:
    target, transport = bulk()

    told = target.bulk([*new("bo"), Write(USER, {"title": "Boss"}, "7/x")])

    (asked,) = transport.asked
    first, second = asked.json["Operations"]
    assert asked.json["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]
    assert (first["method"], first["path"], first["data"]["userName"]) == ("POST", "/Users", "bo@contoso.example")
    assert (second["method"], second["path"]) == ("PATCH", "/Users/7%2Fx")
    assert second["data"]["Operations"] == [{"op": "replace", "path": "title", "value": "Boss"}]
    assert first["bulkId"].partition("-")[0] == second["bulkId"].partition("-")[0] != ""
    assert first["bulkId"] != second["bulkId"]
    assert "failOnErrors" not in asked.json
    assert ids(told) == ["id-bo", "7/x"]


def test_deletions_go_too_and_who_is_gone_already_is_deleted() -> None:
    def told(operation: dict[str, Any]) -> dict[str, Any]:
        status = "404" if operation["path"] == "/Users/8" else "204" if operation["path"] == "/Users/7" else "403"
        return {"method": "DELETE", "bulkId": operation["bulkId"], "status": status}

    target, transport = bulk(told)

    first, second, third = target.bulk([Write(USER, {}, id_, deletes=True) for id_ in ("7", "8", "9")])

    sent = transport.asked[0].json["Operations"][0]
    assert (sent["method"], sent["path"], "data" in sent) == ("DELETE", "/Users/7", False)
    assert ids([first, second]) == ["7", "8"]
    assert (first.error, second.error) == (None, None)
    assert isinstance(third.error, InsufficientRights)


@pytest.mark.parametrize(
    ("type_", "mode", "goes"), [(USER, "hard", True), (USER, "soft", False), (GROUP, "soft", True)]
)
def test_who_is_only_switched_off_goes_alone(type_: ObjectType, mode: str, goes: bool) -> None:
    target, _ = bulk(**{"delete_mode": mode})

    assert target.takes_along(Write(type_, {}, "7", deletes=True)) is goes


def test_another_request_has_another_name() -> None:
    target, transport = bulk()

    target.bulk(new("bo", "cy"))
    target.bulk(new("bo", "cy"))

    one, other = (asked.json["Operations"][0]["bulkId"] for asked in transport.asked)
    assert one.partition("-")[0] != other.partition("-")[0]


def test_as_many_go_as_the_application_takes() -> None:
    target, transport = bulk(**{"bulk.ops": 2})

    told = target.bulk(new("bo", "cy", "di"))

    assert ids(told) == ["id-bo", "id-cy"]
    assert len(transport.asked) == 1


@pytest.mark.parametrize("limits", [{"bulk.bytes": 700}, {"max_body": 700}, {"bulk.bytes": 9000, "max_body": 700}])
def test_a_request_is_never_larger_than_the_application_takes(limits: dict[str, Any]) -> None:
    target, transport = bulk(**limits)

    told = target.bulk(new(*(f"person{number}" for number in range(9))))

    assert 1 < len(told) < 9
    assert len(transport.asked[0].text) <= 700


def test_letters_beyond_ascii_count_as_they_are_sent() -> None:
    target, transport = bulk(**{"bulk.bytes": 2000})

    told = target.bulk(new(*(f"{number}{'å' * 60}" for number in range(9))))

    assert 1 < len(told) < 9
    assert len(transport.asked[0].text) <= 2000
    assert transport.asked[0].text.isascii()
    assert transport.asked[0].json["Operations"][0]["data"]["userName"].startswith("0å")
    assert "0å" in told[0].said[0].request


def test_one_that_is_too_large_for_a_bulk_goes_alone() -> None:
    target, transport = bulk(**{"bulk.bytes": 700})
    large = Write(USER, {"userName": "bo@contoso.example", "title": "x" * 700})

    told = target.bulk([large, *new("cy", "di")])

    assert [each.alone for each in told] == [True, False, False]
    assert "x" * 700 not in transport.asked[0].text


def test_one_that_would_be_alone_in_it_goes_without_it() -> None:
    target, transport = bulk()

    told = target.bulk([*new("bo"), Write(USER, {"title": "Boss"})])

    assert told[0].alone is True
    assert isinstance(told[1].error, MissingValues)
    assert transport.asked == []


def test_what_is_missing_is_told_and_the_others_are_sent() -> None:
    target, _ = bulk()

    told = target.bulk([Write(USER, {"title": "Boss"}), *new("bo", "cy")])

    assert isinstance(told[0].error, MissingValues)
    assert ids(told[1:]) == ["id-bo", "id-cy"]


@pytest.mark.parametrize(
    ("profile", "write", "expected"),
    [
        ({}, Write(USER, {"title": "Boss"}, "7"), True),
        ({}, Write(USER, {'emails[type eq "work"].value': "b@c.example"}, "7"), False),
        ({}, Write(USER, {'emails[type eq "work"].value': "b@c.example"}), True),
        ({"update_method.user": "put"}, Write(USER, {"title": "Boss"}, "7"), False),
        ({"update_method.user": "put"}, Write(USER, {"title": "Boss"}), True),
        ({"bulk.ops": 1}, Write(USER, {"title": "Boss"}), False),
        ({"bulk.use": False}, Write(USER, {"title": "Boss"}), False),
        ({"patch.style": "microsoft"}, Write(USER, {"title": "Boss"}), False),
        ({"patch.style": "microsoft", "bulk.use": True}, Write(USER, {"title": "Boss"}), True),
    ],
)
def test_only_what_takes_one_request_goes_along(profile: dict[str, Any], write: Write, expected: bool) -> None:
    target, _ = bulk(**profile)

    assert target.takes_along(write) is expected


def test_changes_that_take_several_requests_go_alone() -> None:
    target, _ = bulk(**{"patch.max_ops": 1})

    told = target.bulk([Write(USER, {"title": "Boss", "userType": "Staff"}, "7"), *new("bo", "cy")])

    assert [each.alone for each in told] == [True, False, False]


# --- what is told of it


def test_each_keeps_its_own_operation_and_its_own_answer() -> None:
    target, _ = bulk()

    first, second = target.bulk(new("bo", "cy"))

    (said,) = first.said
    assert (said.method, said.url, said.status) == ("POST", "https://scim.contoso.example/scim/v2/Bulk", 201)
    assert "bo@contoso.example" in said.request
    assert "cy@" not in said.request + said.response
    assert "id-bo" in said.response
    assert "id-cy" in second.said[0].response


def test_after_a_failure_of_the_request_each_keeps_its_own_operation_and_the_answer() -> None:
    target, _ = refusing((500, {"detail": "boom"}))

    told = only(target.bulk(new("bo", "cy")))

    (said,) = told.said
    assert (said.status, "boom" in said.response, "bo@" in said.request, "cy@" in said.request) == (
        500,
        True,
        False,
        True,
    )


def test_secrets_are_struck_out_of_an_operation_and_its_answer() -> None:
    words = "You sent secret-token-1"
    target, _ = bulk(lambda each: done(each) | {"response": {"detail": words, "password": "geheim-9"}})

    told = only(target.bulk([*new("bo"), Write(USER, {"userName": "cy", "title": "secret-token-1"})]))

    (said,) = told.said
    assert "secret-token-1" not in said.request + said.response
    assert "geheim-9" not in said.response
    assert "[hidden]" in said.request


def test_what_the_thread_said_is_what_it_is_reminded_of() -> None:
    target, _ = bulk()
    told = target.bulk(new("bo", "cy"))

    target.recall(told[1].said)

    assert target.exchanges() == told[1].said
    assert target.exchanges() == ()


def test_a_message_of_an_error_names_the_request() -> None:
    target, _ = bulk(lambda each: {"bulkId": each["bulkId"], "status": "409", "response": {"detail": "taken"}})

    error = only(target.bulk(new("bo", "cy"))).error

    assert isinstance(error, Conflict)
    assert str(error.message) == str(
        say(
            "%(app)s has another account with this value: %(detail)s (%(method)s %(path)s: %(status)s)",
            app="SCIM",
            detail="taken",
            method="POST",
            path="/scim/v2/Bulk",
            status=409,
        )
    )
