"""Figures for monitoring in Prometheus' format, read from the rows whenever they are asked for.

Every process of the portal tells the same, so none has to be asked in particular, and nothing is lost at a restart.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from provisioning.choices import Staging
from provisioning.jobs import diagnosis
from provisioning.models import ActivityCount, Cycle, ProvisioningJob, StagedRemoval

TYPE = "text/plain; version=0.0.4; charset=utf-8"
COUNTED = ("created", "updated", "disabled", "deleted", "skipped", "failed")


def exposition() -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Rows())
    return generate_latest(registry)


class _Rows(Collector):
    def collect(self) -> Iterator[Any]:
        yield from _queue()
        yield from _jobs()
        yield _entries()
        yield _mails()


def _queue() -> Iterator[Any]:
    now = timezone.now()
    found = diagnosis.waiting(now)
    age = GaugeMetricFamily("portal_oldest_due_seconds", "For how long the oldest due work has waited")
    age.add_metric([], diagnosis.oldest(found, now).total_seconds())
    due = GaugeMetricFamily("portal_due", "Work that a worker should take up", labels=["kind"])
    for each in found:
        due.add_metric([each.kind], each.number)
    beats = GaugeMetricFamily(
        "portal_worker_beat_timestamp_seconds", "Last sign of life of a cluster", labels=["host", "cluster"]
    )
    for beat in diagnosis.beats():
        beats.add_metric([beat.host, beat.cluster], beat.beat_at.timestamp())
    yield from (age, due, beats)


def _jobs() -> Iterator[Any]:
    """States of the jobs, and what their cycles did."""
    jobs = list(ProvisioningJob.objects.select_related("application").order_by("pk"))
    names = {job.pk: [str(job.application.application_id), job.application.display_name] for job in jobs}
    label = ["application_id", "application"]
    on = GaugeMetricFamily("provisioning_on", "Whether provisioning is on", labels=label)
    quarantine = GaugeMetricFamily("provisioning_quarantined", "Whether provisioning is in quarantine", labels=label)
    for job in jobs:
        on.add_metric(names[job.pk], int(job.is_on))
        quarantine.add_metric(names[job.pk], int(bool(job.quarantine)))
    held = GaugeMetricFamily("provisioning_held_removals", "Removals that wait for a person", labels=label)
    waits = StagedRemoval.objects.filter(status=Staging.HELD).order_by().values_list("job").annotate(n=Sum("number"))
    _fill(held, names, waits)
    failing = GaugeMetricFamily("provisioning_failing_objects", "Objects that failed at their last try", labels=label)
    failed = Count("object_states", filter=Q(object_states__status="failure"))
    _fill(failing, names, ProvisioningJob.objects.order_by().values_list("pk").annotate(n=failed))
    changes = CounterMetricFamily("provisioning_objects", "What cycles did", labels=[*label, "did"])
    sums = Cycle.objects.real().order_by().values_list("job_id").annotate(*(Sum(name) for name in COUNTED))
    for key, *numbers in sums:
        for name, number in zip(COUNTED, numbers, strict=True):
            changes.add_metric([*names[key], name], number)
    yield from (on, quarantine, held, failing, changes)


def _entries() -> Any:
    """Entries of the logs in the counts that are kept; they fall when old counts go."""
    family = GaugeMetricFamily(
        "provisioning_log_entries", "Entries of the provisioning logs, counted for 400 days", labels=["status", "code"]
    )
    found = ActivityCount.objects.order_by().values_list("status", "code").annotate(n=Sum("number"))
    for status, code, number in found:
        family.add_metric([status, code], number)
    return family


def _mails() -> Any:
    found = diagnosis.delivery()
    family = GaugeMetricFamily("portal_mails_unsent", "Mails that were not sent", labels=["state"])
    for state in ("waiting", "retried", "given_up"):
        family.add_metric([state], getattr(found, state))
    return family


def _fill(family: Any, names: dict[int, list[str]], rows: Iterable[tuple[int, int]]) -> None:
    numbers = dict(rows)
    for key, labels in names.items():
        family.add_metric(labels, numbers.get(key) or 0)
