"""From notices to mails and webhook calls: who gets them, in which language, and how many at most."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from portal.accounts.preferences import Reading, by_reading, reading_as
from provisioning.jobs import mails, webhooks
from provisioning.jobs.mails import Group
from provisioning.jobs.notices.wording import Told
from provisioning.models import Mail, Notice, NotificationSettings, ProvisioningJob

HOUR = timedelta(hours=1)
LONGEST = 1000
"""So many characters of recipients a mail's row holds."""
AN_HOUR = 5
"""So many mails at most go to the same recipients within an hour; what comes on top is one summary."""


def post(notice: Notice, now: datetime) -> None:
    """Write what is sent because of it, in the transaction that raised it; nothing when its kind is muted."""
    saved = NotificationSettings.current()
    if notice.kind in saved.muted:
        return
    webhooks.write(saved, notice.job, webhooks.told(Told(notice)))
    later = []
    for group in groups(recipients(notice.job, saved)):
        if _is_flooded(group, now):
            later.append(group)
        else:
            _write(group, notice)
    if later:
        notice.waits_for = "\n".join(map(_line, later))
        notice.save(update_fields=["waits_for"])


def recipients(job: ProvisioningJob | None, saved: NotificationSettings) -> list[str]:
    """Those of the application, when they want to know, and those who are told of everything; each once."""
    everywhere = [each.strip() for each in saved.recipients.split(",") if each.strip()]
    return list(dict.fromkeys([*(job.recipients if job else []), *everywhere]))


def groups(addresses: Sequence[str]) -> list[Group]:
    """Who gets a mail together: who reads alike, as many as its row holds."""
    return [(part, reading) for reading, found in by_reading(addresses).items() for part in _rows_of(found)]


def _rows_of(addresses: Sequence[str]) -> list[str]:
    rows = [addresses[0]]
    for each in addresses[1:]:
        together = f"{rows[-1]}, {each}"
        if len(together) > LONGEST:
            rows.append(each)
        else:
            rows[-1] = together
    return rows


def _is_flooded(group: Group, now: datetime) -> bool:
    recent = Mail.objects.filter(recipients=group[0], created_at__gt=now - HOUR, counted=True)
    return recent.count() >= AN_HOUR


def _write(group: Group, notice: Notice) -> None:
    told = Told(notice)
    is_own = notice.job is not None and set(group[0].split(", ")) <= set(notice.job.addresses)
    application = notice.job.application if notice.job else None
    with reading_as(group[1]):
        subject = told.subject
    context = {"subject": subject, "told": told, "application": application, "is_own": is_own}
    mails.write(group, "mail/notice", context, job=notice.job, counted=True)


def waiting() -> QuerySet[Notice]:
    """Notices of which somebody has not been told yet, oldest first."""
    return Notice.objects.exclude(waits_for="").select_related("job__application").order_by("at", "id")


def write_summaries(now: datetime) -> int:
    """One mail to each group for all that was held back from it, once it may get one; gives how many were written.

    Called by the tick: a question is all it costs while nothing is held back.
    """
    return _write_summaries(now) if waiting().exists() else 0


@transaction.atomic
def _write_summaries(now: datetime) -> int:
    found = list(waiting().select_for_update(of=("self",)))
    lines = sorted({line for notice in found for line in notice.waits_for.splitlines()})
    free = [line for line in lines if not _is_flooded(_group(line), now)]
    for line in free:
        mails.write_summary(_group(line), [Told(each) for each in found if line in each.waits_for.splitlines()])
    for notice in found:
        left = [line for line in notice.waits_for.splitlines() if line not in free]
        Notice.objects.filter(pk=notice.pk).update(waits_for="\n".join(left))
    return len(free)


def _line(group: Group) -> str:
    recipients, reading = group
    return f"{reading.language}/{reading.time_zone} {recipients}"


def _group(line: str) -> Group:
    reading, _space, recipients = line.partition(" ")
    language, _slash, time_zone = reading.partition("/")
    return recipients, Reading(language, time_zone)
