"""The figures that are taken against a SCIM target. README.md says what they mean."""

from collections.abc import Iterator

from benchmarks.databases import Database
from benchmarks.figures import Figure
from benchmarks.portals import portal
from benchmarks.processes import ScimTarget
from benchmarks.scenarios import LATENCY_MS, Sizes

OPERATIONS = 100


def with_bulk(database: Database, sizes: Sizes) -> Iterator[Figure]:
    """The initial cycle against a SCIM target that takes so many operations in a request, and one by one beside it."""
    users, spent = sizes.middle, {}
    for use in (True, False):
        with portal(database, users, LATENCY_MS, ScimTarget, bulk_ops=OPERATIONS, bulk_use=use) as world:
            spent[use] = world.cycle(created=users)
    in_bulk, alone = spent[True], spent[False]
    yield Figure(
        name="With Bulk, 1 worker",
        database=database.label,
        value=users / in_bulk.seconds,
        unit="users/s",
        aim=1200,
        more_is_better=True,
        details={
            "users": users,
            "Bulk requests": in_bulk.requests.get("bulk", 0),
            "ms of CPU a user": 1000 * in_bulk.cpu / users,
            "users/s one by one": users / alone.seconds,
            "ms of CPU a user one by one": 1000 * alone.cpu / users,
        },
    )
