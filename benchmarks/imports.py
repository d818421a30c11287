"""Imports of the bench's source, and the bare loop over the same pages. Started by `inside`; answers with JSON.

The pages are read through the portal's own session and become records as Graph's do; signing in is not part of it.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
from django.utils import timezone

from benchmarks.pages import SIZE
from provisioning.choices import ImportStatus
from provisioning.directory.base import Page, Source, SourceReport
from provisioning.directory.graph_answers import people
from provisioning.jobs.imports import asking, reading, run
from provisioning.models import Directory, Import, User
from provisioning.wire.session import new_session

ATTRIBUTES = (
    "accountEnabled", "city", "department", "displayName", "givenName", "jobTitle", "mail", "mailNickname",
    "preferredLanguage", "surname", "userPrincipalName",
)  # fmt: skip


LATER = "later"


@dataclass
class BenchSource(Source):
    """`turn` rises with every read of changes, so that each has other ones."""

    url: str
    users: int
    turn: int = 0
    session: Any = field(default_factory=lambda: new_session(timeout=30, allow_private=True))

    def test_connection(self) -> SourceReport:
        return SourceReport(tenant_id="", tenant_name="Bench")

    def read(self, *, since: str = "", place: str = "") -> Page:
        if since:
            self.turn += 1
            return Page(records=list(self._people(f"/changes?turn={self.turn}", whole=False)), token=LATER)
        page = int(place or 0)
        found = list(self._people(f"/users?page={page}", whole=True))
        is_last = (page + 1) * SIZE >= self.users
        return Page(records=found, next="" if is_last else str(page + 1), token=LATER if is_last else "")

    def _people(self, path: str, *, whole: bool) -> Any:
        return people(self.session.get(self.url + path).json()["value"], ATTRIBUTES, whole=whole)


def bare(url: str, users: int) -> None:
    """Every page, and its JSON."""
    with requests.Session() as session:
        session.trust_env = False
        for page in range(-(-users // SIZE)):
            session.get(f"{url}/users?page={page}", timeout=30).json()


def imported(directory: Directory) -> Import:
    """One import from start to end, task after task. Fails when it does not end well."""
    found = asking.ask(directory.pk, timezone.now())
    while found.status == ImportStatus.RUNNING:
        run.run(found.pk)
        found.refresh_from_db()
    if found.status != ImportStatus.COMPLETED:
        raise SystemExit(f"The import ended {found.status}: {found.error_message}")
    return found


def measured(act: Callable[[], object]) -> dict[str, float]:
    began, cpu = time.monotonic(), time.process_time()
    act()
    return {"seconds": time.monotonic() - began, "cpu": time.process_time() - cpu}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--users", type=int, required=True)
    parser.add_argument("--changes", type=int, default=5, help="imports of changes after the whole one")
    options = parser.parse_args()
    source = BenchSource(options.url, options.users)
    reading.connect = lambda *_: source
    directory = Directory.objects.the_one()
    directory.source = "bench"
    directory.lock({})
    directory.save()
    loop = measured(lambda: bare(options.url, options.users))
    whole = measured(lambda: imported(directory))
    if User.objects.count() != options.users:
        raise SystemExit(f"{User.objects.count()} people were imported.")
    changes = [measured(lambda: imported(directory)) for _ in range(options.changes)]
    sys.stdout.write(json.dumps({"bare": loop, "whole": whole, "changes": changes}) + "\n")
