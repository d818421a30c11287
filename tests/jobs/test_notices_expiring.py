"""Reminders of secrets and certificates that expire."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from provisioning.choices import ApiScope, NoticeKind
from provisioning.jobs import api_clients
from provisioning.jobs.notices import expiring
from provisioning.models import Mail, Notice, NotificationSettings
from tests.factories import make_application, make_directory, make_job

pytestmark = pytest.mark.both_databases

NOW = timezone.now()


@pytest.fixture(autouse=True)
def recipients(db: None) -> None:
    NotificationSettings.objects.create(recipients="team@contoso.example")


def in_days(days: int) -> date:
    return timezone.localdate(NOW) + timedelta(days=days)


def test_a_client_secret_is_told_of_at_each_stage_once(db: None) -> None:
    client = api_clients.register("Nightly script", ApiScope.READ, None)
    api_clients.add_secret(client, "", timedelta(days=40), None, NOW)

    raised = [expiring.tell(NOW + timedelta(days=day)) for day in range(75)]

    assert [day for day, number in enumerate(raised) if number] == [10, 33, 39, 41]
    first, *_others, last = Mail.objects.order_by("pk")
    assert first.subject == f"The client secret of Nightly script: valid until {in_days(40):%-d %b %Y}"
    assert "Days left: 30." in first.text
    assert f"http://localhost:8000/app-registrations/{client.client_id}/" in first.text
    assert "It has expired." in last.text


def test_a_secret_that_was_removed_is_no_matter_any_more(db: None) -> None:
    client = api_clients.register("Nightly script", ApiScope.READ, None)
    secret = api_clients.add_secret(client, "", timedelta(days=5), None, NOW)
    expiring.tell(NOW)
    assert Notice.objects.filter(kind=NoticeKind.EXPIRES, ended_at=None).count() == 1

    api_clients.remove_credential(secret.row, None)
    expiring.tell(NOW)

    assert Notice.objects.filter(kind=NoticeKind.EXPIRES, ended_at=None).count() == 0


def test_credentials_of_an_application_and_of_the_source_remind_by_the_day_that_was_entered(db: None) -> None:
    job = make_job(make_application("GoTo"), secret_expires_on=in_days(6))
    make_directory(source="graph", tenant_name="Contoso", secret_expires_on=in_days(1))

    assert expiring.tell(NOW) == 2

    subjects = set(Mail.objects.values_list("subject", flat=True))
    assert subjects == {
        f"The admin credentials of GoTo: valid until {in_days(6):%-d %b %Y}",
        f"The sign-in to the source of Contoso: valid until {in_days(1):%-d %b %Y}",
    }
    assert Notice.objects.get(job=job).path == f"/applications/{job.application.application_id}/provisioning/"


def test_what_is_good_for_longer_or_expired_long_ago_is_not_told(db: None) -> None:
    make_job(make_application("Later"), secret_expires_on=in_days(31))
    make_job(make_application("Long ago"), secret_expires_on=in_days(-31))

    assert expiring.tell(NOW) == 0
