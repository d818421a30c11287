"""What pages cost with so many entries in the provisioning logs and in the audit log, and their queries. Started by
`inside`.

Each page is asked for through Django's test client in this process: no network, no other request beside it.
"""

import argparse
import json
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import audit
from benchmarks.databases import ADMINISTRATOR
from benchmarks.entries import fill
from portal.accounts.models import Account
from provisioning.jobs.keyset import key_of
from provisioning.jobs.sweep import take_statistics
from provisioning.models import Activity, Cycle

TURNS = 9
FIRST = 2
"""Turns that warm up."""


def addresses(application: str, user: str) -> dict[str, str]:
    """Every page by name. Each shows as much whatever the number of entries: a longer one would cost more by itself."""
    home = f"/applications/{application}/"
    logs = f"{home}logs/"
    first = Cycle.objects.filter(job__application__application_id=application).earliest("started_at").cycle_id
    return {
        **_lists(application, logs, first),
        "logs of all": "/logs/",
        "activity report": f"{logs}activity/",
        "cycles": f"{home}cycles/",
        "cycle": f"{home}cycles/{first}/",
        "overview": home,
        "insights": f"{home}insights/?date=month",
        "insights of all": "/insights/?date=month",
        "diagnose": f"{home}diagnose/",
        "user": f"/users/{user}/",
        "text inside, last hour": f"{logs}?date=hour&contains=bell",
    }


def _lists(application: str, logs: str, first: uuid.UUID) -> dict[str, str]:
    """The list with each filter and search, and the entry beside it."""
    rows = Activity.objects.filter(job__application__application_id=application).order_by("-occurred_at", "-pk")
    number = rows.count()
    second, deep, entry = rows[50], rows[number * 2 // 3], rows[number // 2]
    return {
        "logs": logs,
        "logs, any time": f"{logs}?date=any",
        "logs, last day": f"{logs}?date=day",
        "logs, own days": f"{logs}?since={deep.occurred_at:%Y-%m-%d}&until={deep.occurred_at:%Y-%m-%d}",
        "logs, oldest first": f"{logs}?sort=date",
        "logs, next page": f"{logs}?date=any&older={key_of(second).replace('+', '%2B')}",
        "logs, far page": f"{logs}?date=any&older={key_of(deep).replace('+', '%2B')}",
        "status failure": f"{logs}?date=any&status=failure",
        "status warning": f"{logs}?date=any&status=warning",
        "two statuses": f"{logs}?date=any&status=failure&status=skipped",
        "action update": f"{logs}?date=any&action=update",
        "action delete": f"{logs}?date=any&action=delete",
        "two actions": f"{logs}?date=any&action=delete&action=disable",
        "action and status": f"{logs}?date=any&action=update&status=failure",
        "error code": f"{logs}?date=any&code=EntryConflict",
        "cycle, initial": f"{logs}?cycle={first}",
        "change": f"{logs}?change={entry.change_id}",
        "job": f"/logs/?job={entry.job.job_id}",
        "source id": f"{logs}?source={entry.source_id}",
        "target id": f"{logs}?target={entry.target_id}",
        "target system": "/logs/?date=any&target_system=Bench",
        "application": f"/logs/?date=any&application={application}",
        **_searches(logs, entry),
        "entry": f"{logs}?date=any&entry={entry.activity_id}",
        "entry of a failure": f"{logs}?date=any&status=failure&entry={rows.filter(status='failure')[5].activity_id}",
    }


def _searches(logs: str, entry: Activity) -> dict[str, str]:
    return {
        "search, one person": f"{logs}?date=any&q={entry.source_label.replace(' ', '+')}",
        "search, address": f"{logs}?date=any&q={entry.identity[:14]}",
        "search, every name": f"{logs}?date=any&q=bench",
        "search, some names": f"{logs}?date=any&q=bench+c00001",
        "search, nobody": f"{logs}?date=any&q=zzz",
        "search, error code": f"{logs}?date=any&q=entryconf",
        "search, beginning of an id": f"{logs}?date=any&q={entry.source_id[:8]}",
        "search, entry id": f"{logs}?q={entry.activity_id}",
    }


def measured(client: Client, address: str) -> dict[str, float]:
    """Milliseconds of CPU (of the cheapest turn: others have to do with what else the machine did) and queries."""
    times = []
    for turn in range(FIRST + TURNS):
        began = _cpu()
        answer = client.get(address, HTTP_HOST="localhost")
        if turn >= FIRST:
            times.append(_cpu() - began)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
    with CaptureQueriesContext(connection) as queries:
        client.get(address, HTTP_HOST="localhost")
    return {"ms": 1000 * min(times), "queries": len(queries)}


def _cpu() -> float:
    """Seconds of this process, and of the one that serves it in PostgreSQL where that is on this machine."""
    own = time.process_time()
    if connection.vendor != "postgresql":
        return own
    server = Path(f"/proc/{connection.connection.info.backend_pid}")
    is_here = server.is_dir() and (server / "comm").read_text().startswith("postgres")
    return own + (int((server / "schedstat").read_text().split()[0]) / 1e9 if is_here else 0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, required=True)
    options = parser.parse_args()
    made = fill(options.entries)
    audit.fill(options.entries)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # does so by itself, a minute later
            cursor.execute("VACUUM ANALYZE")
        else:
            take_statistics()
    client = Client()
    client.force_login(Account.objects.get(username=ADMINISTRATOR[0]))
    pages = addresses(**made) | audit.addresses(made["application"])
    found: dict[str, Any] = {name: measured(client, url) for name, url in pages.items()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
