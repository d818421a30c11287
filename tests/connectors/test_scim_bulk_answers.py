"""What the answers of a Bulk request mean for each of its writes."""

from collections.abc import Mapping
from typing import Any

import pytest

from provisioning.connectors.base import Write
from provisioning.errors import (
    Conflict,
    CredentialsRejected,
    Rejected,
    ServerError,
    TargetObjectMissing,
    TooManyRequests,
    UnexpectedAnswer,
)
from tests.connectors.scim_bulk_samples import OPS, USER, alone, bulk, done, ids, new, only
from tests.connectors.scim_samples import scim
from tests.wire.answers import Asked, Reply


def test_an_answer_belongs_to_the_operation_whose_id_it_has() -> None:
    def answer(asked: Asked) -> Reply:
        return 200, {"operations": [done(each) for each in reversed(asked.json["Operations"])]}

    target, _ = scim({"POST /Bulk": answer}, OPS)

    assert ids(target.bulk(new("bo", "cy", "di"))) == ["id-bo", "id-cy", "id-di"]


def without_id(operation: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in done(operation).items() if name != "bulkId"}


def test_a_change_is_known_by_its_address_where_it_has_no_id() -> None:
    target, _ = bulk(without_id)

    told = target.bulk([Write(USER, {"title": "Boss"}, "7"), Write(USER, {"title": "Boss"}, "8")])

    assert ids(told) == ["7", "8"]


def test_a_new_account_is_never_known_by_the_place_of_its_answer() -> None:
    target, _ = bulk(without_id)

    told = target.bulk(new("bo", "cy"))

    assert [type(each.error) for each in told] == [UnexpectedAnswer, UnexpectedAnswer]
    assert (target.bulk_size, target.found_out) == (1, {"bulk.use": False})


def test_two_answers_with_one_id_are_none() -> None:
    def answer(asked: Asked) -> Reply:
        first, second = asked.json["Operations"]
        return 200, {"Operations": [done(first), done(first), {}, done(second)]}

    target, _ = scim({"POST /Bulk": answer}, OPS)

    first, second = target.bulk(new("bo", "cy"))

    assert (type(first.error), second.id) == (UnexpectedAnswer, "id-cy")


@pytest.mark.parametrize("status", ["201", 201, {"code": "201"}, {"code": 201}])
def test_a_status_is_understood_in_whatever_form(status: Any) -> None:
    target, _ = bulk(lambda each: done(each) | {"status": status})

    assert ids(target.bulk(new("bo", "cy"))) == ["id-bo", "id-cy"]


@pytest.mark.parametrize("status", [None, "", "done", [], {"code": None}, "20"])
def test_an_answer_without_a_status_is_none(status: Any) -> None:
    target, _ = bulk(lambda each: done(each) | {"status": status})

    assert isinstance(only(target.bulk(new("bo", "cy"))).error, UnexpectedAnswer)


def test_the_id_may_be_in_the_resource_that_is_answered() -> None:
    target, _ = bulk(lambda each: done(each) | {"location": None, "response": {"id": 7}})

    assert ids(target.bulk(new("bo", "cy"))) == ["7", "7"]


def test_a_new_account_whose_id_is_nowhere_is_in_doubt() -> None:
    target, transport = bulk(lambda each: done(each) | {"location": ""})

    told = only(target.bulk(new("bo", "cy")))

    assert isinstance(told.error, UnexpectedAnswer)
    assert len(transport.asked) == 1


@pytest.mark.parametrize(
    ("status", "response", "error"),
    [
        ("400", {"scimType": "uniqueness"}, Conflict),
        ("400", {"scimType": "invalidValue"}, Rejected),
        ("401", None, CredentialsRejected),
        ("404", None, TargetObjectMissing),
        ("409", None, Conflict),
        ("429", None, TooManyRequests),
        ("500", {"detail": "boom"}, ServerError),
    ],
)
def test_each_operation_fails_for_itself(status: str, response: Any, error: type[Exception]) -> None:
    def told(operation: Mapping[str, Any]) -> Any:
        if not operation["data"]["userName"].startswith("cy"):
            return done(operation)
        return {"bulkId": operation["bulkId"], "method": "POST", "status": status, "response": response}

    target, _ = bulk(told)

    first, second, third = target.bulk(new("bo", "cy", "di"))

    assert (first.id, third.id, second.whole) == ("id-bo", "id-di", False)
    assert isinstance(second.error, error)
    assert target.bulk_size == 100


def test_the_pause_that_the_answer_asks_for_is_that_of_its_operations() -> None:
    target, transport = bulk(lambda each: {"bulkId": each["bulkId"], "status": "429"})
    transport.headers = {"Retry-After": "7"}

    error = only(target.bulk(new("bo", "cy"))).error

    assert isinstance(error, TooManyRequests)
    assert error.retry_after == 7


def test_a_change_that_is_refused_as_it_is_written_goes_alone_to_be_looked_at_more_closely() -> None:
    target, _ = bulk(lambda each: {"bulkId": each["bulkId"], "status": "400", "response": {"scimType": "noTarget"}})

    told = only(target.bulk([*new("bo"), Write(USER, {"title": "Boss"}, "7")]))

    assert (told.alone, len(told.said), target.bulk_size) == (True, 1, 100)


def test_an_operation_that_is_not_offered_goes_alone_and_so_do_all_others_from_then_on() -> None:
    target, _ = bulk(lambda each: {"bulkId": each["bulkId"], "status": "501"})

    told = target.bulk([*new("bo"), Write(USER, {"title": "Boss"}, "7")])

    assert (alone(told), target.bulk_size, target.found_out) == (True, 1, {})


@pytest.mark.parametrize("response", [{"id": "8"}, {"id": "7", "userName": "old@contoso.example"}])
def test_a_change_is_checked_as_one_that_went_alone(response: Any) -> None:
    target, _ = bulk(lambda each: done(each) | {"response": response})
    change = Write(USER, {"userName": "new@contoso.example"}, "7")

    told = only(target.bulk([Write(USER, {"title": "Boss"}, "8"), change]))

    assert isinstance(told.error, (UnexpectedAnswer, Rejected))


def test_who_has_no_answer_is_in_doubt_and_bulk_is_given_up() -> None:
    target, _ = bulk(lambda each: done(each) if "bo@" in each["data"]["userName"] else None)

    first, second = target.bulk(new("bo", "cy"))

    assert first.id == "id-bo"
    assert isinstance(second.error, UnexpectedAnswer)
    assert "does not tell what became of this operation" in str(second.error)
    assert (target.bulk_size, target.found_out) == (1, {"bulk.use": False})
