"""One object, one worker: what on demand has in hand, and what a cycle has."""

from dataclasses import replace
from datetime import timedelta

import pytest

from provisioning.choices import Action, ObjectType, Status
from provisioning.jobs import change, claims, control, record
from provisioning.jobs.load import candidates
from provisioning.models import ObjectStateRow, Slice, User
from provisioning.records import Outcome
from provisioning.texts import say
from tests.factories import make_user
from tests.jobs.workers import begun, claimed, keys, lapse, loaded, pks, refreshed, worker
from tests.jobs.world import RowWorld, counts

pytestmark = pytest.mark.both_databases
USER, GROUP = ObjectType.USER, ObjectType.GROUP
MINUTE = timedelta(seconds=60)


def take(world: RowWorld, user: User, length: timedelta = MINUTE) -> int | None:
    return claims.take(refreshed(world), USER, user.pk, length)


def taken(world: RowWorld, user: User) -> int:
    token = take(world, user)
    assert token is not None
    return token


# --- taking


def test_an_object_that_nobody_has_is_taken_once(rows: RowWorld) -> None:
    bo = rows.person()

    assert (take(rows, bo), take(rows, bo)) == (1, None)


def test_a_claim_ends_by_itself(rows: RowWorld) -> None:
    bo = rows.person()
    take(rows, bo)

    ObjectStateRow.objects.update(claimed_until=rows.now() - MINUTE)

    assert take(rows, bo) == 2


def test_what_a_portion_of_the_cycle_has_in_hand_is_not_taken(rows: RowWorld) -> None:
    first, second, third = rows.people(3)
    store = worker(begun(rows))
    lease = claimed(store)

    store.load(lease, 0, 2)

    assert [take(rows, each) is not None for each in (first, second, third)] == [False, False, True]


def test_what_is_in_hand_stays_so_when_nothing_more_is_found_to_be_loaded(rows: RowWorld) -> None:
    first, second = rows.people(2)
    store = worker(begun(rows))
    lease = claimed(store)
    store.load(lease, 0, 2)

    assert store.load(lease, second.pk, 2) == []

    assert (take(rows, first), take(rows, second)) == (None, None)


def test_what_was_recorded_is_free_again(rows: RowWorld) -> None:
    first, second = rows.people(2)
    store = worker(begun(rows))
    lease = claimed(store)
    loaded(store, lease)

    store.record(lease, [], first.pk, False)

    assert (take(rows, first), take(rows, second)) == (1, None)


@pytest.mark.parametrize("how", ["released", "lapsed", "done"])
def test_what_nobody_works_on_any_more_is_free(rows: RowWorld, how: str) -> None:
    (bo,) = rows.people(1)
    store = worker(begun(rows))
    lease = claimed(store)
    loaded(store, lease)

    if how == "released":
        store.release(lease)
    elif how == "lapsed":
        lapse()
    else:
        store.record(lease, [], bo.pk, True)

    assert take(rows, bo) == 1


def test_a_group_with_the_same_key_is_another_object(rows: RowWorld) -> None:
    bo = rows.person()
    store = worker(begun(rows))
    loaded(store, claimed(store))
    group = rows.group("Sales")
    Slice.objects.update(high=None)

    assert claims.take(refreshed(rows), GROUP, group.pk, MINUTE) == 1
    assert take(rows, bo) is None


# --- a cycle leaves it out


def test_what_is_left_out_is_marked_to_be_looked_at_again(rows: RowWorld) -> None:
    bo, other = rows.people(2)
    taken(rows, bo)
    store = worker(begun(rows))

    found = loaded(store, claimed(store))

    assert keys(found) == [other.pk]
    state = rows.state(bo)
    assert (state.cycle_key, state.deferred_until is not None) == (store.cycle.pk, True)


def test_a_full_portion_is_loaded_around_what_is_left_out(rows: RowWorld) -> None:
    people = rows.people(5)
    taken(rows, people[0])
    taken(rows, people[2])
    store = worker(begun(rows))
    lease = claimed(store)

    found = keys(list(store.load(lease, 0, 3)))

    assert found == pks(people[1], people[3], people[4])
    assert Slice.objects.get().in_hand == people[4].pk


@pytest.mark.parametrize("number", [1, 16, 17, 40])
def test_one_claim_ends_no_slice_early(rows: RowWorld, number: int) -> None:
    people = rows.people(number + 1)
    token = taken(rows, people[0])

    rows.cycle(times=1)
    first = len(rows.service.users)
    claims.give_back(refreshed(rows), USER, people[0].pk, token)
    rows.wait(seconds=6)
    rows.work()

    assert (first, len(rows.service.users)) == (number, number + 1)


def test_a_preview_looks_at_what_on_demand_has_in_hand(rows: RowWorld) -> None:
    bo = rows.person()
    taken(rows, bo)
    store = worker(control.preview(rows.job.pk, rows.now()))

    assert keys(loaded(store, claimed(store))) == [bo.pk]
    assert rows.state(bo).deferred_until is None


def test_groups_that_on_demand_has_in_hand_get_their_members_later(rows: RowWorld) -> None:
    people = rows.people(2)
    first, second = rows.group("First"), rows.group("Second")
    rows.cycle()
    change.add_members(first, people)
    change.add_members(second, people)
    token = claims.take(refreshed(rows), GROUP, first.pk, MINUTE)

    rows.cycle(times=1)
    before = len(rows.members(first))
    claims.give_back(refreshed(rows), GROUP, first.pk, token or 0)
    rows.wait(seconds=6)
    rows.work()

    assert (before, len(rows.members(first)), len(rows.members(second))) == (0, 2, 2)


# --- what a cycle put off is left to the cycle


def test_a_record_on_demand_keeps_what_the_cycle_put_off(rows: RowWorld) -> None:
    """On demand read the person before the change, the cycle began after it: nobody else would look again."""
    bo = rows.person(surname="Old")
    rows.cycle()
    token = taken(rows, bo)
    (before,) = candidates(refreshed(rows), USER, [bo.pk])
    rows.change(bo, surname="New")
    rows.cycle(times=1)
    assert before.state is not None

    outcome = _unchanged(rows, bo)
    record.write(refreshed(rows), None, [outcome], {bo.pk: before.state.target_id}, rows.now())
    claims.give_back(refreshed(rows), USER, bo.pk, token)
    rows.wait(seconds=6)
    rows.work()

    account = rows.account(bo)
    assert account is not None
    assert account.attributes["familyName"] == "New"


def _unchanged(world: RowWorld, user: User) -> Outcome:
    (found,) = candidates(refreshed(world), USER, [user.pk])
    assert found.state is not None
    settled = replace(found.state, deferred_until=None, tries=0)
    values = {"source": found.source, "action": Action.OTHER, "status": Status.SUCCESS, "reason": say("Equal.")}
    return Outcome(**values, state=settled, logged=False, target_id=settled.target_id)


# --- giving back


def test_a_row_that_was_made_for_the_claim_is_gone_with_it(rows: RowWorld) -> None:
    stranger = make_user()

    claims.give_back(refreshed(rows), USER, stranger.pk, taken(rows, stranger))

    assert rows.job.object_states.count() == 0


def test_a_row_that_tells_something_stays(rows: RowWorld) -> None:
    bo = rows.person()
    rows.cycle()

    claims.give_back(refreshed(rows), USER, bo.pk, taken(rows, bo))

    assert (rows.state(bo).claimed_until, rows.state(bo).target_id != "") == (None, True)


def test_a_claim_that_was_lost_is_not_given_back(rows: RowWorld) -> None:
    bo = rows.person()
    first = taken(rows, bo)
    ObjectStateRow.objects.update(claimed_until=rows.now() - MINUTE)
    taken(rows, bo)

    claims.give_back(refreshed(rows), USER, bo.pk, first)

    assert rows.state(bo).claimed_until is not None
    assert claims.is_held(refreshed(rows), USER, bo.pk, first) is False


def test_an_account_that_may_be_created_now_is_noted_first(rows: RowWorld) -> None:
    bo = rows.person()
    token = taken(rows, bo)

    claims.intend(refreshed(rows), USER, bo.pk, token, rows.now())
    claims.give_back(refreshed(rows), USER, bo.pk, token)

    state = rows.state(bo)
    assert (state.uncertain, state.was_in_scope, state.managed) == (True, True, True)
    assert counts(rows.cycle())["created"] == 1


def test_anything_in_hand_is_told(rows: RowWorld) -> None:
    bo = rows.person()
    assert claims.any_live(rows.job.pk) is False

    token = taken(rows, bo)
    assert claims.any_live(rows.job.pk) is True

    claims.give_back(refreshed(rows), USER, bo.pk, token)
    claimed(worker(begun(rows)))
    assert claims.any_live(rows.job.pk) is True
