"""Reminders of secrets and certificates that expire: 30 days, 7 days and 1 day before, and when it has happened."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cryptography import x509
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from provisioning.choices import CredentialKind, NoticeKind
from provisioning.jobs.notices.raising import raise_
from provisioning.models import ApiCredential, Directory, Notice, ProvisioningJob
from provisioning.texts import gettext_noop, say
from provisioning.vault import Unreadable

STAGES = (1, 7, 30)
"""Days left, from which on one is reminded; each once."""
EXPIRED_STAGE = 0
FORGOTTEN = timedelta(days=30)
"""Expired for so long, nobody uses it any more."""

SECRET = gettext_noop("The client secret")
CERTIFICATE = gettext_noop("The certificate")
SOURCE = gettext_noop("The sign-in to the source")
CREDENTIALS = gettext_noop("The admin credentials")
EXPIRED = gettext_noop("It has expired.")
DAYS = gettext_noop("Days left: %(days)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiring:
    """Something with an end. `key` tells it from others, `job`: whose credentials they are."""

    key: str
    what: str
    name: str
    day: date
    path: str
    job: ProvisioningJob | None = None


def tell(now: datetime) -> int:
    """Raise what is due; gives how many. Called once a day."""
    today, raised, there = localdate(now), 0, set()
    for each in _all(today):
        left = (each.day - today).days
        stage = _stage(left)
        if stage is None or today - each.day > FORGOTTEN:
            continue
        key = f"{each.key} {each.day.isoformat()} {stage}"
        there.add(key)
        if not Notice.objects.filter(kind=NoticeKind.EXPIRES, key=key).exists():
            _raise(each, key, left, now)
            raised += 1
    Notice.objects.filter(kind=NoticeKind.EXPIRES, ended_at=None).exclude(key__in=there).update(ended_at=now)
    return raised


def _stage(left: int) -> int | None:
    return EXPIRED_STAGE if left < 0 else next((days for days in STAGES if left <= days), None)


@transaction.atomic
def _raise(each: Expiring, key: str, left: int, now: datetime) -> None:
    notice = Notice(kind=NoticeKind.EXPIRES, job=each.job, path=each.path, key=key)
    notice.values = {"what": each.what, "name": each.name, "date": each.day.isoformat()}
    notice.reason = (say(EXPIRED) if left < 0 else say(DAYS, days=left)).as_json()
    raise_(notice, now, replaces=False)


def _all(today: date) -> Iterator[Expiring]:
    for row in ApiCredential.objects.select_related("client"):
        yield Expiring(
            key=str(row.key_id),
            what=SECRET if row.kind == CredentialKind.PHRASE else CERTIFICATE,
            name=row.client.display_name,
            day=localtime(row.expires_at).date(),
            path=reverse("app-registration", args=[row.client.client_id]),
        )
    directory = Directory.objects.first()
    if directory and not directory.is_own and (day := directory.secret_expires_on or _end_of_certificate(directory)):
        yield Expiring(key="source", what=SOURCE, name=directory.tenant_name, day=day, path=reverse("directory"))
    for job in ProvisioningJob.objects.exclude(secret_expires_on=None).select_related("application"):
        page = reverse("provisioning", args=[job.application.application_id])
        yield Expiring(
            key=f"job {job.job_id}",
            what=CREDENTIALS,
            name=job.application.display_name,
            day=job.secret_expires_on or today,
            path=page,
            job=job,
        )


def _end_of_certificate(directory: Directory) -> date | None:
    """When the portal signs in to the source with a certificate, that tells its end itself."""
    with suppress(Unreadable, ValueError):
        if pem := directory.unlock().get("certificate"):
            return x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc.date()
    return None
