"""The figures of SCIM: cycles against the loop that one would write with scim2-client; README.md explains them."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.databases import Database
from benchmarks.figures import Figure
from benchmarks.portals import Portal, Spent, portal
from benchmarks.processes import ScimTarget, running_target, told
from benchmarks.scenarios import LATENCY_MS, QUIET_CYCLES, Sizes
from benchmarks.scim_scenarios import OPERATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """What the loop took for one run over everybody, and what it sent."""

    seconds: float
    requests: Mapping[str, int]


def against_scim2_client(database: Database, sizes: Sizes) -> Iterator[Figure]:
    """Everybody created with a group of all, nothing changed, one in a hundred renamed: cycle and loop, with latency.

    The loop looks each person up every time, since it keeps nothing; the cycle knows what it sent.
    """
    users = sizes.middle
    some = max(1, users // 100)
    with portal(database, users, LATENCY_MS, ScimTarget, groups=True) as world:
        first = _first(world)
        quiet = statistics.median(world.quiet_cycles(QUIET_CYCLES)[1:])  # the first warms up
        world.tell("rename", "--users", some)
        changed = world.cycle(updated=some)
    loops = _loops(users, LATENCY_MS, (0, 0, some))
    found = [
        *_requests(users, some, (first, changed), loops),
        _rate("rate of a first cycle against scim2-client, 20 ms", users, first, loops[0]),
        _time("cycle without changes", quiet, loops[1].seconds, aim=0.1),
        _time("cycle with 1 % changed", changed.seconds, loops[2].seconds, aim=0.2),
    ]
    with portal(database, users, LATENCY_MS, ScimTarget, groups=True, bulk_ops=OPERATIONS) as world:
        found.append(_rate("rate with Bulk against scim2-client, 20 ms", users, _first(world), loops[0]))
    with portal(database, users, 0.0, ScimTarget, groups=True) as world:
        at_once = _first(world)
    found.append(_rate("rate of a first cycle against scim2-client, 0 ms", users, at_once, *_loops(users, 0.0, (0,))))
    yield from (replace(each, name=f"SCIM: {each.name}", database=database.label) for each in found)


def _first(world: Portal) -> Spent:
    """Everybody and the group are created, and the group is updated with its members."""
    return world.cycle(created=world.users + 1, updated=1)


def _requests(users: int, some: int, spent: tuple[Spent, Spent], loops: Sequence[Loop]) -> Iterator[Figure]:
    """Pages of a survey are in the details, not in the figure."""
    (first, changed), groups = spent, "groups.patch"
    for name, found, loop, number in (
        ("requests per user, first cycle", first.requests, loops[0].requests, users),
        ("requests per changed user, 1 % changed", changed.requests, loops[2].requests, some),
    ):
        details = {"users": number, **found, "loop": _of_users(loop) / number}
        yield Figure(name=name, database="", value=_of_users(found) / number, unit="requests", aim=1, details=details)
    ours, theirs = (100 * each.requests.get(groups, 0) / users for each in (first, loops[0]))
    name = "requests per 100 members of a group"
    yield Figure(name=name, database="", value=ours, unit="requests", aim=1, details={"loop": theirs})


def _of_users(requests: Mapping[str, int]) -> int:
    return sum(number for call, number in requests.items() if call.startswith("users.") and call != "users.get")


def _rate(name: str, users: int, spent: Spent, loop: Loop) -> Figure:
    details = {"users": users, "users/s": users / spent.seconds, "loop": users / loop.seconds, **spent.requests}
    return Figure(
        name=name,
        database="",
        value=loop.seconds / spent.seconds,
        unit="times",
        aim=1,
        more_is_better=True,
        details=details,
    )


def _time(name: str, ours: float, theirs: float, aim: float) -> Figure:
    details = {"ms": 1000 * ours, "loop, ms": 1000 * theirs}
    name = f"{name} against scim2-client, 20 ms"
    return Figure(name=name, database="", value=ours / theirs, unit="times", aim=aim, details=details)


def _loops(users: int, latency_ms: float, changed: tuple[int, ...]) -> list[Loop]:
    """One run after the other against one target; `changed`: so many have another name in each."""
    found = []
    with running_target(latency_ms, ScimTarget) as target:
        for number in changed:
            spent = told("benchmarks.scim_bare", target.url, "--users", users, "--changed", number)
            found.append(Loop(seconds=spent["seconds"], requests=target.take_stats()))
    return found
