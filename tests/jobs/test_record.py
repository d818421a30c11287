"""Outcomes to rows: states, activities with their exchanges, counters, one holder for each account."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import Action, ObjectType, Origin, Status, StepType
from provisioning.engine.export import LINKED
from provisioning.jobs import load, record
from provisioning.models import Activity, ActivityExchange, Cycle, ObjectStateRow, User
from provisioning.records import Exchange, ModifiedProperty, ObjectState, Outcome, Step
from provisioning.texts import say
from tests.factories import make_cycle, make_job, make_state, make_user, make_users
from tests.jobs.world import drawn_keys

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
NOW = timezone.now()
ENDINGS = ("created", "updated", "disabled", "deleted", "linked", "failed", "skipped", "unchanged")
STATE = ObjectState(
    target_id="77",
    origin=Origin.CREATED,
    was_in_scope=True,
    managed=True,
    sent={"email": "bo@contoso.example", "licenseKeys": ("a", "b")},
    status=Status.SUCCESS,
)


@pytest.fixture
def cycle() -> Cycle:
    return make_cycle(make_job())


def outcome(cycle: Cycle, user: User, **values: Any) -> Outcome:
    """An account was created for the user."""
    (candidate,) = load.candidates(cycle.job, ObjectType.USER, [user.pk])
    defaults: dict[str, Any] = {
        "source": candidate.source,
        "action": Action.CREATE,
        "status": Status.SUCCESS,
        "reason": say("Because of %(why)s.", why="a role"),
        "state": STATE,
    }
    found = {**defaults, **values}
    found.setdefault("target_id", found["state"].target_id if found["state"] else "")
    return Outcome(**found)


def write(cycle: Cycle, *outcomes: Outcome) -> None:
    record.write(cycle.job, cycle, outcomes, {}, NOW)


def state_of(user: User) -> ObjectState:
    return ObjectStateRow.objects.get(source_key=user.pk).as_value()


# --- states


def test_a_state_comes_back_as_it_was_recorded(cycle: Cycle) -> None:
    user = make_user()
    state = ObjectState(
        target_id="77",
        origin=Origin.ADOPTED,
        was_in_scope=True,
        disabled=True,
        sent=STATE.sent,
        status=Status.FAILURE,
        code="Timeout",
        failures=3,
        first_failed_at=NOW - timedelta(days=1),
        next_try_at=NOW,
    )

    write(cycle, outcome(cycle, user, state=state))

    assert state_of(user) == state
    row = ObjectStateRow.objects.get()
    assert (row.source_id, row.label) == (str(user.object_id), user.display_name)


def test_a_later_state_replaces_the_earlier_one(cycle: Cycle) -> None:
    user = make_user()
    make_state(cycle.job, user, target_id="old", failures=9)

    write(cycle, outcome(cycle, user))

    assert state_of(user) == STATE


def test_nothing_is_remembered_of_somebody_who_is_not_ours(cycle: Cycle) -> None:
    write(cycle, outcome(cycle, make_user(), state=None, status=Status.SKIPPED, logged=False))

    assert not ObjectStateRow.objects.exists()


# --- one holder for each account


def test_an_account_that_another_person_holds_is_refused(cycle: Cycle) -> None:
    holder, second = make_users(2)
    make_state(cycle.job, holder, target_id="77")

    write(cycle, outcome(cycle, second, target_label="bo@contoso.example"))

    state, activity = state_of(second), Activity.objects.get()
    assert (state.target_id, state.sent, state.status, state.code) == ("", {}, Status.FAILURE, "DuplicateSourceEntries")
    assert (activity.status, activity.code, activity.target_id) == ("failure", "DuplicateSourceEntries", "77")
    assert activity.reason["values"] == {"account": "bo@contoso.example"}
    assert state_of(holder).target_id == "77"


def test_of_two_in_one_portion_the_first_keeps_the_account(cycle: Cycle) -> None:
    first, second = make_users(2)

    write(cycle, outcome(cycle, first), outcome(cycle, second))

    assert [state_of(user).target_id for user in (first, second)] == ["77", ""]
    cycle.refresh_from_db()
    assert (cycle.created, cycle.failed) == (1, 1)


def test_who_is_refused_again_is_tried_by_the_times_of_failures(cycle: Cycle) -> None:
    holder, second = make_users(2)
    make_state(cycle.job, holder, target_id="77")
    first_failed = NOW - timedelta(hours=7)
    make_state(cycle.job, second, target_id="", failures=2, first_failed_at=first_failed, status=Status.FAILURE)

    write(cycle, outcome(cycle, second))

    state = state_of(second)
    assert (state.failures, state.first_failed_at) == (3, first_failed)
    assert state.next_try_at == first_failed + timedelta(hours=12)


def test_the_same_id_in_another_job_or_of_a_group_is_another_account(cycle: Cycle) -> None:
    user, other = make_users(2)
    make_state(make_job(), other, target_id="77")
    make_state(cycle.job, other, target_id="77", object_type=ObjectType.GROUP)

    write(cycle, outcome(cycle, user))

    assert ObjectStateRow.objects.get(job=cycle.job, object_type=ObjectType.USER).target_id == "77"


def test_the_holder_itself_is_not_refused(cycle: Cycle) -> None:
    user = make_user()
    make_state(cycle.job, user, target_id="77")

    write(cycle, outcome(cycle, user, action=Action.UPDATE))

    assert state_of(user).status == Status.SUCCESS


# --- activities


def test_an_activity_tells_who_and_what(cycle: Cycle) -> None:
    user = make_user(display_name="Åsa O'Hara", user_principal_name="Asa.OHara@contoso.example")

    write(cycle, outcome(cycle, user, code="Odd", remedy="Wait.", target_label="asa@contoso.example", milliseconds=12))

    activity = Activity.objects.get()
    assert (activity.cycle, activity.job, activity.occurred_at) == (cycle, cycle.job, NOW)
    assert (activity.action, activity.status, activity.code, activity.remedy) == ("create", "success", "Odd", "Wait.")
    assert (activity.source_id, activity.source_label) == (str(user.object_id), "Åsa O'Hara")
    assert (activity.identity, activity.label_lower) == ("asa.ohara@contoso.example", "åsa o'hara")
    assert (activity.target_id, activity.target_label) == ("77", "asa@contoso.example")
    assert activity.reason == {"text": "Because of %(why)s.", "values": {"why": "a role"}}
    assert activity.milliseconds == 12


def test_an_activity_keeps_steps_and_changes_in_microsofts_names(cycle: Cycle) -> None:
    step = Step(
        name="EntryExportAdd",
        type=StepType.EXPORT,
        status=Status.SUCCESS,
        text=say("%(name)s was created", name="Åsa"),
        details={"Error": "none"},
        milliseconds=5,
    )
    change = ModifiedProperty("licenseKeys", None, ("a", "b"))

    write(cycle, outcome(cycle, make_user(), steps=(step,), modified=(change,)))

    activity = Activity.objects.get()
    assert activity.steps == [
        {
            "name": "EntryExportAdd",
            "provisioningStepType": "export",
            "status": "success",
            "text": {"text": "%(name)s was created", "values": {"name": "Åsa"}},
            "details": {"Error": "none"},
            "milliseconds": 5,
        }
    ]
    assert activity.modified == [{"displayName": "licenseKeys", "oldValue": None, "newValue": ["a", "b"]}]


def test_a_deleted_account_is_still_named_in_its_activity(cycle: Cycle) -> None:
    gone = ObjectState(was_in_scope=True, status=Status.SUCCESS)

    write(cycle, outcome(cycle, make_user(), action=Action.DELETE, state=gone, target_id="77"))

    assert Activity.objects.get().target_id == "77"


def test_what_is_not_to_be_logged_becomes_no_activity(cycle: Cycle) -> None:
    write(cycle, outcome(cycle, make_user(), logged=False, action=Action.OTHER))

    assert not Activity.objects.exists()


def test_exchanges_are_rows_of_their_own_and_only_where_there_are_some(cycle: Cycle) -> None:
    one, two = make_users(2)
    exchange = Exchange(method="POST", url="https://goto.example/users", request="{}", status=201, milliseconds=9)

    write(cycle, outcome(cycle, one, exchanges=(exchange,)), outcome(cycle, two, state=None))

    row = ActivityExchange.objects.get()
    assert row.activity.source_id == str(one.object_id)
    assert (row.exchanges[0]["url"], row.exchanges[0]["status"]) == ("https://goto.example/users", 201)


def test_over_long_names_are_cut(cycle: Cycle) -> None:
    user = make_user(display_name="x" * 256)

    write(cycle, outcome(cycle, user, target_label="y" * 300))

    assert len(Activity.objects.get().target_label) == 256


# --- counters


@pytest.mark.parametrize(
    ("values", "counter"),
    [
        ({"action": Action.CREATE}, "created"),
        ({"action": Action.UPDATE}, "updated"),
        ({"action": Action.DISABLE}, "disabled"),
        ({"action": Action.DELETE}, "deleted"),
        ({"action": Action.CREATE, "status": Status.FAILURE}, "failed"),
        ({"action": Action.OTHER, "status": Status.SKIPPED}, "skipped"),
        ({"action": Action.OTHER, "status": Status.SKIPPED, "logged": False}, "unchanged"),
        ({"action": Action.OTHER, "code": LINKED}, "linked"),
        ({"action": Action.OTHER, "code": LINKED, "status": Status.FAILURE}, "failed"),
        ({"action": Action.OTHER}, "unchanged"),
        ({"action": Action.OTHER, "logged": False}, "unchanged"),
    ],
)
def test_each_outcome_moves_one_counter(cycle: Cycle, values: dict[str, Any], counter: str) -> None:
    write(cycle, outcome(cycle, make_user(), **values))

    cycle.refresh_from_db()
    assert {name: getattr(cycle, name) for name in ENDINGS if getattr(cycle, name)} == {counter: 1}
    assert cycle.looked_at == 1


def test_the_counters_add_up_to_those_looked_at_and_agree_with_the_log(cycle: Cycle) -> None:
    values: list[dict[str, Any]] = [
        {"action": action, "status": status, "code": code, "logged": logged, "state": None}
        for action in Action
        for status in (Status.SUCCESS, Status.SKIPPED, Status.FAILURE)
        for code in ("", LINKED)
        for logged in (True, False)
    ]
    write(cycle, *(outcome(cycle, make_user(), **each) for each in values))

    cycle.refresh_from_db()
    assert sum(getattr(cycle, name) for name in ENDINGS) == cycle.looked_at == len(values)
    linked = Activity.objects.filter(action=Action.OTHER, status=Status.SUCCESS, code=LINKED)
    assert linked.count() == sum(1 for each in values if each["logged"] and is_link(each)) > 0


def is_link(values: dict[str, Any]) -> bool:
    return (values["action"], values["status"], values["code"]) == (Action.OTHER, Status.SUCCESS, LINKED)


@pytest.mark.parametrize("number", [1, 30])
def test_recording_takes_the_same_number_of_queries_for_many(
    cycle: Cycle, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    exchange = Exchange(method="POST", url="https://goto.example/users")
    done = [
        outcome(cycle, user, state=ObjectState(target_id=str(user.pk)), exchanges=(exchange,))
        for user in make_users(number)
    ]

    with django_assert_num_queries(8 + drawn_keys()):
        write(cycle, *done)
