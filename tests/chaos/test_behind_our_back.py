"""Others change the target too: accounts that vanish, change or come twice, seats that are gone, lists that lie."""

import random

import pytest

from tests.chaos import expected
from tests.chaos.world import World

pytestmark = pytest.mark.chaos


@pytest.fixture
def provisioned(world: World) -> World:
    """Everybody has an account."""
    world.start()
    world.rest()
    world.clean()
    world.check_quiet()
    return world


def some_of(world: World, dice: random.Random, count: int) -> list[int]:
    """People with a usable account."""
    usable = [key for key, each in world.model.items() if each.status != "SUSPENDED"]
    return dice.sample(sorted(usable), count)


def reconciled(world: World) -> None:
    before = world.cycle_id()
    world.portal.ask("reconcile", job=world.job)
    world.wait(lambda: world.cycle_id() > before and not world.is_running(), "no reconcile cycle was completed")
    world.check_quiet()


def test_an_account_that_was_deleted_is_made_again_when_its_person_changes(
    provisioned: World, dice: random.Random
) -> None:
    people = some_of(provisioned, dice, 5)
    for person in people:
        provisioned.remove(person)
        provisioned.model.pop(person)
    provisioned.portal.ask("touch", keys=people, surname="Changed")
    provisioned.sync()
    provisioned.rest()

    provisioned.check_quiet()
    made = provisioned.service.deeds()["created"]
    assert [made[provisioned.model[person].email.casefold()] for person in people] == [2] * 5


def test_the_next_reconcile_makes_deleted_accounts_again(provisioned: World, dice: random.Random) -> None:
    for person in some_of(provisioned, dice, 5):
        provisioned.remove(person)

    reconciled(provisioned)


def test_the_next_reconcile_repairs_what_others_edited(provisioned: World, dice: random.Random) -> None:
    for person in some_of(provisioned, dice, 5):
        provisioned.service.edit(provisioned.account_key(person), lastName="Somebody", licenseKeys=[])

    reconciled(provisioned)


def test_an_address_with_two_accounts_is_reported_and_nothing_is_guessed(world: World, dice: random.Random) -> None:
    model = expected.accounts(world.rows(), {})
    person = dice.choice(sorted(model))
    email = model[person].email
    twins = [world.service.add(each, firstName="T", lastName="Win") for each in (email.upper(), email.lower())]
    world.start()
    world.rest()
    facts = world.portal.ask("facts", job=world.job)

    state = next(each for each in facts["states"] if each["source_key"] == person)
    assert (state["status"], state["code"], state["target_id"]) == ("failure", "DuplicateTargetEntries", "")
    found = {each["key"]: each["lastName"] for each in world.service.accounts()}
    assert [found[key] for key in twins] == ["Win", "Win"]
    assert email.casefold() not in world.service.deeds()["created"]
    world.service.remove(twins[0])
    world.clean()
    world.expect()
    kept = world.service.account(email)
    assert kept
    assert (kept["key"], kept["lastName"]) == (twins[1], model[person].last_name)


def test_a_filter_that_is_ignored_links_nobody_to_a_stranger(world: World) -> None:
    world.service.fault("users.list", "ignore_filter", times=0)
    world.start()
    world.rest()
    world.check_safe()
    world.clean()
    world.check_quiet()


def test_lists_that_leave_people_out_make_no_second_account(world: World, dice: random.Random) -> None:
    model = expected.accounts(world.rows(), {})
    for person in dice.sample(sorted(model), 20):
        names = {"firstName": "Was", "lastName": "Here"}
        world.service.add(model[person].email, **names, licenseKeys=[expected.MEETING])
    stale = {"kind": "stale_list", "seconds": 3600}
    world.service.plan(dice.randrange(10**6), 0.5, "short_list", stale, calls="users.list")
    world.start()
    world.rest()
    world.check_safe()
    world.clean()
    world.check_quiet()


def test_who_finds_no_seat_waits_with_that_reason_until_there_is_one(world: World) -> None:
    world.service.set_seats(expected.MEETING, 101)  # one is the helpdesk's
    world.start()
    world.rest()
    world.check_safe()
    facts = world.portal.ask("facts", job=world.job)
    taken = sum(expected.MEETING in each.get("licenseKeys", ()) for each in world.service.accounts())

    waiting = [each for each in facts["states"] if each["code"] == "LicenseLimitExceeded"]
    wanted = sum(expected.MEETING in each.licences for each in expected.accounts(world.rows(), {}).values())
    assert (taken, len(waiting)) == (101, wanted - 100)
    world.service.set_seats(expected.MEETING, 100_000)
    world.clean()
    world.check_quiet()
