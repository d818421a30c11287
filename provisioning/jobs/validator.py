"""The SCIM validator's runs: asked for by a person, due for a worker, and gone after some days."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from portal.accounts.audit import record
from portal.accounts.models import Account
from provisioning.choices import ObjectType, ValidatorStatus
from provisioning.connectors.scim_findings import Finding, Left, kept, report
from provisioning.connectors.scim_trial import CREATE, name_of, new_name
from provisioning.models import EnterpriseApplication, ValidatorRun
from provisioning.models.job import LAPSE
from provisioning.models.validator_run import OPEN
from provisioning.texts import Message, say
from provisioning.wire.exchanges import cut, strike_url
from provisioning.wire.settings import SIGN_IN

ASK = gettext_noop("Run SCIM validator")
FORGOTTEN = gettext_noop("No worker took it up for a day.")
LONGEST_WAIT = timedelta(days=1)
"""Credentials of a run that nobody takes up are not kept for longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be tried. `style`: of PATCH; empty as the Tenant URL or the application's profile says."""

    credentials: Mapping[str, str] = field(repr=False)
    style: str = ""
    writes: bool = False
    application: EnterpriseApplication | None = None


@transaction.atomic
def ask(wanted: Wanted, by: Account, now: datetime) -> tuple[ValidatorRun, bool]:
    """A run to be queued by the caller, and whether it is a new one: a person has one at a time."""
    going = open_runs().select_for_update().filter(asked_by=by.get_username()).first()
    if going:
        return going, False
    row = ValidatorRun(
        application=wanted.application,
        url=cut(strike_url(wanted.credentials["tenant_url"].strip()), 400),
        sign_in=wanted.credentials.get(SIGN_IN, ""),
        style=wanted.style,
        writes=wanted.writes,
        name=new_name(),
        asked_at=now,
        asked_by=by.get_username(),
        queued_at=now,
    )
    row.lock(dict(wanted.credentials))
    row.save()
    record(by, ASK, wanted.application or row.url, new={"Tenant URL": row.url, "Writes": row.writes})
    return row, True


def open_runs() -> QuerySet[ValidatorRun]:
    return ValidatorRun.objects.filter(status__in=OPEN)


def free() -> QuerySet[ValidatorRun]:
    """Those that nobody has in hand: waiting, or left behind by a worker that died."""
    return open_runs().filter(Q(expires_at=None) | Q(expires_at__lte=Now()))


def due(now: datetime) -> QuerySet[ValidatorRun]:
    """Those that need a worker, without a message under way."""
    return free().filter(Q(queued_at=None) | Q(queued_at__lt=now - LAPSE))


def unattended(since: datetime) -> QuerySet[ValidatorRun]:
    """Those that have needed a worker since then."""
    return open_runs().filter(Q(expires_at=None, asked_at__lte=since) | Q(expires_at__lte=since))


def findings_of(row: ValidatorRun) -> list[Finding]:
    return [Finding.from_row(each) for each in row.findings]


def as_json(row: ValidatorRun) -> dict[str, Any]:
    """As `manage.py scim_probe --json` prints it."""
    left = [Left(**{**each, "type": ObjectType(each["type"])}) for each in row.left]
    return report(findings_of(row), row.learned, left)


def close(
    rows: QuerySet[ValidatorRun], status: ValidatorStatus, left: list[dict[str, Any]], message: Message | None = None
) -> int:
    """End it, and forget the credentials; gives how many rows were still open."""
    told = kept(message) if message else {}
    return rows.filter(status__in=OPEN).update(
        status=status, left=left, message=told, made={}, locked="", ended_at=Now(), expires_at=None
    )


def unseen(row: ValidatorRun) -> list[dict[str, Any]]:
    """What may be there of a run that nobody can clean up after."""
    if not row.writes or not row.began_at:
        return []
    return [
        asdict(Left(type=type_, name=name_of(row.name, type_), id=id_))
        for type_ in CREATE
        for id_ in row.made.get(type_) or [""]
    ]


def forget_old(now: datetime) -> int:
    """End those that no worker ever took up or cleaned up after; gives how many."""
    old = list(free().filter(asked_at__lt=now - LONGEST_WAIT))
    return sum(
        close(ValidatorRun.objects.filter(pk=row.pk), ValidatorStatus.BROKEN, unseen(row), say(FORGOTTEN))
        for row in old
    )
