"""Stop, resume, restart, clear, supersede, preview, reconcile and on demand, over whole cycles."""

from datetime import timedelta

import pytest
from django.utils import timezone

from provisioning.choices import CycleKind, CycleStatus, ObjectType, ResetScope, RunStatus
from provisioning.jobs import change, claims, control, surveying
from provisioning.models import Activity, Cycle, PreviewEntry, ProvisioningJob, ScopingFilterRow
from tests.factories import make_group, make_user
from tests.jobs.world import RowWorld, counts

pytestmark = pytest.mark.both_databases
USER = ObjectType.USER


def job(world: RowWorld) -> ProvisioningJob:
    return ProvisioningJob.objects.get(pk=world.job.pk)


def stop_after(world: RowWorld, creations: int) -> None:
    def stop(operation: str, about: object) -> None:
        if operation == "create" and world.service.requests["create"] == creations:
            control.stop(world.job.pk, timezone.now())

    world.service.after = stop


def test_clearing_the_state_matches_everybody_anew_and_makes_no_second_account(world: RowWorld) -> None:
    people = world.people(3)
    world.cycle()

    control.restart(world.job.pk, timezone.now(), [ResetScope.FULL])
    cycle = world.cycle()

    assert (cycle.kind, counts(cycle), len(world.service.users)) == (CycleKind.INITIAL, {"linked": 3}, 3)
    assert all(world.state(each).target_id for each in people)


def test_a_leaver_is_found_and_disabled_after_the_state_was_cleared(world: RowWorld) -> None:
    bo = world.person()
    world.cycle()
    control.restart(world.job.pk, timezone.now(), [ResetScope.FULL])

    world.unassign(bo)
    world.cycle()

    assert [each.active for each in world.service.users.values()] == [False]


def test_restart_of_the_watermark_alone_keeps_the_times_of_failures(world: RowWorld) -> None:
    bo = world.person()
    world.cycle()
    world.job.object_states.update(failures=2, status="failure", next_try_at=None)

    control.restart(world.job.pk, timezone.now(), [ResetScope.WATERMARK])

    assert (world.state(bo).failures, job(world).watermark) == (2, None)


def test_a_filter_takes_people_out_of_scope_and_lets_them_in(world: RowWorld) -> None:
    sales, other = world.person(department="Sales"), world.person(department="Other")
    world.cycle()
    mapping = world.job.mappings.get(object_type=USER)
    clause = {"attribute": "department", "operator": "EQUALS", "value": "Sales"}

    ScopingFilterRow.objects.create(mapping=mapping, title="Sales only", clauses=[clause])
    current = job(world)
    current.reconfigured()
    current.save()
    world.cycle()
    active = (world.account(sales).active, world.account(other).active)
    world.change(other, department="Sales")
    world.cycle()

    assert (active, world.account(other).active) == ((True, False), True)


def test_nested_groups_entitle_when_the_option_is_on(world: RowWorld) -> None:
    deep = make_user()
    inner = make_group("Inner", [deep])
    world.group("Outer", [make_group("Middle", [inner])])
    world.cycle()
    before = world.account(deep)

    current = job(world)
    current.nested_groups = True
    current.reconfigured()
    current.save()
    world.cycle()
    middle = world.account(deep)
    change.remove_members(inner, [deep])
    world.cycle()

    assert (before, middle.active, world.account(deep).active) == (None, True, False)


def test_a_group_put_under_an_assigned_one_brings_its_people(world: RowWorld) -> None:
    world.save(nested_groups=True)
    outer = world.group("Outer")
    deep = make_user()
    inner = make_group("Inner", [deep])
    world.cycle()

    change.add_members(outer, [inner])
    world.cycle()
    there = world.account(deep)
    change.remove_members(outer, [inner])
    world.cycle()

    assert (there.active, world.account(deep).active) == (True, False)


# --- preview


def test_a_preview_tells_what_a_cycle_would_do_and_sends_nothing(world: RowWorld) -> None:
    known = world.person()
    world.cycle()
    world.people(2)
    world.unassign(known)
    control.stop(world.job.pk, timezone.now())
    world.service.requests.clear()
    activities = Activity.objects.count()

    control.preview(world.job.pk, timezone.now())
    world.work()

    preview = world.newest()
    assert (preview.kind, preview.status) == (CycleKind.PREVIEW, CycleStatus.COMPLETED)
    assert sorted(PreviewEntry.objects.values_list("action", flat=True)) == ["create", "create", "disable"]
    assert set(world.service.requests) <= {"find", "list"}
    assert (Activity.objects.count(), len(world.service.users)) == (activities, 1)
    assert world.state(known).disabled is False


def test_the_real_run_does_what_the_preview_told(world: RowWorld) -> None:
    people = world.people(3)
    control.stop(world.job.pk, timezone.now())
    control.preview(world.job.pk, timezone.now())
    world.work()
    told = set(PreviewEntry.objects.values_list("source_id", "action", "status"))

    control.start(world.job.pk, timezone.now())
    world.work()

    assert told == set(Activity.objects.values_list("source_id", "action", "status"))
    assert len(people) == len(world.service.users)


def test_a_due_cycle_ends_a_running_preview(world: RowWorld) -> None:
    world.people(2)
    world.cycle()
    control.preview(world.job.pk, timezone.now())

    control.sync_now(world.job.pk, timezone.now())
    world.work()

    preview, cycle = Cycle.objects.order_by("-pk")[1:2][0], world.newest()
    assert (preview.kind, preview.status) == (CycleKind.PREVIEW, CycleStatus.SUPERSEDED)
    assert (cycle.kind, cycle.status) == (CycleKind.INCREMENTAL, CycleStatus.COMPLETED)


def test_the_last_three_previews_are_kept(world: RowWorld) -> None:
    control.stop(world.job.pk, timezone.now())
    for _ in range(5):
        control.preview(world.job.pk, timezone.now())
        world.work()

    assert Cycle.objects.filter(kind=CycleKind.PREVIEW).count() == 3


# --- reconcile


@pytest.fixture
def drifted(world: RowWorld) -> RowWorld:
    """Of three accounts one was renamed and one deleted behind our back, and a foreign one was made."""
    world.people(3)
    world.cycle()
    target = world.target(service=world.service)
    changed, gone, _ = list(world.service.users)
    target.update(USER, changed, {"displayName": "Renamed by hand"})
    target.delete(USER, gone)
    target.create(USER, {"userName": "foreign@contoso.example"})
    return world


def test_a_reconcile_cycle_reports_drift_and_leaves_it(drifted: RowWorld) -> None:
    cycle = control.reconcile(drifted.job.pk, timezone.now(), repair=False)
    drifted.work()

    codes = Activity.objects.filter(cycle=cycle).values_list("status", "code")
    assert sorted(codes) == [("warning", "AccountMissing"), ("warning", "DriftFound")]
    assert [each.label for each in surveying.unowned(cycle)] == ["foreign@contoso.example"]
    assert "Renamed by hand" in {each.attributes.get("displayName") for each in drifted.service.users.values()}


def test_a_reconcile_cycle_with_repair_mends_it(drifted: RowWorld) -> None:
    control.reconcile(drifted.job.pk, timezone.now(), repair=True)
    drifted.work()

    names = {each.attributes.get("displayName") for each in drifted.service.users.values()}
    assert ("Renamed by hand" in names, len(drifted.service.users)) == (False, 4)
    assert "foreign@contoso.example" in drifted.service.accounts()


# --- on demand


def test_on_demand_creates_one_account_at_once(world: RowWorld) -> None:
    bo, other = world.people(2)

    run = world.on_demand(bo)

    assert (run.status, run.entry["action"], run.entry["status"]) == (RunStatus.DONE, "create", "success")
    assert (world.account(bo) is not None, world.account(other)) == (True, None)
    assert counts(world.cycle()) == {"created": 1, "unchanged": 1}


def test_on_demand_of_a_stranger_says_why_not_and_remembers_nothing(world: RowWorld) -> None:
    stranger = make_user()

    run = world.on_demand(stranger)

    assert (run.entry["status"], run.entry["code"]) == ("skipped", "NotEffectivelyEntitled")
    assert world.job.object_states.count() == 0


def test_on_demand_of_a_group_adds_its_members(world: RowWorld) -> None:
    people = world.people(3)
    world.cycle()
    group = world.group("Sales", people)

    world.on_demand(group)

    assert world.members(group) == {each.user_principal_name for each in people}


def test_a_cycle_leaves_out_what_on_demand_has_in_hand_and_comes_back_to_it(world: RowWorld) -> None:
    bo, other = world.people(2)
    token = claims.take(job(world), USER, bo.pk, timedelta(seconds=60))
    world.cycle(times=1)
    first = (world.account(bo), world.account(other) is not None)

    claims.give_back(job(world), USER, bo.pk, token)
    world.work()

    assert (first, world.account(bo) is not None) == ((None, True), True)
