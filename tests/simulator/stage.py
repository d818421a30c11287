"""Workers as threads that pass a baton: only one runs at a time, and the seed decides who goes on."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from provisioning.choices import Kind, Staging
from provisioning.engine.budget import Budget
from provisioning.engine.ports import Lease
from tests.engine.clocks import FakeClock
from tests.engine.memory_directory import ObjectKey
from tests.engine.memory_store import LEASE_SECONDS


class Killed(BaseException):
    """The process is gone: nothing of it has any effect from here on."""


class Violation(BaseException):
    """Something that must never happen happened; nothing may catch it as a fault of an object."""


@dataclass(slots=True)
class Odds:
    """How likely it is, at each step of a worker, that another one goes on, that it dies, or is frozen."""

    switch: float = 0.3
    kill: float = 0.0
    freeze: float = 0.0


@dataclass(eq=False)
class Worker:
    """One process. `loaded`: what the model said of each object, and what was decided on it, when it was loaded."""

    name: str
    budget: Budget
    thread: threading.Thread | None = None
    turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    frozen_until: float = 0.0
    is_dead: bool = False
    is_busy: bool = False
    failure: BaseException | None = None
    lease: Lease | None = None
    loaded: dict[tuple[ObjectKey, Kind], tuple[bool, Staging | None]] = field(default_factory=dict)


class Stage:
    """Holds the baton. `steps` and `trace` are the same for the same seed."""

    def __init__(self, random: Random, clock: FakeClock, workers: int) -> None:
        self.random, self.clock, self.odds = random, clock, Odds()
        self.workers = [self.recruit(f"w{number}") for number in range(1, workers + 1)]
        self.current: Worker | None = None
        self.trace: list[str] = []
        self.steps = 0
        self._main = threading.Semaphore(0)

    def recruit(self, name: str) -> Worker:
        return Worker(name, Budget(LEASE_SECONDS, self.clock.monotonic))

    def say(self, what: str) -> None:
        who = self.current.name if self.current else "--"
        self.trace.append(f"{self.clock.seconds:9.2f} {who} {what}")

    # --- by the main thread

    def start(self, worker: Worker, do: Callable[[], None]) -> None:
        """Let this worker do something, once it gets the baton."""
        worker.is_busy = True
        worker.thread = threading.Thread(target=self._live, args=(worker, do), daemon=True)
        worker.thread.start()

    def ready(self) -> list[Worker]:
        return [each for each in self.workers if each.is_busy and each.frozen_until <= self.clock.seconds]

    def let(self, worker: Worker) -> None:
        """This worker goes on until it gives the baton back; a dead one is replaced by a new process."""
        self.current = worker
        worker.turn.release()
        self._main.acquire()
        self.current = None
        if worker.failure:
            raise worker.failure
        if worker.is_dead and not worker.is_busy:
            self.say(f"{worker.name} died")
            self.workers[self.workers.index(worker)] = self.recruit(worker.name + "'")

    def bring_down(self) -> None:
        """Nobody is left waiting for the baton."""
        for each in self.workers:
            each.failure, each.is_dead = None, True
            if each.is_busy and each.thread:
                each.turn.release()
                each.thread.join()

    # --- by the workers

    def _live(self, worker: Worker, do: Callable[[], None]) -> None:
        worker.turn.acquire()
        try:
            if not worker.is_dead:
                do()
        except Killed:
            pass
        except BaseException as error:  # told to the main thread, which raises it
            worker.failure = error
        worker.is_busy = False
        self._main.release()

    def pause(self, what: str, risk: float = 1.0) -> None:
        """A place where anything may happen to the worker whose turn it is; `risk` times as likely."""
        worker = self.current
        assert worker is not None
        self.steps += 1
        if worker.is_dead:
            raise Killed
        self.say(what)
        self.clock.advance(self.random.choice((0.0, 0.01, 0.05, 0.2)))
        luck = self.random.random()
        kill, freeze = risk * self.odds.kill, risk * self.odds.freeze
        if luck < kill:
            worker.is_dead = True
            raise Killed
        if luck < kill + freeze:
            worker.frozen_until = self.clock.seconds + self.random.uniform(10, 250)
            self.say("frozen")
            self._hand_over(worker)
        elif luck > 1 - self.odds.switch:
            self._hand_over(worker)
        if worker.is_dead:
            raise Killed

    def _hand_over(self, worker: Worker) -> None:
        self._main.release()
        worker.turn.acquire()
