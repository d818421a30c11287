"""Takes the figures, prints them, and writes them to results/. Started by `make bench`."""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import scenarios, scim_against, scim_scenarios
from benchmarks.databases import Database, opened
from benchmarks.figures import Figure, circumstances, print_table, write
from benchmarks.scenarios import Sizes

Scenario = tuple[str, Callable[[], Iterator[Figure]]]


def main() -> None:
    options = _options()
    console = Console()
    figures: list[Figure] = []
    sizes = _sizes(options.users, quick=options.quick)
    about = circumstances(users=sizes.large, quick=options.quick)
    try:
        _run(options, sizes, figures, about)
    finally:  # what was taken before something broke is told all the same
        print_table(figures, Console(width=max(console.width, 200)))
        moment = datetime.now(UTC).strftime("%Y-%m-%d-%H%M")
        console.print(f"Written: {write(figures, about, f'{moment}-quick' if options.quick else moment)}")


def _run(options: argparse.Namespace, sizes: Sizes, figures: list[Figure], about: dict[str, Any]) -> None:
    console = Console()
    alone: list[Scenario] = [
        ("Target", scenarios.target_ceiling),
        ("Mapping", scenarios.mapping_rate),
        ("Expressions", scenarios.expression_costs),
    ]
    _take(alone, figures, console)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for number, url in enumerate(options.database.split(), 1):
            with opened(Path(folder) / str(number), url) as database:
                about[f"database {number}"] = database.version
                _take(_scenarios(database, sizes, quick=options.quick), figures, console)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--users", type=int, help="how many people the large directory has")
    parser.add_argument("--database", default="sqlite", help="`sqlite`, or a PostgreSQL server's URL, or several")
    parser.add_argument("--quick", action="store_true", help="a smoke run of some minutes; its figures mean little")
    return parser.parse_args()


def _sizes(users: int | None, *, quick: bool) -> Sizes:
    large = users or (3_000 if quick else 100_000)
    return Sizes(few=max(100, large // 100), middle=max(1_000, large // 10), large=large)


def _scenarios(database: Database, sizes: Sizes, *, quick: bool) -> list[Scenario]:
    label = database.label
    on_sqlite = label == "SQLite"
    counts = (1,) if on_sqlite else (1, 2) if quick else (1, 2, 4)
    found: list[Scenario] = [(f"{label}: requests per user", lambda: scenarios.requests_per_user(database, sizes))]
    for workers in counts:
        found.append(
            (
                f"{label}: initial cycle, workers: {workers}",
                lambda workers=workers: scenarios.initial_cycle(database, sizes, workers),
            )
        )
    found.append((f"{label}: with Bulk", lambda: scim_scenarios.with_bulk(database, sizes)))
    found.append((f"{label}: against scim2-client", lambda: scim_against.against_scim2_client(database, sizes)))
    found.append((f"{label}: large directory", lambda: scenarios.large_directory(database, sizes)))
    found.append((f"{label}: imports", lambda: scenarios.imports(database, sizes)))
    found.append((f"{label}: reports", lambda: scenarios.reports(database, sizes)))
    if on_sqlite:
        found.append((f"{label}: locks", lambda: scenarios.locked(database, sizes)))
    return found


def _take(found: list[Scenario], figures: list[Figure], console: Console) -> None:
    for label, take in found:
        with console.status(label):
            taken = list(take())
        for figure in taken:
            console.print(" ".join(filter(None, figure.as_text[:5])), highlight=False, soft_wrap=True)
        figures += taken


if __name__ == "__main__":
    main()
