"""What a listing of the target gave: believed for a first attempt only, and not after an interruption."""

import pytest

from provisioning.choices import CycleKind, CycleStatus, ObjectType
from provisioning.errors import LeaseLost, ServerError
from provisioning.jobs import change, control, surveying
from provisioning.jobs.load import candidates
from provisioning.jobs.rules import job_rules
from provisioning.models import Cycle, SurveyRow, User
from provisioning.records import Candidate, TargetObject
from provisioning.texts import say
from tests.factories import make_cycle, make_state
from tests.jobs.workers import begun, claimed, lapse, loaded, refreshed, worker
from tests.jobs.world import RowWorld, counts

pytestmark = pytest.mark.both_databases
USER = ObjectType.USER


def surveyed(world: RowWorld, *accounts: TargetObject, kind: CycleKind = CycleKind.INITIAL) -> Cycle:
    """A cycle in its phase of users whose listing is complete."""
    cycle = make_cycle(refreshed(world), kind=kind, surveyed=[USER])
    surveying.keep(cycle, job_rules(cycle.job), USER, accounts)
    return cycle


def account(id_: str, name: str = "", **attributes: str) -> TargetObject:
    return TargetObject(
        id=id_, attributes={**({"userName": name} if name else {}), **attributes}, active=True, label=id_
    )


def found(cycle: Cycle, user: User, *, is_clean: bool = True) -> list[str] | None:
    loaded_: list[Candidate] = candidates(cycle.job, USER, [user.pk])
    rules = job_rules(cycle.job, CycleKind(cycle.kind))
    (candidate,) = surveying.with_survey(cycle, rules, loaded_, is_clean=is_clean)
    return None if candidate.surveyed is None else [each.id for each in candidate.surveyed]


def test_an_account_is_found_by_its_matching_value_in_any_case(rows: RowWorld) -> None:
    bo = rows.person(user_principal_name="Bo.Bell@contoso.example")
    cycle = surveyed(rows, account("1", "BO.BELL@CONTOSO.EXAMPLE"), account("2", "other@contoso.example"))

    assert found(cycle, bo) == ["1"]


def test_letters_that_have_a_long_form_are_folded_as_matching_does(rows: RowWorld) -> None:
    bo = rows.person(user_principal_name="straße@contoso.example")
    cycle = surveyed(rows, account("1", "STRASSE@contoso.example"))

    assert found(cycle, bo) == ["1"]


def test_nobody_is_found_where_nobody_is(rows: RowWorld) -> None:
    assert found(surveyed(rows, account("1", "x")), rows.person()) == []


def test_two_accounts_with_the_value_are_both_given(rows: RowWorld) -> None:
    bo = rows.person()
    cycle = surveyed(rows, account("1", bo.user_principal_name), account("2", bo.user_principal_name.upper()))

    assert found(cycle, bo) == ["1", "2"]


def test_values_longer_than_the_column_are_found_by_their_beginning(rows: RowWorld) -> None:
    long = "x" * 2000
    cycle = surveyed(rows, account("1", long))

    assert SurveyRow.objects.get().value == "x" * surveying.LONGEST
    assert [each.id for each in surveying._of([("userName", long)], {("userName", "x" * 512): [account("1")]})] == ["1"]
    assert (
        surveying._by_value(cycle, {("userName", long)}, USER)["userName", "x" * surveying.LONGEST][0].attributes[
            "userName"
        ]
        == long
    )


def test_an_account_without_a_matching_value_is_kept_and_matches_nobody(rows: RowWorld) -> None:
    bo = rows.person()
    cycle = surveyed(rows, account("1", displayName="x"))

    assert (found(cycle, bo), surveying.unowned(cycle).count()) == ([], 1)


# --- believed at first only


@pytest.mark.parametrize(
    ("values", "believed"),
    [
        ({"target_id": ""}, True),
        ({"target_id": "9"}, False),
        ({"target_id": "", "failures": 1}, False),
        ({"target_id": "", "tries": 1}, False),
        ({"target_id": "", "uncertain": True}, False),
    ],
)
def test_the_listing_is_believed_for_a_first_attempt_only(
    rows: RowWorld, values: dict[str, object], believed: bool
) -> None:
    bo = rows.person()
    make_state(rows.job, bo, **values)
    cycle = surveyed(rows, account("1", bo.user_principal_name))

    assert (found(cycle, bo) == ["1"]) is believed


def test_it_is_not_believed_where_a_worker_vanished(rows: RowWorld) -> None:
    bo = rows.person()
    cycle = surveyed(rows, account("1", bo.user_principal_name))

    assert found(cycle, bo, is_clean=False) is None


def test_it_is_not_believed_before_it_is_complete(rows: RowWorld) -> None:
    bo = rows.person()
    cycle = surveyed(rows, account("1", bo.user_principal_name))
    cycle.surveyed = []

    assert found(cycle, bo) is None


def test_of_a_cycle_that_compares_everybody_gets_the_own_account(rows: RowWorld) -> None:
    bo, cy = rows.people(2)
    make_state(rows.job, bo, target_id="1")
    make_state(rows.job, cy, target_id="gone")
    cycle = surveyed(rows, account("1", "renamed"), kind=CycleKind.RECONCILE)

    assert (found(cycle, bo), found(cycle, cy)) == (["1"], [])


def test_r31_accounts_that_belong_to_nobody_are_told_once_each(rows: RowWorld) -> None:
    bo = rows.person()
    make_state(rows.job, bo, target_id="1")
    cycle = surveyed(rows, account("1", "a"), account("2", "b"), account("3", "c"))

    assert [each.target_id for each in surveying.unowned(cycle)] == ["2", "3"]


# --- dropped


@pytest.fixture
def listing(rows: RowWorld) -> Cycle:
    """Thirty people have no account, and a first page was listed."""
    rows.people(30)
    cycle = begun(rows)
    store = worker(cycle)
    lease = claimed(store)
    store.record_survey(lease, [account("1", "a")], False)
    store.release(lease)
    return cycle


def test_a_listing_that_is_given_up_is_forgotten_and_the_cycle_goes_on(rows: RowWorld, listing: Cycle) -> None:
    store = worker(listing)
    store.give_up_survey(claimed(store))

    listing.refresh_from_db()
    assert (SurveyRow.objects.count(), listing.surveyed) == (0, [])
    rows.work()
    assert len(rows.service.users) == 30


def test_stopping_and_going_on_drops_the_listing(rows: RowWorld, listing: Cycle) -> None:
    Cycle.objects.update(surveyed=[USER])
    control.stop(rows.job.pk, rows.now())
    control.start(rows.job.pk, rows.now())

    cycle = begun(rows)

    assert (cycle, cycle.surveyed, SurveyRow.objects.count()) == (listing, [], 0)


def test_the_listing_is_gone_with_its_cycle(rows: RowWorld, listing: Cycle) -> None:
    rows.work()

    assert (rows.newest().status, SurveyRow.objects.count()) == (CycleStatus.COMPLETED, 0)


def test_that_of_a_reconcile_cycle_is_kept_until_the_next_one(rows: RowWorld) -> None:
    rows.people(2)
    rows.cycle()
    first = control.reconcile(rows.job.pk, rows.now(), repair=False)
    rows.work()
    rows.cycle()
    kept = SurveyRow.objects.filter(cycle=first).count()

    second = control.reconcile(rows.job.pk, rows.now(), repair=False)
    rows.work()

    assert kept == 2
    assert set(SurveyRow.objects.values_list("cycle", flat=True)) == {second.pk}


def test_a_lost_lease_lists_nothing(rows: RowWorld, listing: Cycle) -> None:
    slow = worker(listing)
    lost = claimed(slow)
    lapse()
    claimed(worker(listing))

    with pytest.raises(LeaseLost):
        slow.record_survey(lost, [account("2", "b")], True)
    with pytest.raises(LeaseLost):
        slow.give_up_survey(lost)


def test_a_listing_that_fails_for_groups_stops_no_user(rows: RowWorld) -> None:
    for number in range(12):
        rows.group(f"Group {number}")
    rows.people(12)
    failed = []

    def fail(operation: str, about: object) -> None:
        if operation == "list" and not failed:
            failed.append(operation)
            raise ServerError(say("down"))

    rows.service.before = fail
    cycle = rows.cycle()

    assert counts(cycle) == {"created": 24}


def test_a_portion_is_looked_up_at_once(rows: RowWorld) -> None:
    people = rows.people(30)
    store = worker(begun(rows))
    lease = claimed(store)
    store.record_survey(lease, [account(str(n), each.user_principal_name) for n, each in enumerate(people)], True)
    store.advance()
    lease = claimed(store)

    assert all(each.surveyed for each in loaded(store, lease))


def test_members_are_not_part_of_the_listing(rows: RowWorld) -> None:
    people = rows.people(2)
    group = rows.group("Sales", people)
    rows.cycle()
    change.remove_members(group, people)

    control.reconcile(rows.job.pk, rows.now(), repair=False)
    rows.work()

    assert not any("members" in row.attributes for row in SurveyRow.objects.all())
