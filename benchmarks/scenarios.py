"""The figures, each measured on a portal of its own. README.md says what they mean."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.bare import CONNECTIONS
from benchmarks.databases import Database
from benchmarks.figures import Figure
from benchmarks.pages import CHANGES
from benchmarks.portals import Portal, Spent, portal
from benchmarks.processes import Failed, Program, running_target, told
from benchmarks.visitors import visiting, web_server

LATENCY_MS = 20.0
PAGE_MS = 200.0
"""About what Graph takes for a page of 200 people."""
TURNS = 2
QUIET_CYCLES = 7
VISITORS = 4
LOCKED = "database is locked"
CPU_AIMS = {"SQLite": 0.5, "PostgreSQL": 0.8}
ONCE = ("token", "me", "licenses.list")
"""Calls that a worker makes once, however many people there are."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many people: few, as many as the initial cycle is timed with, and the large directory."""

    few: int
    middle: int
    large: int


def target_ceiling() -> Iterator[Figure]:
    """What the bench's target can do at most, so that one sees that it is not what is measured."""
    with running_target() as target:
        rate = told("benchmarks.ceiling", target.url, "--connections", CONNECTIONS)["requests_a_second"]
    yield Figure(name="Ceiling of the bench's target", database="", value=rate, unit="requests/s")


def mapping_rate() -> Iterator[Figure]:
    found = told("benchmarks.mapping")
    details = {"rows of the mapping": found["rows"]}
    yield Figure(
        name="Mapping",
        database="",
        value=found["users_a_second"],
        unit="users/s of CPU",
        aim=20_000,
        more_is_better=True,
        details=details,
    )


def expression_costs() -> Iterator[Figure]:
    """How fast a typical expression is, and how the cost of a character grows with the length of an expression."""
    found = told("benchmarks.expressions")
    rate, ratios = found["evaluations_a_second"], found["ratios"]
    yield Figure(name="Expression", database="", value=rate, unit="evaluations/s of CPU")
    yield Figure(
        name="Expression, cost of a character when 2, 4 and 8 times as long",
        database="",
        value=max(ratios.values()),
        unit="times",
        aim=2,
        details=ratios,
    )


def requests_per_user(database: Database, sizes: Sizes) -> Iterator[Figure]:
    users, some = sizes.few, min(sizes.few, 100)
    with portal(database, users) as world:
        first = world.cycle(created=users)
        yield _requests("Requests per user, first cycle", database, first, users, aim=1)
        world.tell("due")
        yield _requests("Requests per user, no change", database, world.cycle(), users, aim=0)
        world.tell("rename", "--users", some)
        changed = world.cycle(updated=some)
        yield _requests("Requests per user, one attribute changed", database, changed, some, aim=1)


def _requests(name: str, database: Database, spent: Spent, users: int, aim: float) -> Figure:
    """Pages of a survey and what a worker asks once are in the details, not in the figure."""
    apart = (*ONCE, "users.list")
    sent = sum(number for call, number in spent.requests.items() if call not in apart)
    details = {"users": users, **spent.requests}
    return Figure(name=name, database=database.label, value=sent / users, unit="requests", aim=aim, details=details)


def initial_cycle(database: Database, sizes: Sizes, workers: int) -> Iterator[Figure]:
    """Cycle and loop take turns, so that a busy moment of the machine does not fall on one of them alone."""
    users = sizes.middle
    cycles, loops = [], []
    for _ in range(TURNS):
        with portal(database, users, LATENCY_MS) as world:
            cycles.append(world.cycle(workers=workers, created=users))
        asks = cycles[0].requests.get("users.find", 0) >= users
        loops.append(_loop(users, asks=asks))
    connector = _loop(users, asks=asks, connector=True)
    name = f"Initial cycle, {workers} worker{'s' if workers > 1 else ''}"
    seconds = statistics.mean(each.seconds for each in cycles)
    bare = statistics.mean(each["seconds"] for each in loops)
    yield Figure(
        name=f"{name}: rate against the bare loop",
        database=database.label,
        value=bare / seconds,
        unit="",
        aim=0.85,
        more_is_better=True,
        details={
            "users": users,
            "requests": sum(cycles[0].requests.values()),
            "users/s": users / seconds,
            "bare loop": users / bare,
            "connector alone": users / connector["seconds"],
        },
    )
    yield _beyond_the_request(
        f"{name}: CPU beyond the request",
        database,
        {
            "ms/user": 1000 * statistics.mean(each.cpu for each in cycles) / users,
            "bare loop": 1000 * statistics.mean(each["cpu"] for each in loops) / users,
            "connector alone": 1000 * connector["cpu"] / users,
        },
    )


def _beyond_the_request(name: str, database: Database, cpu: dict[str, float]) -> Figure:
    return Figure(
        name=name,
        database=database.label,
        value=cpu["ms/user"] - cpu["bare loop"],
        unit="ms/user",
        aim=CPU_AIMS[database.label],
        details=cpu,
    )


def _loop(users: int, *, asks: bool, connector: bool = False) -> dict[str, float]:
    options = [option for option, given in (("--asks", asks), ("--connector", connector)) if given]
    with running_target(LATENCY_MS) as target:
        found: dict[str, float] = told("benchmarks.bare", target.url, "--users", users, *options)
    return found


def large_directory(database: Database, sizes: Sizes) -> Iterator[Figure]:
    """A cycle without changes, and a worker's memory, over few people and over many."""
    quiet, peaks, rates = {}, {}, {}
    for users in (sizes.few, sizes.middle, sizes.large):
        with portal(database, users) as world:
            spent = world.cycle(created=users)
            peaks[users], rates[users] = spent.memory_peak, users / spent.seconds
            quiet[users] = statistics.median(world.quiet_cycles(QUIET_CYCLES)[1:])  # the first warms up
    yield Figure(
        name=f"Cycle without changes, {sizes.large:,} against {sizes.few:,} users",
        database=database.label,
        value=quiet[sizes.large] / quiet[sizes.few],
        unit="times",
        aim=1.5,
        details={f"ms with {users:,}": 1000 * seconds for users, seconds in quiet.items()},
    )
    yield Figure(
        name=f"Peak memory of a worker, {sizes.large:,} against {sizes.middle:,} users",
        database=database.label,
        value=peaks[sizes.large] / peaks[sizes.middle],
        unit="times",
        aim=1.3,
        details={f"MB with {users:,}": peak for users, peak in peaks.items()},
    )
    yield Figure(
        name="Initial cycle without latency, 1 worker",
        database=database.label,
        value=rates[sizes.large],
        unit="users/s",
        details={f"users/s with {users:,}": rate for users, rate in rates.items()},
    )


def imports(database: Database, sizes: Sizes) -> Iterator[Figure]:
    """A whole read against the bare loop over the same pages, and changes in a small and in a large tenant."""
    found = {users: _import(database, users) for users in (sizes.few, sizes.large)}
    changes = {
        users: statistics.median(each["seconds"] for each in spent["changes"][1:]) for users, spent in found.items()
    }
    large, users = found[sizes.large], sizes.large
    yield Figure(
        name=f"Import of {users:,} users: rate against the bare loop",
        database=database.label,
        value=large["bare"]["seconds"] / large["whole"]["seconds"],
        unit="",
        aim=0.7,
        more_is_better=True,
        details={
            "users/s": users / large["whole"]["seconds"],
            "bare loop": users / large["bare"]["seconds"],
            "ms of CPU a user": 1000 * large["whole"]["cpu"] / users,
            "bare loop, ms of CPU a user": 1000 * large["bare"]["cpu"] / users,
        },
    )
    yield Figure(
        name=f"Import of {CHANGES} changes, {sizes.large:,} against {sizes.few:,} users",
        database=database.label,
        value=changes[sizes.large] / changes[sizes.few],
        unit="times",
        aim=1.5,
        details={f"ms with {users:,}": 1000 * seconds for users, seconds in changes.items()},
    )


def _import(database: Database, users: int) -> dict[str, Any]:
    with database.fresh() as env, Program("benchmarks.pages", "--users", users, "--latency-ms", PAGE_MS) as pages:
        found: dict[str, Any] = told("benchmarks.inside", "imports", pages.ready(), "--users", users, env=env)
    return found


def reports(database: Database, sizes: Sizes) -> Iterator[Figure]:
    """Pages that show the provisioning logs, with few entries and with a hundred times as many."""
    numbers = (sizes.middle, 100 * sizes.middle)
    found = {number: _reports(database, number) for number in numbers}
    few, many = found.values()
    ratios = {name: many[name]["ms"] / few[name]["ms"] for name in few}
    yield Figure(
        name=f"Slowest growth of a page, {numbers[1]:,} against {numbers[0]:,} log entries",
        database=database.label,
        value=max(ratios.values()),
        unit="times",
        aim=1.5,
        details={f"{name} ({few[name]['ms']:.0f} to {many[name]['ms']:.0f} ms)": each for name, each in ratios.items()},
    )
    more = {name: many[name]["queries"] - few[name]["queries"] for name in few}
    yield Figure(
        name="Queries of a page more with more log entries",
        database=database.label,
        value=max(more.values()),
        unit="queries",
        aim=0,
        details={name: each["queries"] for name, each in many.items()},
    )


def _reports(database: Database, number: int) -> dict[str, dict[str, float]]:
    with database.fresh() as env:
        found: dict[str, dict[str, float]] = told("benchmarks.inside", "reports", "--entries", number, env=env)
    return found


def locked(database: Database, sizes: Sizes) -> Iterator[Figure]:
    """Four workers without a pause for answers, and people who read and write at the web server the whole time."""
    users = sizes.middle
    with portal(database, users) as world, web_server(world.env) as server:
        with visiting(server, VISITORS) as seen:
            seconds, complaints = _cycle_of_four(world)
        complaints += server.program.complaints()
    details = {"users": users, "seconds": seconds, "pages read": seen["ok"], "people written": seen["written"]}
    yield Figure(
        name='"database is locked" or failed pages, web server and 4 workers',
        database=database.label,
        value=complaints.count(LOCKED) + seen["failed"],
        unit="times",
        aim=0,
        details=details,
    )


def _cycle_of_four(world: Portal) -> tuple[float, str]:
    """Its seconds and what was complained of. A worker that died of a lock is what is looked for, not a failed run."""
    try:
        spent = world.cycle(workers=4, created=world.users)
    except Failed as error:
        if LOCKED not in str(error):
            raise
        return 0.0, str(error)
    return spent.seconds, spent.complaints
