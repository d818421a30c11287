"""What went wrong elsewhere and must not here. The numbers are those of the list of real complaints."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from provisioning import tasks
from provisioning.choices import CycleKind, CycleStatus, ObjectType, RunStatus
from provisioning.errors import TargetObjectMissing, TooManyRequests
from provisioning.jobs import change, control, on_demand, opening
from provisioning.jobs.begin import begin
from provisioning.models import Activity, Cycle, Slice
from provisioning.texts import say
from tests.factories import make_group, make_users
from tests.jobs.workers import begun, claimed, lapse, loaded, refreshed, worker
from tests.jobs.world import MovedClock, RowWorld, counts

pytestmark = pytest.mark.both_databases
USER = ObjectType.USER
Commit = Callable[..., AbstractContextManager[object]]


@pytest.fixture
def slow(rows: RowWorld, monkeypatch: pytest.MonkeyPatch) -> RowWorld:
    """Sixty people; by the clock of the worker each creation takes two seconds, so no task gets far."""
    spent = [0.0]
    monkeypatch.setattr(MovedClock, "monotonic", lambda self: spent[0])

    def take_time(operation: str, about: object) -> None:
        spent[0] += 2 if operation == "create" else 0

    rows.service.after = take_time
    rows.people(60)
    return rows


def test_r1_a_task_that_is_over_is_gone_on_with_and_nothing_begins_anew(slow: RowWorld) -> None:
    slow.cycle(times=1)
    first = (slow.newest().status, 0 < len(slow.service.users) < 60)

    slow.work()

    assert first == (CycleStatus.RUNNING, True)
    assert (slow.newest().status, len(slow.service.users)) == (CycleStatus.COMPLETED, 60)
    assert (slow.service.requests["create"], Cycle.objects.count()) == (60, 1)


def test_r2_a_cycle_may_take_as_long_as_it_takes(slow: RowWorld) -> None:
    for _ in range(9):
        slow.cycle(times=1)
        slow.wait(hours=30)

    assert (slow.job.cycles.order_by("pk")[0].status, len(slow.service.users)) == (CycleStatus.COMPLETED, 60)
    assert slow.service.requests["create"] == 60


def test_r3_a_lease_is_renewed_by_getting_on_and_by_nothing_else(rows: RowWorld) -> None:
    people = rows.people(3)
    cycle = begun(rows)
    store = worker(cycle)
    lease = claimed(store)
    loaded(store, lease)
    Slice.objects.update(expires_at=timezone.now() + timedelta(seconds=5))

    store.signal()
    before = Slice.objects.get().expires_at
    store.record(lease, [], people[0].pk, False)
    after = Slice.objects.get().expires_at

    assert before is not None
    assert after is not None
    assert after - before > timedelta(seconds=60)


def test_r4_memberships_queue_nothing_when_no_job_wants_them(
    rows: RowWorld, django_capture_on_commit_callbacks: Commit
) -> None:
    control.stop(rows.job.pk, rows.now())
    with django_capture_on_commit_callbacks(execute=True):
        make_group("Large", make_users(300))
        tasks.queue_due()

    assert OrmQ.objects.count() == 0


def test_r5_any_number_of_changes_is_one_message_for_a_job(
    rows: RowWorld, django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(20):
            rows.people(1)
            tasks.queue_due()

    assert [each.task["args"][0] for each in OrmQ.objects.all()] == [rows.job.pk]


def test_r6_a_run_whose_worker_vanished_goes_on_by_itself(rows: RowWorld) -> None:
    rows.people(3)
    store = worker(begun(rows))
    loaded(store, claimed(store))
    lapse()

    rows.work()

    assert (rows.newest().status, counts(rows.newest())) == (CycleStatus.COMPLETED, {"created": 3})


def test_r7_a_second_start_while_one_runs_changes_nothing_and_says_so(rows: RowWorld) -> None:
    rows.people(1)
    cycle = begun(rows)

    assert begin(rows.job.pk, rows.now()) == cycle
    with pytest.raises(control.NotPossible, match="running already"):
        control.sync_now(rows.job.pk, rows.now())
    assert Cycle.objects.count() == 1


def test_r8_several_workers_share_the_slices_of_one_job(rows: RowWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SLICE", 10)
    people = rows.people(30)
    cycle = begun(rows)
    store = worker(cycle)
    store.give_up_survey(claimed(store))
    store.advance()

    workers = [worker(cycle) for _ in range(3)]
    parts = [[each.source.key for each in loaded(one, claimed(one))] for one in workers]

    assert sorted(key for part in parts for key in part) == sorted(each.pk for each in people)
    assert [len(part) for part in parts] == [10, 10, 10]


def test_r9_every_click_gives_a_run_with_a_state_at_once(rows: RowWorld) -> None:
    """What the pages show of it is theirs to test."""
    bo = rows.person()
    control.stop(rows.job.pk, rows.now())

    row = on_demand.ask(refreshed(rows), bo, "admin", rows.now())
    preview = control.preview(rows.job.pk, rows.now())

    assert (row.status, row.asked_by) == (RunStatus.QUEUED, "admin")
    assert (preview.kind, preview.status, preview.total) == (CycleKind.PREVIEW, CycleStatus.RUNNING, 1)


def test_r14_members_are_remembered_and_never_asked_of_the_target(rows: RowWorld) -> None:
    people = rows.people(3)
    group = rows.group("Sales", people)
    rows.cycle()
    rows.service.requests.clear()

    change.remove_members(group, people[:1])
    rows.cycle()

    assert dict(rows.service.requests) == {"remove_members": 1}
    assert rows.members(group) == {each.user_principal_name for each in people[1:]}


def test_r17_leaving_scope_is_seen_by_the_next_incremental_cycle(rows: RowWorld) -> None:
    direct, member = rows.people(1)[0], make_users(1)[0]
    group = rows.group("Sales", [member])
    rows.cycle()

    rows.unassign(direct)
    change.remove_members(group, [member])
    cycle = rows.cycle()

    assert cycle.kind == CycleKind.INCREMENTAL
    assert counts(cycle)["disabled"] == 2


def test_r21_groups_that_the_target_does_not_know_stop_no_user(rows: RowWorld) -> None:
    people = rows.people(3)
    names = {rows.group(f"Group {number}", people).display_name for number in range(3)}

    def not_found(operation: str, about: object) -> None:
        name = about.get("displayName") if isinstance(about, dict) else about
        if name in names:
            raise TargetObjectMissing(say("404"))

    rows.service.before = not_found
    cycle = rows.cycle()

    assert (cycle.status, counts(cycle)) == (CycleStatus.COMPLETED, {"created": 3, "failed": 3})


def test_r27_one_429_slows_the_whole_job_and_fails_nobody(rows: RowWorld) -> None:
    rows.people(40)
    asked: Counter[str] = Counter()

    def limit(operation: str, about: object) -> None:
        asked[operation] += 1
        if operation == "create" and asked["create"] % 10 == 3 and asked["create"] < 30:
            error = TooManyRequests(say("slow down"))
            error.retry_after = 3
            raise error

    rows.service.before = limit
    cycle = rows.cycle(times=40)

    assert counts(cycle) == {"created": 40}
    assert {each.failures for each in rows.job.object_states.all()} == {0}


def test_r30_a_directory_that_looks_empty_takes_nobodys_account(rows: RowWorld) -> None:
    """The import judges what was read; this is what stands behind it."""
    people = rows.people(60)
    rows.cycle()

    change.delete(*people)
    cycle = rows.cycle()

    assert counts(cycle) == {"held": 60}
    assert all(each.active for each in rows.service.users.values())


def test_r34_what_was_changed_behind_our_back_is_found_by_a_reconcile_cycle(rows: RowWorld) -> None:
    bo = rows.person()
    rows.cycle()
    rows.target(service=rows.service).update(USER, rows.state(bo).target_id, {"displayName": "Changed"})
    assert counts(rows.cycle()) == {}

    cycle = control.reconcile(rows.job.pk, rows.now(), repair=True)
    rows.work()

    account = rows.account(bo)
    assert account is not None
    assert (counts(cycle), account.attributes["displayName"]) == ({"updated": 1}, bo.display_name)


def test_r35_a_complete_cycle_has_looked_at_everybody_it_counted(rows: RowWorld) -> None:
    rows.people(25)
    for number in range(3):
        rows.group(f"Group {number}")

    cycle = rows.cycle()

    assert (cycle.total, cycle.looked_at, cycle.status) == (28, 28, CycleStatus.COMPLETED)
    assert rows.job.object_states.exclude(target_id="").count() == 28


def test_r37_one_member_into_a_large_group_is_a_request_about_one(rows: RowWorld) -> None:
    group = rows.group("Large", rows.people(250))
    rows.cycle()
    sent: list[str] = []
    (late,) = rows.people(1)
    rows.service.before = lambda operation, about: sent.append(operation)

    change.add_members(group, [late])
    rows.cycle()

    (activity,) = Activity.objects.filter(source_id=str(group.object_id)).order_by("-pk")[:1]
    assert sent.count("add_members") == 1
    assert activity.modified[0]["newValue"] == [late.display_name]


def test_r41_half_of_the_directory_gone_is_held_and_told(rows: RowWorld) -> None:
    people = rows.people(60)
    rows.cycle()

    change.delete(*people[:30])
    change.purge(*people[:30])
    cycle = rows.cycle()

    assert (counts(cycle), len(rows.service.users)) == ({"held": 30}, 60)
    assert refreshed(rows).held_at is not None


def test_r42_the_guard_is_on_by_default(rows: RowWorld) -> None:
    job = refreshed(rows)

    assert (job.guard, job.guard_number, job.guard_percent) == (True, 500, 10)
