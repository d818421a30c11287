"""The target in memory keeps the contract, and fails when it is told to."""

from collections.abc import Mapping
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.memory import Memory, MemoryWithSwitch, Service
from provisioning.errors import CredentialsRejected, LicenseLimitExceeded, RequestTimeout, ServerError
from provisioning.records import TargetObject
from provisioning.texts import say
from tests.connectors.members_contract import MembersContract

USER = ObjectType.USER


class TestMemory(MembersContract):
    matching = "userName"
    name = "displayName"
    connector: type[Memory] = Memory

    @pytest.fixture
    def target(self) -> Memory:
        return self.connector()

    @pytest.fixture
    def refused(self) -> Memory:
        service = Service()
        service.fail("test_connection", CredentialsRejected(say("no")))
        return self.connector(service=service)

    def values(self, who: str) -> Mapping[str, Any]:
        return {"userName": who, "displayName": "Bo Bell", "roles": ("writer", "reader")}

    def group_values(self, name: str) -> Mapping[str, Any]:
        return {"displayName": name}

    def members(self, target: Memory, id_: str) -> set[str]:
        return set(target.service.members(id_))


class TestMemoryWithSwitch(TestMemory):
    connector = MemoryWithSwitch

    def values(self, who: str) -> Mapping[str, Any]:
        return {**super().values(who), "active": True}

    def test_the_attribute_switches_the_account(self) -> None:
        target = MemoryWithSwitch()
        id_ = target.create(USER, {"userName": "bo", "active": True})

        target.update(USER, id_, {"active": False})

        account = target.get(USER, id_)
        assert account is not None
        assert (account.active, account.attributes["active"]) == (False, False)


def test_seats_run_out_and_come_back() -> None:
    target = Memory(service=Service(seats=1))
    first = target.create(USER, {"userName": "bo"})
    with pytest.raises(LicenseLimitExceeded):
        target.create(USER, {"userName": "cy"})

    target.disable(USER, first)

    assert target.create(USER, {"userName": "cy"})
    with pytest.raises(LicenseLimitExceeded):
        target.enable(USER, first, {"userName": "bo"})


def test_a_failure_comes_once_and_leaves_nothing_behind() -> None:
    target = Memory()
    target.service.fail("create", ServerError(say("down")))

    with pytest.raises(ServerError):
        target.create(USER, {"userName": "bo"})

    assert dict(target.service.accounts()) == {}
    assert target.create(USER, {"userName": "bo"})


def test_a_lost_answer_leaves_the_work_done() -> None:
    target = Memory()
    target.service.fail("create", RequestTimeout(say("slow")), done=True)

    with pytest.raises(RequestTimeout):
        target.create(USER, {"userName": "bo"})

    assert list(target.service.accounts()) == ["bo"]


def test_requests_are_counted_by_what_they_do() -> None:
    target = Memory()
    target.find(USER, "userName", "bo")
    target.find(USER, "userName", "cy")
    target.create(USER, {"userName": "bo"})

    assert dict(target.service.requests) == {"find": 2, "create": 1}


def test_hooks_see_every_request_and_may_stop_it() -> None:
    seen: list[tuple[str, Any]] = []
    service = Service(before=lambda name, about: seen.append((name, about)))
    target = Memory(service=service)
    target.find(USER, "userName", "bo")
    service.after = lambda name, about: seen.append((f"after {name}", about))
    target.get(USER, "1")

    assert seen == [("find", "bo"), ("get", "1"), ("after get", "1")]


def test_a_snapshot_does_not_follow_later_changes() -> None:
    target = Memory()
    id_ = target.create(USER, {"userName": "bo", "displayName": "Bo"})
    snapshot = target.service.accounts()

    target.update(USER, id_, {"displayName": "Bosse"})

    assert snapshot["bo"].attributes["displayName"] == "Bo"


def test_an_empty_value_takes_the_attribute_away() -> None:
    target = Memory()
    id_ = target.create(USER, {"userName": "bo", "displayName": "Bo"})

    target.update(USER, id_, {"displayName": None})

    account = target.get(USER, id_)
    assert account is not None
    assert dict(account.attributes) == {"userName": "bo"}


def test_two_connectors_share_one_service() -> None:
    service = Service()
    Memory(service=service).create(USER, {"userName": "bo"})

    assert len(Memory(service=service).find(USER, "userName", "bo")) == 1


# --- the whole contents


def test_pages_go_on_behind_the_last_id_so_that_nobody_is_skipped_when_others_vanish() -> None:
    target = Memory()
    ids = [target.create(USER, {"userName": f"user{number}"}) for number in range(4)]
    target.page_size = 2
    first = target.list(USER)

    target.delete(USER, ids[0])

    assert [each.id for each in target.list(USER, first.next).objects] == ids[2:]


def test_an_empty_target_is_one_empty_page() -> None:
    page = Memory().list(USER)

    assert (list(page.objects), page.next, page.total) == ([], "", 0)


def test_a_list_is_a_request_and_fails_when_it_is_told_to() -> None:
    target = Memory()
    target.service.fail("list", ServerError(say("down")))

    with pytest.raises(ServerError):
        target.list(USER)
    assert target.list(USER).total == 0
    assert target.service.requests["list"] == 2


def test_members_that_the_service_does_not_know_are_left_out() -> None:
    target = Memory()
    group = target.create(ObjectType.GROUP, {"displayName": "Sales"})
    nested = target.create(ObjectType.GROUP, {"displayName": "EMEA"})

    target.add_members(group, [nested, "77"])

    assert target.service.members(group) == {nested}


def test_what_a_test_puts_there_behind_our_back_is_found() -> None:
    target = Memory()
    id_ = target.create(USER, {"userName": "bo"})
    edited = TargetObject(id=id_, attributes={"userName": "bosse"}, active=True)

    target.service.put(USER, edited, ["userName"])

    assert list(target.find(USER, "userName", "bosse")) == [edited]
    assert list(target.find(USER, "userName", "bo")) == []


def test_disabling_writes_the_attribute_that_switches() -> None:
    target = MemoryWithSwitch()
    id_ = target.create(USER, {"userName": "bo"})

    target.disable(USER, id_)

    account = target.get(USER, id_)
    assert account is not None
    assert (account.active, account.attributes["active"]) == (False, False)
