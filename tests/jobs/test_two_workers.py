"""Two connections at the same moment, on PostgreSQL: no order of locks is crossed, and nothing is done twice."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from provisioning.choices import Action, CycleStatus, Kind, ObjectType, ResetScope, Staging, Status
from provisioning.errors import CredentialsRejected
from provisioning.jobs import claims, control, entries, quarantine, record, staging
from provisioning.models import StagedRemoval
from provisioning.records import Candidate, Outcome, Staged
from provisioning.texts import say
from tests.factories import make_cycle, make_slice
from tests.jobs.workers import begun, claimed, loaded, refreshed, worker
from tests.jobs.world import RowWorld

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
USER = ObjectType.USER
SECONDS = 1.0
"""So long the first waits inside its transaction for the second; deadlocks are found out after one second."""


class Both:
    """The first comes as far as `pause`, then the second begins and runs into it; what they raised is kept."""

    def __init__(self) -> None:
        self.paused, self.through = threading.Event(), threading.Event()
        self.errors: list[Exception] = []

    def pause(self) -> None:
        self.paused.set()
        self.through.wait(SECONDS)

    def run(self, first: Callable[[], object], second: Callable[[], object]) -> None:
        threads = [threading.Thread(target=self._in_thread, args=(each,)) for each in (first, self._after(second))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert self.errors == []

    def _after(self, do: Callable[[], object]) -> Callable[[], object]:
        def wait_and_do() -> None:
            assert self.paused.wait(10)
            do()
            self.through.set()

        return wait_and_do

    def _in_thread(self, do: Callable[[], object]) -> None:
        try:
            do()
        except Exception as error:  # told to the test, which fails with it
            self.errors.append(error)
        finally:
            connection.close()


def pausing(both: Both, real: Callable[..., Any]) -> Callable[..., Any]:
    """The real thing, after a pause."""

    def paused(*args: Any, **values: Any) -> Any:
        both.pause()
        return real(*args, **values)

    return paused


def leaves(candidate: Candidate) -> Outcome:
    """Something was sent to the account, whose removal is staged besides."""
    reason = say("Left.")
    return Outcome(
        source=candidate.source,
        action=Action.UPDATE,
        status=Status.SUCCESS,
        reason=reason,
        state=candidate.state,
        staged=Staged(kind=Kind.ACCOUNT, action=Action.DISABLE, code="Left", reason=reason),
    )


@pytest.fixture
def leaver(world: RowWorld) -> RowWorld:
    """Somebody left, whose removal was staged before; a cycle is about to look again."""
    bo = world.person()
    world.cycle()
    world.unassign(bo)
    StagedRemoval.objects.create(
        job=world.job, state=world.state(bo), object_type="User", source_key=bo.pk, kind=Kind.ACCOUNT,
        action="disable", code="Left", status=Staging.STAGED, staged_at=world.now(),
    )  # fmt: skip
    return world


@pytest.mark.parametrize("where", ["entries", "count", "staging"])
def test_a_recording_and_the_end_of_its_cycle(leaver: RowWorld, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    both, cycle = Both(), begun(leaver)
    first, second = worker(cycle), worker(cycle)
    lease = claimed(first)
    found = loaded(first, lease)
    owner, name = {"entries": (entries, "write"), "count": (record, "count"), "staging": (staging, "write")}[where]
    monkeypatch.setattr(owner, name, pausing(both, getattr(owner, name)))
    job = refreshed(leaver)
    job.config_version += 1
    job.save()

    both.run(lambda: first.record(lease, [leaves(each) for each in found], found[-1].source.key, True), second.advance)

    assert leaver.newest().status == CycleStatus.SUPERSEDED


@pytest.mark.parametrize("scope", [ResetScope.ESCROWS, ResetScope.FORCE_DELETES])
def test_a_recording_and_a_restart(leaver: RowWorld, monkeypatch: pytest.MonkeyPatch, scope: ResetScope) -> None:
    both, cycle = Both(), begun(leaver)
    leaver.job.object_states.update(failures=1)
    store = worker(cycle)
    lease = claimed(store)
    found = loaded(store, lease)
    monkeypatch.setattr(entries, "write", pausing(both, entries.write))

    both.run(
        lambda: store.record(lease, [leaves(each) for each in found], found[-1].source.key, True),
        lambda: control.restart(leaver.job.pk, leaver.now(), [scope]),
    )


def test_an_interruption_and_the_next_phase(leaver: RowWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    both, cycle = Both(), begun(leaver)
    first, second = worker(cycle), worker(cycle)
    monkeypatch.setattr(quarantine, "wait", pausing(both, quarantine.wait))

    both.run(lambda: first.interrupt(CredentialsRejected(say("no"))), second.advance)

    assert leaver.newest().status == CycleStatus.INTERRUPTED


def test_stopping_and_the_next_phase(leaver: RowWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    both, cycle = Both(), begun(leaver)
    store = worker(cycle)
    monkeypatch.setattr(control, "switch_off", pausing(both, control.switch_off))

    both.run(lambda: control.stop(leaver.job.pk, leaver.now()), store.advance)

    assert leaver.newest().status == CycleStatus.STOPPED


def test_a_claim_and_a_load_of_the_same_object_are_never_both_given(
    world: RowWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On demand looked before the worker had the slice, and notes its claim after the worker looked."""
    (bo,) = world.people(1)
    both, cycle = Both(), begun(world)
    store, got = worker(cycle), {}
    monkeypatch.setattr(claims, "_row", pausing(both, claims._row))

    def take() -> None:
        got["token"] = claims.take(refreshed(world), USER, bo.pk, timedelta(seconds=60))

    def load() -> None:
        lease = store.claim()
        got["loaded"] = [each.source.key for each in loaded(store, lease)] if lease else []

    both.run(take, load)

    assert got == {"token": 1, "loaded": []}


def test_two_workers_never_open_a_phase_twice(world: RowWorld) -> None:
    world.people(3)
    world.group("Sales")
    cycle = begun(world)
    store = worker(cycle)
    lease = claimed(store)
    found = loaded(store, lease)
    store.record(lease, [], found[-1].source.key, True)
    together = threading.Barrier(4)

    def advance() -> None:
        together.wait(10)
        worker(cycle).advance()

    both = Both()
    threads = [threading.Thread(target=both._in_thread, args=(advance,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert both.errors == []
    assert list(cycle.slices.values_list("phase", "object_type")) == [("users", "User"), ("groups", "Group")]


def test_a_slice_of_another_job_is_no_concern(world: RowWorld) -> None:
    (bo,) = world.people(1)
    other = make_cycle(world.job, status=CycleStatus.COMPLETED)
    make_slice(other, expires_at=world.now() + timedelta(minutes=1), in_hand=10**6, done_at=world.now())

    assert claims.take(refreshed(world), USER, bo.pk, timedelta(seconds=60)) == 1
