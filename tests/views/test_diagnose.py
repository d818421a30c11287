"""Diagnose problems: one page that says what is wrong and where it is mended."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from provisioning.choices import CycleStatus, ImportKind, ImportStatus, QuarantineReason, Status
from provisioning.connectors.base import ConnectionReport
from provisioning.jobs.activity_counts import count
from provisioning.jobs.connection import TESTS, ConnectionTest
from provisioning.models import Beat, Import, Mail, ProvisioningJob
from provisioning.texts import Message
from tests.factories import make_application, make_cycle, make_job, make_reader, make_state, make_user
from tests.views.reading import words

NOW = timezone.now()


@pytest.fixture
def job(db: None, settings: Settings) -> ProvisioningJob:
    settings.PORTAL_EMAIL_URL = "smtp://localhost"
    application = make_application("Citrix GoToMeeting")
    values = {"notify": True, "notification_email": "ops@contoso.example"}
    return make_job(
        application, {"username": "a"}, is_on=True, next_start_at=timezone.now() + timedelta(minutes=5), **values
    )


def page(job: ProvisioningJob) -> str:
    return f"{job.application.get_absolute_url()}diagnose/"


def test_all_is_well(signed_in: Client, job: ProvisioningJob) -> None:
    make_cycle(job, status=CycleStatus.COMPLETED)

    html = signed_in.get(page(job)).content.decode()
    text = words(html)

    for each in (
        "Provisioning is on",
        "Last cycle: Completed",
        "No object fails",
        "People and groups are edited in this portal",
        "Nothing waits for long",
        "Mails are delivered ops@contoso.example",
        "No worker has run yet.",
    ):
        assert each in text
    assert "i-err" not in html[html.index('id="checks"') : html.index("errors-t")]


def test_everything_is_wrong(signed_in: Client, job: ProvisioningJob, settings: Settings) -> None:
    directory = job.application.directory
    directory.source = "graph"
    directory.save()
    Import.objects.create(
        directory=directory,
        kind=ImportKind.SNAPSHOT,
        status=ImportStatus.FAILED,
        asked_at=NOW,
        ended_at=NOW,
        error_message=Message("The secret has expired.").as_json(),
    )
    ProvisioningJob.objects.update(
        quarantine=QuarantineReason.EXCEPTION,
        quarantine_message=Message("The password was changed.").as_json(),
        quarantined_at=NOW,
        held_at=NOW,
        next_start_at=NOW - timedelta(hours=1),
    )
    make_state(job, make_user(), status=Status.FAILURE)
    Mail.objects.create(job=job, recipients="a", subject="x", text="x", tries=2, error="Refused by the server")
    Beat.objects.create(host="worker-7", cluster="cycles", beat_at=NOW)

    text = words(signed_in.get(page(job)))

    for each in (
        "Provisioning is in quarantine The password was changed.",
        "0 removals wait for a person",
        "1 object failed at its last try",
        "1 was given up after 28 days.",
        "The secret has expired.",
        "1 mail could not be sent Refused by the server",
        "worker-7 cycles",
    ):
        assert each in text


def test_what_is_not_set_up_says_so(signed_in: Client, db: None, settings: Settings) -> None:
    settings.PORTAL_EMAIL_URL = ""

    text = words(signed_in.get(page(make_job())))

    assert "Provisioning is not set up" in text
    assert "No mail server is configured" in text


def test_the_most_frequent_errors_lead_to_their_entries(signed_in: Client, job: ProvisioningJob) -> None:
    count(job.pk, [("create", "failure", "LicenseLimitExceeded")], NOW)

    html = signed_in.get(page(job)).content.decode()

    assert "logs/?status=failure&amp;code=LicenseLimitExceeded&amp;date=day" in html
    assert "logs/?status=failure&amp;code=LicenseLimitExceeded&amp;date=week" in html


@pytest.fixture
def tested(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """What the application is signed in to with; it lets everybody in."""
    seen: list[dict[str, str]] = []

    def run(application: object, credentials: dict[str, str], tokens: object = None) -> ConnectionTest:
        seen.append(dict(credentials))
        return ConnectionTest(report=ConnectionReport(signed_in_as="admin@contoso.example"))

    monkeypatch.setattr(TESTS, "run", run)
    return seen


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_the_saved_credentials_are_tested(
    signed_in: Client, job: ProvisioningJob, tested: list[dict[str, str]], headers: dict[str, str]
) -> None:
    answer = signed_in.post(page(job), headers=headers)

    assert "Signed in as admin@contoso.example" in words(answer)
    assert ("<html" in answer.content.decode()) != bool(headers)
    assert tested == [{"username": "a"}]


def test_who_only_reads_may_look_and_not_test(client: Client, job: ProvisioningJob) -> None:
    client.force_login(make_reader())

    assert client.get(page(job)).status_code == 200
    assert client.post(page(job)).status_code == 403


def test_the_page_takes_few_queries(
    signed_in: Client, job: ProvisioningJob, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in.get(page(job))
    with django_assert_max_num_queries(20):
        signed_in.get(page(job))
