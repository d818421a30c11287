"""The engine's ports as a simulated worker has them: before and after each call anything may happen to it."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from provisioning.choices import Kind
from provisioning.engine.ports import Lease, Link, Progress, Signal
from provisioning.errors import StopJob
from provisioning.records import Candidate, MemberWork, Outcome, TargetObject
from tests.engine.memory_store import MemoryStore
from tests.simulator.stage import Killed, Stage, Violation, Worker

T = TypeVar("T")


class SimulatedStore:
    """Passes everything on to the store of the job, which knows nothing of threads."""

    def __init__(self, stage: Stage, worker: Worker, store: MemoryStore, watch: "Watch") -> None:
        self.stage, self.worker, self.store, self.watch = stage, worker, store, watch
        self.rules, self.unlinked, self.taken = store.rules, store.unlinked, store.taken

    @property
    def share(self) -> int:
        return self.store.share

    def _do(self, what: str, call: Callable[[], T]) -> T:
        self.stage.pause(what)
        result = call()
        self.watch.stored(self.worker, self.store)
        self.stage.pause(f"{what} ended")
        return result

    def claim(self) -> Lease | None:
        since = self.stage.clock.monotonic()
        lease = self._do("claim", self._claim)
        self.worker.budget.renew(since)
        if lease:
            self.stage.say(f"has {lease}")
        return lease

    def _claim(self) -> Lease | None:
        self.worker.lease = self.store.claim()
        return self.worker.lease

    def load(self, lease: Lease, after: int, limit: int) -> Sequence[Candidate]:
        found = self._do(f"load {lease.slice_id} above {after}", lambda: self._load(lease, after, limit))
        self.stage.say(f"loaded {[each.source.key for each in found]}")
        return found

    def _load(self, lease: Lease, after: int, limit: int) -> Sequence[Candidate]:
        found = self.store.load(lease, after, limit)
        self.watch.loaded(self.worker, self.store, found, Kind.ACCOUNT)
        return found

    def load_members(self, lease: Lease, after: int, limit: int, chunk: int) -> Sequence[MemberWork]:
        what = f"load members {lease.slice_id} above {after}"
        return self._do(what, lambda: self._load_members(lease, after, limit, chunk))

    def _load_members(self, lease: Lease, after: int, limit: int, chunk: int) -> Sequence[MemberWork]:
        found = self.store.load_members(lease, after, limit, chunk)
        self.watch.loaded(self.worker, self.store, [each.candidate for each in found], Kind.MEMBERS)
        return found

    def link(self, lease: Lease, links: Sequence[Link]) -> Any:
        return self._do(f"link {lease.slice_id}", lambda: self.store.link(lease, links))

    def record(self, lease: Lease, outcomes: Sequence[Outcome], low: int, done: bool) -> Signal:
        since = self.stage.clock.monotonic()
        told = [f"{each.source.key} {each.action} {each.status} {each.code}" for each in outcomes]
        what = f"record {lease.slice_id} to {low}{' done' if done else ''}: {'; '.join(told)}"
        signal = self._do(what, lambda: self.store.record(lease, outcomes, low, done))
        self.worker.budget.renew(since)
        return signal

    def record_survey(self, lease: Lease, found: Sequence[TargetObject], last: bool) -> Signal:
        since = self.stage.clock.monotonic()
        signal = self._do("record survey", lambda: self.store.record_survey(lease, found, last))
        self.worker.budget.renew(since)
        return signal

    def give_up_survey(self, lease: Lease) -> None:
        self._do("give up survey", lambda: self.store.give_up_survey(lease))

    def signal(self) -> Signal:
        return self._do("signal", self.store.signal)

    def release(self, lease: Lease) -> None:
        self._do(f"release {lease.slice_id}", lambda: self.store.release(lease))

    def advance(self) -> Progress:
        progress = self._do("advance", self.store.advance)
        self.stage.say(f"{progress.name}, phase {self.store.cycle.phase}, {self.store.cycle.status}")
        return progress

    def hold_off(self, seconds: float) -> None:
        self._do(f"hold off {seconds}", lambda: self.store.hold_off(seconds))

    def interrupt(self, error: StopJob) -> None:
        self._do(f"interrupt {type(error).__name__}", lambda: self.store.interrupt(error))


class SimulatedPool:
    """Does one piece of work per wait, any of those that wait; sometimes none has moved when the second is over."""

    def __init__(self, stage: Stage, size: int) -> None:
        self.stage, self.size = stage, size
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def resize(self, size: float) -> None:
        """One at a time already."""

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        future: Future[T] = Future()
        self.waiting.append((future, work))
        return future

    def wait(self, futures: "Sequence[Future[T]]", seconds: float) -> bool:
        worker = self.stage.current
        if worker is None or worker.is_dead:
            raise Killed
        if self.stage.random.random() < 0.9 and self.waiting:
            future, work = self.waiting.pop(self.stage.random.randrange(len(self.waiting)))
            self._do(worker, future, work)
        elif self.waiting:
            self.stage.pause("waits")
            self.stage.clock.advance(seconds)
        return all(each.done() for each in futures)

    def _do(self, worker: Worker, future: Future[Any], work: Callable[[], Any]) -> None:
        try:
            future.set_result(work())
        except Violation as error:
            worker.failure, worker.is_dead = error, True
            raise


class Watch:
    """Who looks at every step; the simulation's checks are one."""

    def stored(self, worker: Worker, store: MemoryStore) -> None: ...
    def loaded(self, worker: Worker, store: MemoryStore, found: Sequence[Candidate], kind: Kind) -> None: ...
