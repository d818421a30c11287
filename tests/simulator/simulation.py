"""One simulation: a seed, a world, workers, a queue that loses and doubles, faults; then quiet, and the comparison."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

from provisioning.choices import CycleKind, CycleStatus, Staging
from provisioning.connectors.base import Connector
from provisioning.engine.cycle import work
from provisioning.engine.rehearsal import Rehearsal
from provisioning.errors import OutOfTime, ProvisioningError
from tests.engine.clocks import FakeClock
from tests.engine.memory_phases import begin
from tests.engine.memory_store import MemoryStore
from tests.simulator.checks import Checks, operation_of
from tests.simulator.events import ADMINISTRATION, DIRECTORY, happen, tamper
from tests.simulator.faults import WRITES, Faults
from tests.simulator.ports import SimulatedPool, SimulatedStore
from tests.simulator.stage import Odds, Stage, Violation, Worker
from tests.simulator.world import make_world

TASK_SECONDS = 45.0
TICK_SECONDS = 5.0
INTERVAL_SECONDS = 60.0
MOST_STEPS = 60_000
ROUNDS = 14
"""So many clean cycles may be needed until nothing is due any more."""

MakeStore = Callable[..., MemoryStore]


@dataclass(slots=True)
class Nature:
    """What kind of a run a seed is; not every run suffers from everything."""

    events: int
    event_odds: float
    administration: float
    tampering: float
    message_lost: float
    message_doubled: float

    @classmethod
    def of(cls, random: Random) -> "Nature":
        return cls(
            events=random.randint(5, 45),
            event_odds=random.choice((0.01, 0.03, 0.1)),
            administration=random.choice((0.0, 0.2, 0.4)),
            tampering=random.choice((0.0, 0.0, 0.1)),
            message_lost=random.choice((0.0, 0.3)),
            message_doubled=random.choice((0.0, 0.3)),
        )


class Simulation:
    """`make_store` lets a test break the store on purpose, and `odds` make the trouble that shows it."""

    def __init__(self, seed: int, make_store: MakeStore = MemoryStore, odds: Odds | None = None) -> None:
        self.seed, self.random, self.make_store, self.odds = seed, Random(seed), make_store, odds
        self.clock = FakeClock()
        self.nature = Nature.of(self.random)
        self.stage = Stage(self.random, self.clock, self.random.randint(1, 4))
        self.world = make_world(self.random, self.clock)
        self.job = self.world.job
        self.checks = Checks(self.world)
        self.faults = Faults(self.random)
        self.messages: list[float] = []
        self.next_tick = 0.0
        self.next_start = 0.0
        self.next_try = 0.0
        self.is_quiet = False
        self.world.service.before, self.world.service.after = self._before, self._after

    def run(self) -> None:
        """Raises Violation."""
        try:
            self._trouble()
            self._chaos()
            self._quiet()
        finally:
            self.stage.bring_down()

    # --- requests of workers

    def _before(self, operation: str, about: Any) -> None:
        worker = self.stage.current
        if worker is None:
            return  # not ours: somebody behind our back
        self.stage.pause(f"{operation} {dict(about) if isinstance(about, dict) else about}")
        worker.budget.check()
        if error := self.faults.before(self.clock.seconds):
            self.stage.say(f"fails: {type(error).__name__}")
            raise error
        self.checks.about_to(worker, operation, about)
        if operation == "bulk":
            self.faults.inside(self.world.service, map(operation_of, about))

    def _after(self, operation: str, about: Any) -> None:
        if self.stage.current is None:
            return
        self.clock.advance(self.faults.latency())
        self.stage.pause(f"{operation} done", risk=4.0)  # where it hurts most: done, and nobody knows
        if operation in WRITES and (error := self.faults.after()):
            self.stage.say(f"answer lost: {type(error).__name__}")
            raise error

    # --- workers

    def _task(self, worker: Worker) -> None:
        """What a message makes a worker do: look at the rows, and at nothing else."""
        self.stage.pause("begins a task")
        job, target = self.job, self.world.connector()
        if job.quarantine and job.is_open and not self._is_back(worker, target):
            return
        if not job.is_open and not self._begun():
            return
        assert job.cycle is not None
        store = SimulatedStore(self.stage, worker, self.make_store(job, self.clock, self.world.target), self.checks)
        pool = SimulatedPool(self.stage, self.random.randint(1, 6))
        used: Connector = Rehearsal(target) if store.rules.preview else target
        work(store, used, pool, self.clock, TASK_SECONDS)
        self.stage.pause("ends its task")
        if job.is_open:
            self._send()

    def _is_back(self, worker: Worker, target: Connector) -> bool:
        """The target is tried before the interrupted cycle goes on."""
        worker.budget.renew(self.clock.seconds)
        self.next_try = self.clock.seconds + INTERVAL_SECONDS
        try:
            target.test_connection()
        except (ProvisioningError, OutOfTime):
            return False
        if self.job.is_on:
            self.job.resume()
        return True

    def _begun(self) -> bool:
        """One transaction: is the job due, and does nobody hold a slice of its last cycle?"""
        job, now = self.job, self.clock.seconds
        is_due = now >= self.next_start or (job.cycle is not None and job.cycle.status is CycleStatus.SUPERSEDED)
        if not (job.is_on and is_due) or job.live(now):
            return False
        self.next_start = now + INTERVAL_SECONDS
        size = self.random.choice((2, 4, 8))
        cycle = begin(job, None, size, now=self.clock.now(), target=self.world.target)
        self.stage.say(f"begins a cycle: {cycle.kind}, head {cycle.head}, watermark {cycle.watermark}")
        return True

    # --- the queue

    def _send(self) -> None:
        luck = 1.0 if self.is_quiet else self.random.random()
        if luck < self.nature.message_lost:
            return
        self.messages.append(self.clock.seconds)
        if luck > 1 - self.nature.message_doubled and not self.is_quiet:
            self.messages.append(self.clock.seconds + self.random.uniform(0, 40))

    def _tick(self) -> None:
        """Every few seconds what is due is queued."""
        if self.clock.seconds < self.next_tick:
            return
        self.next_tick = self.clock.seconds + TICK_SECONDS
        job = self.job
        if job.not_before and job.not_before > self.clock.now():
            return
        if job.quarantine and self.clock.seconds < self.next_try:
            return
        if job.is_open or self.clock.seconds >= self.next_start:
            for _ in self.stage.workers:
                self._send()

    def _deliver(self) -> None:
        for worker in self.stage.workers:
            due = [each for each in self.messages if each <= self.clock.seconds]
            if due and not worker.is_busy:
                self.messages.remove(due[0])
                self.stage.start(worker, partial(self._task, worker))

    def _step(self) -> None:
        """Somebody goes on, or time does."""
        self.stage.steps += 1
        if self.stage.steps > MOST_STEPS:
            raise Violation("it never ends")
        self._tick()
        self._deliver()
        if ready := self.stage.ready():
            self.stage.let(self.random.choice(ready))
        else:
            self.clock.advance(1.0)

    # --- acts

    def _trouble(self) -> None:
        random = self.random
        self.stage.odds = self.odds or Odds(
            switch=random.choice((0.1, 0.5)),
            kill=random.choice((0.0, 0.002, 0.01)),
            freeze=random.choice((0.0, 0.002, 0.01)),
        )
        self.faults.rate = random.choice((0.0, 0.02, 0.1))
        self.faults.lost = random.choice((0.0, 0.02, 0.1))
        self.faults.slow = random.choice((0.0, 0.02))

    def _chaos(self) -> None:
        left = self.nature.events
        while left > 0:
            self._step()
            if self.random.random() < self.nature.event_odds:
                left -= 1
                self._event()

    def _event(self) -> None:
        luck = self.random.random()
        if luck < self.nature.tampering:
            told = tamper(self.world)
        elif luck < self.nature.tampering + self.nature.administration:
            told = self._outage() if self.random.random() < 0.1 else happen(self.world, ADMINISTRATION)
        else:
            told = happen(self.world, DIRECTORY)
        if told:
            self.stage.say(told)

    def _outage(self) -> str:
        until = self.clock.seconds + self.random.uniform(5, 300)
        if self.random.random() < 0.5:
            self.faults.down_until = until
            return "the target is down"
        self.faults.refused_until = until
        return "the credentials are refused"

    # --- the end

    def _quiet(self) -> None:
        """No more trouble: after some clean cycles the target is as the model says, and nothing is sent any more."""
        self.stage.say("quiet from here on")
        self.is_quiet = True
        self.faults.stop()
        self.stage.odds = replace(self.stage.odds, kill=0.0, freeze=0.0)
        self.world.service.seats = None
        self.job.claims.clear()
        for each in self.stage.workers:
            each.frozen_until = 0.0
        if not self.job.is_on:
            self.job.resume()
        self._settle()
        if self.world.is_tampered:
            self._cycle(CycleKind.RECONCILE)
            self._settle()
        self.checks.compare()
        self._nothing_more()

    def _settle(self) -> None:
        for _ in range(ROUNDS):
            self._cycle()
            if self._is_settled():
                return

    def _cycle(self, kind: CycleKind | None = None) -> None:
        """What is open comes to its end, then one more cycle, approved in advance."""
        self._until_idle()
        for key, each in self.job.staged.items():
            if each.status in (Staging.HELD, Staging.REJECTED):
                self.job.decide(key, Staging.APPROVED)
        times = [each.next_try_at for each in self.job.states.values() if each.next_try_at]
        wait = (min(times) - self.clock.now()).total_seconds() if times else 0.0
        held = (self.job.not_before - self.clock.now()).total_seconds() if self.job.not_before else 0.0
        self.clock.advance(max(wait, held, INTERVAL_SECONDS))
        if kind:
            begin(self.job, kind, 4, repair=True, now=self.clock.now(), target=self.world.target)
        else:
            self.next_start = self.clock.seconds
        self.next_tick = 0.0
        self._step()
        self._until_idle()

    def _until_idle(self) -> None:
        while self.job.is_open or any(each.is_busy for each in self.stage.workers) or self.messages:
            self._step()

    def _is_settled(self) -> bool:
        job, cycle = self.job, self.job.cycle
        waits = any(each.next_try_at or each.deferred_until for each in job.states.values())
        is_held = any(each.status is not Staging.REJECTED for each in job.staged.values())
        is_old = cycle is None or cycle.rules.version != job.version or job.watermark != job.directory.head
        return not (waits or is_held or is_old)

    def _nothing_more(self) -> None:
        """A full pass over what is right already sends nothing."""
        if not self._is_settled():
            return
        self.job.watermark = None
        before = {name: self.world.service.requests[name] for name in WRITES}
        self._cycle()
        after = {name: self.world.service.requests[name] for name in WRITES}
        if before != after:
            raise Violation(f"a full pass over a settled job sent something: {before}, {after}")
