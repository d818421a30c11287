"""The webhook: another program is told what people are told, signed by the scheme of Standard Webhooks.

https://www.standardwebhooks.com: HMAC-SHA256 over "{id}.{timestamp}.{body}", in the header webhook-signature.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from portal.accounts.preferences import Reading, reading_as
from provisioning.errors import ProvisioningError
from provisioning.jobs.notices.wording import Told
from provisioning.models import NotificationSettings, ProvisioningJob, WebhookDelivery
from provisioning.texts import gettext_noop
from provisioning.vault import Unreadable
from provisioning.wire.session import new_session

PREFIX = "whsec_"
BYTES = 32
SECONDS = 20.0
LARGEST_ANSWER = 64 * 1024
TEST = "test"
ENGLISH = "en"
REFUSED = gettext_noop("The receiver answered %(status)s: %(text)s")
NO_SECRET = gettext_noop("The signing secret can't be read. Make a new one on the page Notifications in Settings.")


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def told(notice: Told) -> dict[str, Any]:
    """What a call says of a notice. Its words are English: programs go by `event`, `code` and `values`."""
    row = notice.notice
    values = {key: value for key, value in row.values.items() if key != "look"}
    with reading_as(Reading(ENGLISH)):
        title = str(notice.title)
    return {
        "event": row.kind,
        "at": row.at.isoformat(),
        "title": title,
        "reason": str(notice.reason),
        "remedy": notice.remedy,
        "code": row.values.get("code", ""),
        "values": values,
        "url": notice.url,
    }


def write(saved: NotificationSettings, job: ProvisioningJob | None, said: Mapping[str, Any]) -> WebhookDelivery | None:
    """A call as a row; None while no webhook is set."""
    if not saved.webhook_url:
        return None
    application = job.application if job else None
    named = {"id": str(application.application_id), "name": application.display_name} if application else None
    delivery = WebhookDelivery(job=job, event=str(said["event"]), url=saved.webhook_url)
    data = {"id": str(delivery.delivery_id), **said, "application": named, "portal": settings.PORTAL_ADDRESS}
    delivery.body = json.dumps(data, ensure_ascii=False, sort_keys=True)
    delivery.save()
    return delivery


def write_test(saved: NotificationSettings, by: object, now: datetime) -> WebhookDelivery | None:
    """What **Send test call** sends."""
    url = settings.PORTAL_ADDRESS
    said = {"event": TEST, "at": now.isoformat(), "title": "Test call of the Provisioning Portal", "url": url}
    return write(saved, None, {**said, "reason": f"Asked for by {by}.", "remedy": "", "code": "", "values": {}})


def send(delivery_id: int, now: datetime) -> None:
    """Call the receiver, once; anything but 2xx is a failure, which is kept and tried again ever more slowly."""
    row = WebhookDelivery.due(now).filter(pk=delivery_id).first()
    if row is None or not row.claim(now):
        return
    error, status = _call(row, now)
    if error:
        WebhookDelivery.objects.filter(pk=row.pk).update(error=error[:500], status=status)
    else:
        WebhookDelivery.objects.filter(pk=row.pk).update(sent_at=now, next_try_at=None, error="", status=status)


def _call(row: WebhookDelivery, now: datetime) -> tuple[str, int | None]:
    """Why it failed, empty when it did not, and the status of the answer."""
    body = row.body.encode()
    try:
        known = NotificationSettings.current().secrets(now)
    except Unreadable:
        return NO_SECRET, None
    session = new_session(
        timeout=SECONDS, connections=1, allow_private=settings.PORTAL_ALLOW_PRIVATE, max_bytes=LARGEST_ANSWER
    )
    try:
        answer = session.post(row.url, data=body, headers=headers(str(row.delivery_id), body, known, now))
    except ProvisioningError as error:
        return str(error.message), None
    finally:
        session.close()
    text = " ".join(answer.text.split())[:200]
    ok = 200 <= answer.status_code < 300
    return ("" if ok else REFUSED % {"status": answer.status_code, "text": text}), answer.status_code


def headers(number: str, body: bytes, known: Sequence[str], now: datetime) -> dict[str, str]:
    """With a signature by each secret, so that the receiver can change over to a new one in its own time."""
    timestamp = str(int(now.timestamp()))
    signed = b".".join((number.encode(), timestamp.encode(), body))
    return {
        "Content-Type": "application/json",
        "webhook-id": number,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{_signature(secret, signed)}" for secret in known),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
