"""GoTo's list of users, read whole or not believed."""

from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.errors import PermissionMissing, ServerError, SettingsInvalid, UnexpectedAnswer
from tests.connectors.conftest import Connect
from tests.connectors.goto_samples import USER, goto, page, problem
from tests.goto_service import GotoService
from tests.wire.answers import Asked, Reply

PERSON = ObjectType.USER


def user(number: int) -> dict[str, Any]:
    return {**USER, "key": str(number), "email": f"user{number}@contoso.example"}


def serving(number: int, **lie: Any) -> Any:
    """Answers with the page that is asked for; `lie` replaces parts of every answer."""

    def reply(asked: Asked) -> Reply:
        query = dict(part.split("=") for part in asked.query.split("&"))
        offset, size = int(query["offset"]), int(query["pageSize"])
        return 200, {**page(*map(user, range(offset, min(offset + size, number))), total=number), **lie}

    return reply


def read(number: int, size: int = 2, **lie: Any) -> list[str]:
    target, _ = goto({"GET users": serving(number, **lie)})
    target.page_size = size
    ids, cursor = [], ""
    for _ in range(20):
        found = target.list(PERSON, cursor)
        ids += [each.id for each in found.objects]
        cursor = found.next
        if not cursor:
            return ids
    raise AssertionError("the list never ends")


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("lie", [{}, {"total": None}], ids=["total", "no total"])
def test_r28_every_page_is_read_also_when_goto_does_not_count(number: int, lie: dict[str, Any]) -> None:
    assert read(number, **lie) == [str(each) for each in range(number)]


def test_a_page_is_asked_for_by_size_and_offset() -> None:
    target, transport = goto({"GET users": serving(5)})
    target.page_size = 2

    found = target.list(PERSON, "2")

    assert transport.asked[-1].query == "pageSize=2&offset=2"
    assert (found.next, found.total, [each.id for each in found.objects]) == ("4", 5, ["2", "3"])


def test_r28_a_list_that_ends_before_its_total_is_not_believed() -> None:
    with pytest.raises(UnexpectedAnswer, match=r"GoTo's list of users ends after 3 of 7\."):
        read(3, total=7)


def test_a_list_that_shrinks_while_it_is_read_is_over_when_nobody_is_left() -> None:
    target, _ = goto({"GET users": serving(2)})

    found = target.list(PERSON, "4")

    assert (list(found.objects), found.next, found.total) == ([], "", 2)


@pytest.mark.parametrize(
    "body", [{"results": [{"email": "no key"}], "total": 1}, {"total": 1}, {"results": None, "total": 3}]
)
def test_entries_that_are_no_users_do_not_make_a_whole_list(body: dict[str, Any]) -> None:
    target, _ = goto({"GET users": (200, body)})

    with pytest.raises(UnexpectedAnswer, match="ends after 0 of"):
        target.list(PERSON)


@pytest.mark.parametrize("body", [[], ["x"], {"results": 7}, {"results": [user(1)], "total": "many"}])
def test_another_form_is_told_as_such(body: Any) -> None:
    target, _ = goto({"GET users": (200, body)})

    with pytest.raises(UnexpectedAnswer, match="does not have the form that is known"):
        target.list(PERSON)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ((403, problem("insufficient.privileges")), PermissionMissing),
        ((404, problem("not.found")), SettingsInvalid),
        ((503, problem("down")), ServerError),
    ],
)
def test_a_list_that_is_refused_concerns_the_whole_job(reply: Reply, error: type[Exception]) -> None:
    target, _ = goto({"GET users": reply})

    with pytest.raises(error):
        target.list(PERSON)


def test_the_stand_ins_list_is_the_one_that_can_be_asked_for_singly(connect: Connect, service: GotoService) -> None:
    target = connect()
    target.page_size = 2
    first = target.list(PERSON)

    assert (first.total, len(first.objects), first.next) == (5, 2, "2")
    assert service.admin in [each.label for each in (*first.objects, *target.list(PERSON, "2").objects)]


def test_a_page_that_fails_fails_the_list(connect: Connect, service: GotoService) -> None:
    target = connect()
    target.page_size = 2
    cursor = target.list(PERSON).next
    service.fault("users.list", "status", status=503)

    with pytest.raises(ServerError):
        target.list(PERSON, cursor)
