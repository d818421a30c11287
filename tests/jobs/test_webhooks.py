"""The webhook, up to a real receiver that checks the signature as Standard Webhooks says."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from portal.accounts.models import AuditEntry
from provisioning.errors import CredentialsRejected
from provisioning.jobs import due, quarantine, webhooks
from provisioning.jobs.notices import saving
from provisioning.models import NotificationSettings, WebhookDelivery
from provisioning.models.outgoing import MAX_TRIES
from provisioning.texts import say
from tests.factories import make_application, make_job
from tests.wire.servers import http_server

pytestmark = pytest.mark.both_databases

NOW = timezone.now()


class Receiver:
    """What it got; it answers with `status`."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        self.address = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        sent: Any = handler
        self.got.append(({key.lower(): value for key, value in handler.headers.items()}, sent.sent))
        handler.send_response(self.status)
        handler.send_header("Content-Length", "4" if self.status != 204 else "0")
        if 300 <= self.status < 400:
            handler.send_header("Location", "https://elsewhere.contoso.example/")
        handler.end_headers()
        if self.status != 204:
            handler.wfile.write(b"Busy")


@pytest.fixture
def receiver(db: None, settings: Settings) -> Iterator[Receiver]:
    settings.PORTAL_ALLOW_PRIVATE = True
    found = Receiver()
    with http_server(found.answer) as address:
        found.address = address
        yield found


def signed(secret: str, headers: dict[str, str], body: bytes) -> str:
    """Written from the specification, without the product's code."""
    key = base64.b64decode(secret.split("_")[1])
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def set_up(receiver: Receiver) -> str:
    """The secret of the saved webhook."""
    secret = saving.save(0, {"webhook_url": f"{receiver.address}/hook"}, "admin", NOW)
    assert secret
    return secret


def send(now: Any = NOW) -> WebhookDelivery:
    row = WebhookDelivery.objects.get()
    webhooks.send(row.pk, now)
    row.refresh_from_db()
    return row


def test_an_event_reaches_the_receiver_signed(receiver: Receiver) -> None:
    secret = set_up(receiver)
    job = make_job(make_application("GoTo & Co"))
    quarantine.enter(job.pk, CredentialsRejected(say("It says: å")), NOW)

    row = send()

    [(headers, body)] = receiver.got
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == str(row.delivery_id)
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert headers["webhook-signature"] == signed(secret, headers, body)
    data = json.loads(body)
    assert (data["event"], data["code"], data["reason"]) == ("quarantined", "InvalidCredentials", "It says: å")
    assert data["application"] == {"id": str(job.application.application_id), "name": "GoTo & Co"}
    assert data["url"] == f"http://localhost:8000/applications/{job.application.application_id}/"
    assert (row.sent_at, row.tries, row.status, row.error) == (NOW, 1, 204, "")


def test_for_a_day_the_old_secret_signs_as_well(receiver: Receiver) -> None:
    old = set_up(receiver)
    new = saving.change_secret(1, "admin", NOW)
    assert old != new

    for hours, expected in ((1, [new, old]), (25, [new])):
        WebhookDelivery.objects.all().delete()
        webhooks.write_test(NotificationSettings.current(), "admin", NOW)
        send(NOW + timedelta(hours=hours))
        headers, body = receiver.got[-1]
        assert headers["webhook-signature"].split() == [signed(each, headers, body) for each in expected]


@pytest.mark.parametrize("status", [500, 404, 302])
def test_any_other_answer_is_kept_and_tried_again_ever_more_slowly(receiver: Receiver, status: int) -> None:
    set_up(receiver)
    receiver.status = status
    webhooks.write_test(NotificationSettings.current(), "admin", NOW)

    row = send(NOW)

    assert (row.sent_at, row.status) == (None, status)
    assert row.error == f"The receiver answered {status}: Busy"
    assert row.next_try_at == NOW + timedelta(minutes=1)
    assert not due.webhook_deliveries(NOW).exists()
    receiver.status = 200
    row = send(NOW + timedelta(minutes=1))
    assert (row.sent_at, row.tries, row.error) == (NOW + timedelta(minutes=1), 2, "")


def test_a_receiver_that_stays_away_is_given_up(receiver: Receiver) -> None:
    set_up(receiver)
    receiver.status = 500
    webhooks.write_test(NotificationSettings.current(), "admin", NOW)
    for day in range(MAX_TRIES + 1):
        row = send(NOW + timedelta(days=day))

    assert (row.tries, len(receiver.got), row.is_given_up) == (MAX_TRIES, MAX_TRIES, True)


def test_private_addresses_are_not_called_unless_allowed(receiver: Receiver, settings: Settings) -> None:
    set_up(receiver)
    webhooks.write_test(NotificationSettings.current(), "admin", NOW)
    settings.PORTAL_ALLOW_PRIVATE = False

    row = send()

    assert receiver.got == []
    assert "must be reached with https" in row.error


def test_the_secret_is_locked_and_in_no_audit_entry(receiver: Receiver) -> None:
    secret = set_up(receiver)

    saved = NotificationSettings.current()
    assert saved.secrets(NOW) == [secret]
    assert secret not in saved.locked
    assert not [each for each in AuditEntry.objects.all() if secret in f"{each.old} {each.new}"]


def test_another_address_gets_another_secret(receiver: Receiver) -> None:
    first = set_up(receiver)

    second = saving.save(1, {"webhook_url": "https://other.contoso.example/"}, "admin", NOW)

    assert second not in (None, "", first)
    assert NotificationSettings.current().secrets(NOW) == [second]
    assert saving.save(2, {"webhook_url": ""}, "admin", NOW) == ""
