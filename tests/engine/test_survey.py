"""Listing the target: when it is worth it, when it is given up, and what its failures mean."""

from typing import Any

import pytest

from provisioning.choices import CycleKind, CycleStatus, ObjectType, Work
from provisioning.connectors.base import Page
from provisioning.connectors.memory import Memory
from provisioning.engine.cycle import work
from provisioning.engine.ports import Lease
from provisioning.engine.survey import LEAST, is_worth_trying
from provisioning.errors import (
    CredentialsRejected,
    OutOfTime,
    ProvisioningError,
    Rejected,
    RequestTimeout,
    SettingsInvalid,
    TooManyRequests,
)
from provisioning.records import TargetObject
from provisioning.texts import say
from tests.engine.clocks import Inline
from tests.engine.memory_store import LEASE_SECONDS, MemoryStore
from tests.engine.world import SECONDS, World


class NotListable(Memory):
    can_list = False


class Paged(Memory):
    page_size = 2


class NotSearchable(Memory):
    can_filter = False


class WithoutTotal(Paged):
    """It does not tell how many there are."""

    def list(self, type_: ObjectType, cursor: str = "") -> Page:
        page = super().list(type_, cursor)
        return Page(objects=page.objects, next=page.next)


def world_of(people: int, target: type[Memory] = Memory, strangers: int = 0) -> World:
    """So many people without accounts, and so many accounts of others."""
    world = World(people)
    world.target = target(service=world.target.service)
    for number in range(strangers):
        world.target.create(ObjectType.USER, {"userName": f"stranger{number}", "displayName": "Stranger"})
    world.target.service.requests.clear()
    return world


def requests(world: World, name: str) -> int:
    return world.target.service.requests[name]


@pytest.mark.parametrize(
    ("unlinked", "target", "reconcile", "expected"),
    [
        (LEAST - 1, Memory, False, False),
        (LEAST, Memory, False, True),
        (0, Memory, True, True),
        (1, NotSearchable, False, True),
        (0, NotSearchable, False, False),
        (LEAST, NotListable, False, False),
        (LEAST, NotListable, True, False),
    ],
)
def test_a_survey_is_tried_where_it_may_be_cheaper_or_can_not_be_done_without(
    unlinked: int, target: type[Memory], reconcile: bool, expected: bool
) -> None:
    assert is_worth_trying(unlinked, target, reconcile=reconcile) is expected


def test_after_a_listing_nobody_is_asked_for() -> None:
    world = world_of(LEAST, Paged, strangers=3)

    world.work()

    assert (requests(world, "list"), requests(world, "find"), requests(world, "create")) == (2, 0, LEAST)
    assert world.cycle.status is CycleStatus.COMPLETED


def test_listed_accounts_are_linked() -> None:
    world = world_of(LEAST)
    world.target.create(ObjectType.USER, {"userName": "USER1@contoso.example", "displayName": "Somebody"})

    world.work()

    assert (world.state(1).origin, requests(world, "find"), world.accounts) == ("adopted", 0, LEAST)


def test_a_listing_that_costs_more_than_asking_is_given_up_after_its_first_page() -> None:
    world = world_of(LEAST, Paged, strangers=50)

    world.work()

    assert (requests(world, "list"), requests(world, "find")) == (1, LEAST)


def test_without_a_total_a_listing_is_given_up_when_it_cost_as_much_as_asking() -> None:
    world = world_of(LEAST, WithoutTotal, strangers=50)

    world.work()

    assert (requests(world, "list"), requests(world, "find")) == (LEAST + 1, LEAST)


def test_an_empty_page_that_is_not_the_last_counts_as_a_full_one() -> None:
    class Sparse(Paged):
        def list(self, type_: ObjectType, cursor: str = "") -> Page:
            page = super().list(type_, cursor)
            return page if cursor else Page(objects=(), next="0", total=page.total)

    world = world_of(LEAST, Sparse, strangers=50)

    world.work()

    assert requests(world, "list") == 1


def test_after_an_owner_vanished_unlinked_objects_are_asked_for() -> None:
    world = world_of(LEAST)
    world.store().claim()
    world.clock.advance(LEASE_SECONDS + 1)

    world.work()

    assert (requests(world, "list"), requests(world, "find")) == (0, LEAST)


def test_a_target_that_can_not_be_searched_is_listed_again_after_an_owner_vanished() -> None:
    world = world_of(LEAST, NotSearchable)
    world.store().claim()
    world.clock.advance(LEASE_SECONDS + 1)

    world.work()

    assert requests(world, "list") == 1


@pytest.mark.parametrize("error", [RequestTimeout(say("slow")), Rejected(say("odd"))])
def test_a_listing_that_fails_is_given_up_where_objects_can_be_asked_for(error: ProvisioningError) -> None:
    world = world_of(LEAST)
    world.target.service.fail("list", error)

    world.work()

    assert (requests(world, "list"), world.accounts, world.cycle.status) == (1, LEAST, CycleStatus.COMPLETED)


def reconciling() -> World:
    world = world_of(1)
    world.work()
    world.begin(CycleKind.RECONCILE)
    return world


def test_a_reconcile_cycle_waits_when_its_listing_fails_and_begins_it_anew() -> None:
    world = reconciling()
    slower = TooManyRequests(say("slower"))
    slower.retry_after = 30.0
    world.target.service.fail("list", slower)

    world.work()

    assert (world.cycle.status, world.cycle.slices[0].expires) == (CycleStatus.RUNNING, None)
    assert world.store().claim() is None
    world.clock.advance(31)
    world.work()
    assert (world.cycle.status, requests(world, "list")) == (CycleStatus.COMPLETED, 2)


def test_a_reconcile_cycle_stops_the_job_when_its_listing_is_refused() -> None:
    world = reconciling()
    world.target.service.fail("list", Rejected(say("No listing here.")))

    world.work()

    assert isinstance(world.job.quarantine, SettingsInvalid)
    assert (world.cycle.status, world.cycle.slices[0].expires) == (CycleStatus.INTERRUPTED, None)


def test_a_listing_without_rights_stops_the_job_and_gives_the_slice_back() -> None:
    world = world_of(LEAST)
    error = CredentialsRejected(say("The password is wrong."))
    world.target.service.fail("list", error)

    world.work()

    assert (world.job.quarantine, world.cycle.slices[0].expires) == (error, None)


def test_a_listing_without_time_is_given_back_and_begun_anew() -> None:
    world = world_of(LEAST)
    world.target.service.fail("list", OutOfTime())

    world.work()

    assert (requests(world, "list"), world.cycle.slices[0].token) == (2, 2)
    assert world.cycle.status is CycleStatus.COMPLETED


def test_switching_off_stops_between_two_pages_and_gives_the_slice_back() -> None:
    world = world_of(LEAST, Paged, strangers=5)

    def switch_off(operation: str, about: Any) -> None:
        world.job.switch_off()

    world.target.service.after = switch_off

    world.work()

    assert (requests(world, "list"), world.cycle.status) == (1, CycleStatus.STOPPED)
    assert (world.cycle.slices[0].expires, world.cycle.slices[0].done) == (None, False)


def test_a_listing_in_other_hands_is_left_to_them() -> None:
    class TakenOver(MemoryStore):
        def record_survey(self, lease: Lease, found: Any, last: bool) -> Any:
            self.cycle.slices[lease.slice_id].token += 1
            return super().record_survey(lease, found, last)

    world = world_of(LEAST)

    work(TakenOver(world.job, world.clock), world.target, Inline(), world.clock, SECONDS)

    assert [each.work for each in world.cycle.slices] == [Work.SURVEY]
    assert world.cycle.slices[0].done is False


def test_what_was_listed_is_only_believed_of_the_account_it_was() -> None:
    world = world_of(LEAST)
    account = TargetObject(id="99", attributes={"userName": "user1@contoso.example"})
    world.target.service.put(ObjectType.USER, account, ("userName",))

    world.work()

    assert world.state(1).target_id == "99"
