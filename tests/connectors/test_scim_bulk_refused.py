"""Bulk requests that fail as a whole: what is sent again, what is in doubt, what the profile keeps."""

from typing import Any

import pytest

from provisioning.errors import (
    CredentialsRejected,
    OutOfTime,
    RequestTimeout,
    ServerError,
    TooManyRequests,
    UnexpectedAnswer,
)
from provisioning.wire.session import Session
from tests.connectors.scim_bulk_samples import OPS, alone, bulk, done, ids, new, refusing
from tests.connectors.scim_samples import scim
from tests.wire.answers import Asked, Reply


@pytest.mark.parametrize("reply", [(404, None), (404, b"<html>no page</html>"), (405, None), (501, {"detail": "no"})])
def test_where_there_is_no_bulk_all_go_alone_and_the_profile_says_so(reply: Reply) -> None:
    target, transport = refusing(reply)

    assert alone(target.bulk(new("bo", "cy", "di")))
    assert target.found_out == {"bulk.use": False}
    assert target.takes_along(new("bo")[0]) is False
    assert alone(target.bulk(new("bo", "cy")))
    assert len(transport.asked) == 1


@pytest.mark.parametrize("status", [400, 403, 415, 422])
def test_a_bulk_that_is_refused_goes_alone_and_the_profile_stays(status: int) -> None:
    target, _ = refusing((status, {"detail": "one of them is wrong"}))

    assert alone(target.bulk(new("bo", "cy")))
    assert (target.bulk_size, target.found_out) == (1, {})


def test_a_bulk_that_is_too_large_is_halved_until_it_is_taken() -> None:
    def answer(asked: Asked) -> Reply:
        operations = asked.json["Operations"]
        if len(operations) > 2:
            return 413, {"detail": "at most 2"}
        return 200, {"Operations": [done(each) for each in operations]}

    target, transport = scim({"POST /Bulk": answer}, OPS)
    writes = new("bo", "cy", "di", "ed", "flo")

    assert list(target.bulk(writes)) == []
    assert ids(target.bulk(writes)) == ["id-bo", "id-cy"]
    assert len(transport.asked) == 2
    assert (target.bulk_size, target.found_out) == (2, {"bulk.ops": 2})


def test_where_even_two_are_too_large_all_go_alone() -> None:
    target, _ = refusing((413, None))

    assert list(target.bulk(new("bo", "cy"))) == []
    assert alone(target.bulk(new("bo", "cy")))
    assert target.found_out == {"bulk.ops": 1}


@pytest.mark.parametrize(
    ("reply", "error", "size", "found_out"),
    [
        ((429, None), TooManyRequests, 100, {}),
        ((500, {"detail": "boom"}), ServerError, 2, {}),
        ((503, None), ServerError, 2, {}),
        ((408, None), RequestTimeout, 2, {}),
        ((401, None), CredentialsRejected, 100, {}),
        ((200, b"<html>sign in</html>"), UnexpectedAnswer, 1, {"bulk.use": False}),
        ((302, None), UnexpectedAnswer, 1, {"bulk.use": False}),
        ((200, {"detail": "fine"}), UnexpectedAnswer, 1, {"bulk.use": False}),
        ((204, None), UnexpectedAnswer, 1, {"bulk.use": False}),
    ],
)
def test_the_failure_of_the_request_is_that_of_each_write(
    reply: Reply, error: type[Exception], size: int, found_out: Any
) -> None:
    target, _ = refusing(reply)

    told = target.bulk(new("bo", "cy", "di", "ed"))

    assert [type(each.error) for each in told] == [error] * 4
    assert len({id(each.error) for each in told}) == 4
    assert (target.bulk_size, target.found_out) == (size, found_out)


def test_a_bulk_without_an_answer_leaves_all_in_doubt_and_the_next_one_is_smaller() -> None:
    def answer(asked: Asked) -> Reply:
        raise ConnectionResetError("reset")

    target, _ = scim({"POST /Bulk": answer}, OPS)

    told = target.bulk(new("bo", "cy", "di", "ed"))

    assert {type(each.error).__name__ for each in told} == {"Unreachable"}
    assert all(each.whole for each in told)
    assert target.bulk_size == 2
    assert [each.said[0].status for each in told] == [0] * 4


def test_without_time_nothing_is_sent_and_that_is_told() -> None:
    target, transport = bulk()

    def too_late() -> None:
        raise OutOfTime

    assert isinstance(target.session, Session)
    target.session.before_send = too_late

    with pytest.raises(OutOfTime):
        target.bulk(new("bo", "cy"))
    assert transport.asked == []
