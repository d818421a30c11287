"""Entries of the audit log in any number, and the pages over them."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from benchmarks.entries import DAYS, indexed_afterwards
from portal.accounts.models import AuditEntry
from provisioning.jobs.keyset import by_time, key_of
from provisioning.models import EnterpriseApplication

PORTION = 5000
ADMINISTRATORS, ACTIVITIES, TARGETS = 20, 40, 2000


def fill(number: int) -> None:
    """So many entries over thirty days: half of them of applications, the rest of people."""
    applications = list(EnterpriseApplication.objects.order_by("pk"))
    with indexed_afterwards(AuditEntry):
        for place in range(0, number, PORTION):
            portion = range(place, min(place + PORTION, number))
            AuditEntry.objects.bulk_create(_entries(portion, number, applications))


def _entries(numbers: range, all_: int, applications: list[EnterpriseApplication]) -> Iterator[AuditEntry]:
    now = timezone.now()
    for number in numbers:
        concerned = applications[number // 2 % len(applications)] if number % 2 else None
        target = concerned.display_name if concerned else f"Person {number * 7 % TARGETS:05}"
        who = f"administrator{number * 3 % ADMINISTRATORS:02}"
        yield AuditEntry(
            at=now - timedelta(days=DAYS) * (1 - number / all_),
            who_name=who,
            who_lower=who,
            activity=f"Change {number * 11 % ACTIVITIES}",
            target=target,
            target_lower=target.lower(),
            application=concerned.application_id if concerned else None,
            old={"surname": "Bell"},
            new={"surname": f"Bell-{number}"},
        )


def addresses(application: str) -> dict[str, str]:
    """The log of all and of one application, with each filter and search, and an entry beside it."""
    rows = AuditEntry.objects.order_by("-at", "-pk")
    deep = rows[rows.count() * 2 // 3]
    key = key_of(deep, by_time("at")).replace("+", "%2B")
    found = {
        "audit": "",
        "audit, any time": "date=any",
        "audit, last week": "date=week",
        "audit, far page": f"date=any&older={key}",
        "audit, activity": f"date=any&activity=Change+{11 % ACTIVITIES}",
        "audit, two activities": f"date=any&activity=Change+{11 % ACTIVITIES}&activity=Change+{33 % ACTIVITIES}",
        "audit, target": "q=person+001",
        "audit, every target": "q=person",
        "audit, no target": "q=zzz",
        "audit, who": "date=any&who=administrator07",
        "audit, everybody": "date=any&who=admin",
        "audit, who and activity": f"date=any&who=administrator03&activity=Change+{11 % ACTIVITIES}",
        "audit, application": f"date=any&application={application}",
        "audit, entry": f"date=any&entry={deep.pk}",
    }
    own = {f"{name}, of one": query for name, query in found.items() if "application" not in name}
    pages = {"/audit/": found, f"/applications/{application}/audit/": own}
    return {name: f"{page}?{query}" for page, queries in pages.items() for name, query in queries.items()}
