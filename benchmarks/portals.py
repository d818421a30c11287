"""A portal of the bench with its target: people, a job, and workers that go through a cycle."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.databases import Database, Env
from benchmarks.processes import Failed, Program, Target, running_target, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one cycle took, by the workers' own clocks: the slowest one's seconds, the CPU of all."""

    seconds: float
    cpu: float
    memory_peak: float
    requests: dict[str, int]
    counts: dict[str, Any]
    complaints: str = ""


@dataclass(frozen=True, slots=True)
class Portal:
    env: Env
    target: Target
    job: int
    users: int

    def cycle(self, *, workers: int = 1, created: int = 0, updated: int = 0) -> Spent:
        """Go through the cycle that is due. Raises Failed when it did not do exactly what is expected."""
        with ExitStack() as stack:
            started = [stack.enter_context(self.worker()) for _ in range(workers)]
            for each in started:
                each.ready()
            self.target.take_stats()
            for each in started:
                each.go()
            results = [each.result() for each in started]
            complaints = "".join(each.complaints() for each in started)
        spent = Spent(
            seconds=max(each["cycles"][0]["seconds"] for each in results),
            cpu=sum(each["cycles"][0]["cpu"] for each in results),
            memory_peak=max(each["memory_peak"] for each in results),
            requests=self.target.take_stats(),
            counts=self.tell("cycle"),
            complaints=complaints,
        )
        _check(spent.counts, created=created, updated=updated, failed=0)
        return spent

    def quiet_cycles(self, number: int) -> list[float]:
        """The seconds of so many cycles without any change, one after the other in one worker."""
        self.tell("due")
        with self.worker("--cycles", number) as worker:
            worker.ready()
            worker.go()
            result = worker.result()
        _check(self.tell("cycle"), looked_at=0)
        return [each["seconds"] for each in result["cycles"]]

    def worker(self, *options: object) -> Program:
        return Program("benchmarks.inside", "worker", self.job, *options, env=self.env)

    def tell(self, command: str, *options: object) -> dict[str, Any]:
        return _world(self.env, command, *options)


@contextmanager
def portal(
    database: Database,
    users: int,
    latency_ms: float = 0.0,
    kind: type[Target] = Target,
    *,
    groups: bool = False,
    **profile: Any,
) -> Iterator[Portal]:
    """A new portal with so many people who have no account yet, and a job that is due.

    groups: the group of all people is provisioned as well.
    profile: settings of a SCIM application's profile, with _ for the dot in their names.
    """
    with database.fresh() as env, running_target(latency_ms, kind) as target:
        settings = {name.replace("_", ".", 1): value for name, value in profile.items()}
        options = [
            *("--users", users, "--credentials", json.dumps(target.credentials)),
            *("--application", kind.application, "--profile", json.dumps(settings)),
            *(("--groups",) if groups else ()),
        ]
        yield Portal(env, target, _world(env, "make", *options)["job"], users)


def _world(env: Env, command: str, *options: object) -> dict[str, Any]:
    found: dict[str, Any] = told("benchmarks.inside", "world", command, *options, env=env)
    return found


def _check(counts: dict[str, Any], **expected: int) -> None:
    """A cycle that failed is not measured."""
    if counts["status"] != "completed" or any(counts[name] != value for name, value in expected.items()):
        raise Failed(f"The cycle was to end with {expected}, but: {counts}")
