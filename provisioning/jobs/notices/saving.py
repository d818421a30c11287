"""Saving the page Notifications in Settings: everything or nothing, with its audit entry; and new webhook secrets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from portal.accounts.audit import HIDDEN, Doer, record
from provisioning import vault
from provisioning.jobs import webhooks
from provisioning.jobs.save import SavedMeanwhile
from provisioning.models import NotificationSettings

SAVE_NOTIFICATIONS = gettext_noop("Save notification settings")
NEW_SECRET = gettext_noop("Make webhook secret")
FIELDS = {
    "recipients": "Recipients",
    "sender": "Sender",
    "muted": "Not sent",
    "digest": "Send a daily summary",
    "digest_hour": "Hour of daily summaries",
    "webhook_url": "Webhook address",
}
"""What the page sets, with its names in the audit trail."""
TARGET = gettext_noop("Notifications")


@transaction.atomic
def save(version: int, values: Mapping[str, Any], by: Doer, now: datetime) -> str | None:
    """Write these values; None when they were like this already, else a new secret, empty when none was needed.

    The first webhook address makes a secret; another one makes another, so that nobody learns of the old one's.
    Raises SavedMeanwhile.
    """
    row = _locked(version)
    before = {name: getattr(row, name) for name in FIELDS}
    for name in FIELDS.keys() & values.keys():
        setattr(row, name, values[name])
    changes = {FIELDS[name]: (old, getattr(row, name)) for name, old in before.items() if old != getattr(row, name)}
    if not changes:
        return None
    if row.digest and not before["digest"]:
        row.digest_at = now  # the first one comes tomorrow
    is_other = bool(row.webhook_url) and row.webhook_url != before["webhook_url"]
    secret = webhooks.new_secret() if is_other else ""
    if secret:
        row.locked, row.secret_made_at = vault.lock({"newest": secret}), now
    _write(row, by, now)
    old, new = ({name: pair[side] for name, pair in changes.items()} for side in (0, 1))
    record(by, SAVE_NOTIFICATIONS, TARGET, old, new)
    return secret


@transaction.atomic
def change_secret(version: int, by: Doer, now: datetime) -> str:
    """A new secret; for a day, deliveries are signed with the one before as well. Raises SavedMeanwhile."""
    row = _locked(version)
    try:
        before = vault.unlock(row.locked).get("newest", "") if row.locked else ""
    except vault.Unreadable:
        before = ""
    secret = webhooks.new_secret()
    row.locked, row.secret_made_at = vault.lock({"newest": secret, "before": before}), now
    _write(row, by, now)
    record(by, NEW_SECRET, TARGET, before and HIDDEN, HIDDEN)
    return secret


def _locked(version: int) -> NotificationSettings:
    NotificationSettings.objects.get_or_create(pk=NotificationSettings.current().pk)
    row = NotificationSettings.objects.select_for_update().get()
    if row.saves != version:
        raise SavedMeanwhile
    return row


def _write(row: NotificationSettings, by: Doer, now: datetime) -> None:
    row.saves += 1
    row.saved_at, row.saved_by = now, str(by)
    row.save()
