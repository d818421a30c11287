"""Raising a notice, once per reason, and ending it."""

from datetime import datetime, timedelta

from provisioning.choices import NoticeKind
from provisioning.jobs.notices import posting
from provisioning.models import Notice, ProvisioningJob

AGAIN = timedelta(days=1)
"""A reason that comes back within so long is the same story: it is open again, and nobody is told a second time."""


def raise_(notice: Notice, now: datetime, *, replaces: bool = True) -> Notice:
    """Write it, with the mails and webhook call that come of it: all part of the caller's transaction.

    It takes the place of an open one of its kind, unless it `replaces` none.
    """
    if replaces:
        end(now, NoticeKind(notice.kind), job=notice.job)
    if notice.job:
        notice.values = {"application": notice.job.application.display_name, **notice.values}
    notice.key, notice.at = notice.key[:300], now
    notice.save()
    posting.post(notice, now)
    return notice


def known(kind: NoticeKind, now: datetime, *, job: ProvisioningJob | None = None) -> Notice | None:
    """The newest of its kind if it is open, or was until a moment ago; it is for the caller to compare the reasons."""
    found = Notice.objects.filter(kind=kind, job=job).order_by("-at", "-id").first()
    return found if found and (found.ended_at is None or now - found.at < AGAIN) else None


def keep(notice: Notice) -> None:
    """It is so still, or again."""
    if notice.ended_at:
        Notice.objects.filter(pk=notice.pk).update(ended_at=None)


def end(now: datetime, *kinds: NoticeKind, job: ProvisioningJob | None = None) -> None:
    """What these tell is over."""
    Notice.objects.filter(kind__in=kinds, job=job, ended_at=None).update(ended_at=now)
