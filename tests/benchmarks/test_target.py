"""The bench's target answers the real connector over HTTP as GoTo does, and counts what it was asked."""

from collections.abc import Iterator

import pytest

from benchmarks.processes import Target, running_target
from benchmarks.target import ACCOUNT
from provisioning.choices import ObjectType
from provisioning.connectors.goto import GoTo
from provisioning.errors import Conflict, CredentialsRejected, TargetObjectMissing
from provisioning.wire.session import new_session

USER = ObjectType.USER
USERS = f"/accounts/{ACCOUNT}/users"
ANN = {"email": "ann.ek@contoso.example", "firstName": "Ann", "lastName": "Ek", "locale": "en_US"}


@pytest.fixture(scope="module")
def running() -> Iterator[Target]:
    with running_target() as target:
        yield target


@pytest.fixture
def target(running: Target) -> Target:
    """The target without people, but for its administrator."""
    with new_session(timeout=10, allow_private=True) as session:
        goto = GoTo(running.credentials, session)
        for each in goto.call("GET", USERS)["results"]:
            if each["email"] != running.credentials["username"]:
                goto.delete(USER, each["key"])
    running.take_stats()
    return running


@pytest.fixture
def goto(target: Target) -> Iterator[GoTo]:
    with new_session(timeout=10, allow_private=True) as session:
        yield GoTo(target.credentials, session)


def test_the_connection_test_passes(goto: GoTo) -> None:
    assert goto.test_connection().signed_in_as == "admin@contoso.example"


def test_a_wrong_password_is_refused(target: Target) -> None:
    with new_session(timeout=10, allow_private=True) as session:
        goto = GoTo({**target.credentials, "password": "wrong"}, session)
        with pytest.raises(CredentialsRejected):
            goto.test_connection()


def test_a_created_user_is_found_and_read_with_its_licence(goto: GoTo) -> None:
    values = goto.translate(USER, {**ANN, "licenseKeys": ("GoToMeeting",)}, {})

    key = goto.create(USER, values)

    [found] = goto.find(USER, "email", "Ann.Ek@contoso.example")
    assert (found.id, found.active, dict(found.attributes)) == (key, True, dict(values))
    assert goto.get(USER, key) == found


def test_an_address_that_nobody_has_is_not_found(goto: GoTo) -> None:
    assert list(goto.find(USER, "email", "nobody@contoso.example")) == []


def test_an_address_in_use_is_a_conflict(goto: GoTo) -> None:
    goto.create(USER, ANN)

    with pytest.raises(Conflict):
        goto.create(USER, ANN)


def test_an_update_changes_what_it_names_and_nothing_else(goto: GoTo) -> None:
    key = goto.create(USER, ANN)

    goto.update(USER, key, {"email": "ann.berg@contoso.example", "lastName": "Berg"})

    [found] = goto.find(USER, "email", "ann.berg@contoso.example")
    assert found.attributes == {**ANN, "email": "ann.berg@contoso.example", "lastName": "Berg"}
    assert list(goto.find(USER, "email", ANN["email"])) == []


def test_a_disabled_user_is_suspended_and_comes_back_with_a_licence(goto: GoTo) -> None:
    licence = goto.translate(USER, {"licenseKeys": ("GoToMeeting",)}, {})
    key = goto.create(USER, {**ANN, **licence})

    goto.disable(USER, key)
    suspended = goto.get(USER, key)
    goto.enable(USER, key, licence)
    enabled = goto.get(USER, key)

    assert suspended is not None
    assert enabled is not None
    assert (suspended.active, enabled.active) == (False, True)


def test_a_deleted_user_is_gone(goto: GoTo) -> None:
    key = goto.create(USER, ANN)

    goto.delete(USER, key)

    assert goto.get(USER, key) is None
    with pytest.raises(TargetObjectMissing):
        goto.update(USER, key, {"lastName": "Berg"})


def test_people_are_listed_page_by_page(goto: GoTo) -> None:
    for number in range(5):
        goto.create(USER, {**ANN, "email": f"ann{number}@contoso.example"})

    pages = [
        goto.call("GET", USERS, query={"pageSize": "4", "offset": offset, "attributes": "key,email"})
        for offset in ("0", "4", "8")
    ]

    assert [len(page["results"]) for page in pages] == [4, 2, 0]
    assert {page["total"] for page in pages} == {6}
    assert len({each["email"] for page in pages for each in page["results"]}) == 6


def test_requests_are_counted_by_call(target: Target, goto: GoTo) -> None:
    goto.create(USER, ANN)
    goto.find(USER, "email", ANN["email"])
    goto.call("GET", USERS)

    assert target.take_stats() == {
        "token": 1,
        "me": 1,
        "licenses.list": 1,
        "users.create": 1,
        "users.find": 1,
        "users.list": 1,
    }
    assert target.take_stats() == {}
