"""The bench's SCIM target answers the real connector over HTTP, one by one and in bulk, and counts requests."""

from collections.abc import Iterator

import pytest

from benchmarks.processes import ScimTarget, Target, running_target, told
from provisioning.choices import ObjectType
from provisioning.connectors.base import Write
from provisioning.connectors.scim import Scim
from provisioning.errors import Conflict, CredentialsRejected, TargetObjectMissing
from provisioning.wire.session import new_session

USER, GROUP = ObjectType.USER, ObjectType.GROUP
BO = {"userName": "bo@contoso.example", "title": "Clerk"}


@pytest.fixture
def target() -> Iterator[Target]:
    with running_target(kind=ScimTarget) as target:
        yield target


@pytest.fixture
def scim(target: Target) -> Iterator[Scim]:
    with new_session(timeout=10, allow_private=True) as session:
        made = Scim(target.credentials, session)
        made.adapt({"discovered": {"bulk.ops": 100}})
        yield made


def test_the_connection_test_finds_bulk(scim: Scim) -> None:
    assert scim.test_connection().learned["bulk.ops"] == 1000


def test_a_wrong_token_is_refused(target: Target) -> None:
    with new_session(timeout=10, allow_private=True) as session, pytest.raises(CredentialsRejected):
        Scim({**target.credentials, "token": "wrong"}, session).find(USER, "userName", "bo")


def test_a_user_is_created_found_changed_and_deleted(scim: Scim) -> None:
    id_ = scim.create(USER, BO)

    scim.update(USER, id_, {"title": "Boss"})

    (found,) = scim.find(USER, "userName", "BO@contoso.example")
    assert (found.id, found.attributes["title"]) == (id_, "Boss")
    with pytest.raises(Conflict):
        scim.create(USER, BO)
    scim.delete(USER, id_)
    with pytest.raises(TargetObjectMissing):
        scim.update(USER, id_, {"title": "Boss"})


def test_members_come_and_go(scim: Scim) -> None:
    people = [scim.create(USER, {"userName": f"person{number}@contoso.example"}) for number in range(3)]
    group = scim.create(GROUP, {"displayName": "Sales"})

    scim.add_members(group, people)
    scim.remove_members(group, people[:1])

    held = scim.call("GET", f"/Groups/{group}")["members"]
    assert [each["value"] for each in held] == people[1:]


def test_a_bulk_request_is_one_and_each_operation_has_its_answer(target: Target, scim: Scim) -> None:
    first, second, third = scim.bulk([Write(USER, BO), Write(USER, BO), Write(USER, {"title": "Boss"}, "99")])

    assert first.id == "1"
    assert isinstance(second.error, Conflict)
    assert isinstance(third.error, TargetObjectMissing)
    assert target.take_stats() == {"bulk": 1}


def test_pages_of_a_list_hold_everybody_once(scim: Scim) -> None:
    ids = {scim.create(USER, {"userName": f"person{number}@contoso.example"}) for number in range(5)}
    scim.page_size = 2

    assert [each.id for each in scim.everything(USER)] == sorted(ids, key=int)


def test_the_loop_looks_everybody_up_every_time_and_writes_what_differs(target: Target) -> None:
    runs = []
    for changed in (0, 0, 2):
        told("benchmarks.scim_bare", target.url, "--users", 5, "--changed", changed)
        runs.append(target.take_stats())

    assert runs[0] == {"users.find": 5, "users.post": 5, "groups.find": 1, "groups.post": 1, "groups.patch": 1}
    assert runs[1] == {"users.find": 5, "groups.find": 1}
    assert runs[2] == {"users.find": 5, "users.patch": 2, "groups.find": 1}
