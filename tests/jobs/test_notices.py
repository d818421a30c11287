"""Notices: what is told, once per reason, when it is over, and what comes of it when many happen at once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from provisioning.choices import CycleStatus, ImportStatus, Mode, NoticeKind
from provisioning.errors import CredentialsRejected, Rejected
from provisioning.jobs import quarantine
from provisioning.jobs.notices import digests, events, posting
from provisioning.models import Mail, Notice, NotificationSettings, ProvisioningJob
from provisioning.texts import say
from tests.factories import make_activity, make_administrator, make_application, make_cycle, make_job
from tests.jobs.imports_world import ImportWorld
from tests.jobs.world import RowWorld

pytestmark = pytest.mark.both_databases

NOW = timezone.now()
WINTER = datetime(2026, 1, 12, 9, 52, tzinfo=UTC)
TEAM = "team@contoso.example"


def told_to_all(**values: object) -> NotificationSettings:
    return NotificationSettings.objects.create(recipients=TEAM, **values)


def job_of(name: str, **values: object) -> ProvisioningJob:
    return make_job(make_application(name), **values)


def subjects() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("subject", flat=True))


def states(kind: NoticeKind) -> list[bool]:
    """Of each notice of a kind, oldest first: whether it is open."""
    return [each.ended_at is None for each in Notice.objects.filter(kind=kind).order_by("pk")]


# --- quarantine


def test_a_quarantine_is_told_when_it_begins_and_when_it_ends(db: None) -> None:
    told_to_all()
    job = job_of("GoTo")
    quarantine.enter(job.pk, CredentialsRejected(say("No.")), NOW)
    assert states(NoticeKind.QUARANTINED) == [True]

    job.refresh_from_db()
    quarantine.leave(job, NOW)

    assert subjects() == ["Provisioning of GoTo failed: InvalidCredentials", "Provisioning of GoTo works again"]
    assert states(NoticeKind.QUARANTINED) == states(NoticeKind.RECOVERED) == [False]


def test_who_ends_a_quarantine_by_hand_is_not_told_so(db: None) -> None:
    told_to_all()
    job = job_of("GoTo")
    quarantine.enter(job.pk, CredentialsRejected(say("No.")), NOW)

    job.refresh_from_db()
    quarantine.clear(job, NOW)

    assert len(subjects()) == 1
    assert states(NoticeKind.QUARANTINED) == [False]


# --- cycles


def failing(job: ProvisioningJob, *codes: str) -> None:
    """A cycle of the job that ended with these errors."""
    cycle = make_cycle(job, status=CycleStatus.COMPLETED, ended_at=NOW)
    for code in codes:
        make_activity(cycle, status="failure", code=code)
    events.cycle_ended(cycle, job, NOW)


def test_failures_in_a_cycle_are_told_with_their_codes_and_a_link_to_them(db: None) -> None:
    told_to_all()
    job = job_of("GoTo")

    failing(job, "Conflict", "Conflict", "Rejected")

    [mail] = Mail.objects.all()
    assert mail.subject == "Failures in a cycle of GoTo: 3"
    assert "The most frequent error codes: Conflict (2), Rejected (1)." in mail.text
    assert f"http://localhost:8000/applications/{job.application.application_id}/logs/?cycle=" in mail.text
    assert "&amp;status=failure" in mail.html


def test_the_same_failures_are_told_once_and_another_one_again(db: None) -> None:
    told_to_all()
    job = job_of("GoTo")

    failing(job, "Conflict")
    failing(job, "Conflict", "Conflict")
    assert len(subjects()) == 1

    failing(job, "Conflict", "Rejected")
    assert len(subjects()) == 2
    assert states(NoticeKind.CYCLE_FAILED) == [False, True]


def test_failures_that_come_and_go_are_one_story(db: None) -> None:
    told_to_all()
    job = job_of("GoTo")

    failing(job, "ServerError")
    failing(job)
    assert states(NoticeKind.CYCLE_FAILED) == [False]
    failing(job, "ServerError")

    assert states(NoticeKind.CYCLE_FAILED) == [True]
    assert len(subjects()) == 1


def test_a_real_cycle_with_a_failure_is_told(rows: RowWorld) -> None:
    told_to_all()
    rows.person()
    rows.service.fail("create", Rejected(say("No.")))

    rows.cycle()
    assert subjects() == ["Failures in a cycle of In memory: 1"]
    assert states(NoticeKind.CYCLE_FAILED) == [True]

    rows.cycle()
    assert len(subjects()) == 1
    assert states(NoticeKind.CYCLE_FAILED) == [False]


# --- the source


def test_a_source_that_cannot_be_read_is_told_once_until_it_can(imports: ImportWorld) -> None:
    told_to_all()
    imports.staff(3)
    events.source_failed(CredentialsRejected(say("No.")), NOW)
    events.source_failed(CredentialsRejected(say("No.")), NOW)

    assert subjects() == ["The directory could not be read from its source: InvalidCredentials"]
    assert states(NoticeKind.SOURCE_INCOMPLETE) == [True]

    assert imports.read().status == ImportStatus.COMPLETED
    assert states(NoticeKind.SOURCE_INCOMPLETE) == [False]


def test_an_import_that_the_fuse_stops_is_told(imports: ImportWorld) -> None:
    told_to_all()
    staff = imports.staff(50)
    imports.read()
    for id_ in staff[:10]:
        imports.tenant.delete(id_)

    imports.read()

    [mail] = Mail.objects.all()
    assert mail.subject == "An import of the directory was stopped and waits for you"
    assert "10 of 50 users are gone." in mail.text
    assert "http://localhost:8000/directory/" in mail.text.splitlines()
    assert states(NoticeKind.IMPORT_HELD) == [True]


# --- who is told


def test_the_recipients_of_all_and_those_of_the_application_get_one_mail_together(db: None) -> None:
    told_to_all()
    job = job_of("GoTo", notify=True, notification_email=f"owner@contoso.example, {TEAM}")

    events.recovered(job, NOW)

    assert [each.recipients for each in Mail.objects.all()] == [f"owner@contoso.example, {TEAM}"]


def test_what_is_muted_is_in_the_list_and_in_no_mail(db: None) -> None:
    told_to_all(muted=[NoticeKind.RECOVERED])

    events.recovered(job_of("GoTo"), NOW)

    assert (Mail.objects.count(), Notice.objects.count()) == (0, 1)


def test_everybody_is_written_to_in_their_language_and_time(db: None) -> None:
    make_administrator(email="Bo@contoso.example", language="sv", time_zone="Europe/Stockholm")
    told_to_all().recipients = ""
    job = job_of("GoTo", notify=True, notification_email="bo@contoso.example", next_start_at=WINTER)

    events.quarantined(job, NOW)

    mails = {each.recipients: each.text for each in Mail.objects.all()}
    assert "12 jan 2026 10:52 CET" in mails["bo@contoso.example"]
    assert "12 Jan 2026, 09:52 UTC" in mails[TEAM]


def test_recipients_that_no_row_holds_are_told_by_several_mails(db: None) -> None:
    everybody = [f"somebody.with.a.long.name.{number}@contoso.example" for number in range(25)]

    found = posting.groups(everybody)

    assert [len(recipients) <= 1000 for recipients, _reading in found] == [True, True]
    assert ", ".join(recipients for recipients, _reading in found).split(", ") == everybody


# --- many at once


def test_after_five_mails_within_an_hour_the_rest_is_one_summary(db: None) -> None:
    told_to_all()
    for number in range(8):
        quarantine.enter(job_of(f"App {number}").pk, CredentialsRejected(say("No.")), NOW)
    assert len(subjects()) == posting.AN_HOUR

    assert posting.write_summaries(timezone.now()) == 0
    assert posting.write_summaries(timezone.now() + timedelta(hours=1, minutes=1)) == 1

    summary = Mail.objects.latest("pk")
    assert summary.subject == "3 more notifications"
    assert f"{NOW:%-d %b %Y, %H:%M} UTC" in summary.text
    assert summary.recipients == TEAM
    assert [f"* Provisioning of App {number} failed" in summary.text for number in (4, 5, 6, 7)] == [False, *[True] * 3]
    assert posting.write_summaries(timezone.now() + timedelta(hours=3)) == 0


def test_a_summary_is_in_the_language_and_time_of_who_gets_it(db: None) -> None:
    make_administrator(email=TEAM, language="sv", time_zone="Europe/Stockholm")
    told_to_all()
    for number in range(posting.AN_HOUR + 1):
        quarantine.enter(job_of(f"App {number}").pk, CredentialsRejected(say("No.")), WINTER)

    posting.write_summaries(timezone.now() + timedelta(hours=2))

    summary = Mail.objects.latest("pk")
    assert summary.recipients == TEAM
    assert summary.subject == "1 meddelande till"
    assert "12 jan 2026 10:52 CET" in summary.text


# --- daily summaries


def test_a_daily_summary_counts_what_the_last_day_did(db: None) -> None:
    job = job_of("GoTo", mode=Mode.AUTOMATIC, digest=True, notification_email=TEAM)
    over = {"status": CycleStatus.COMPLETED, "ended_at": NOW}
    cycle = make_cycle(job, created=3, updated=2, failed=1, started_at=NOW - timedelta(hours=2), **over)
    make_cycle(job, created=100, started_at=NOW - timedelta(days=3), **over)
    make_activity(cycle, status="failure", code="Conflict")

    assert digests.write(NOW.replace(hour=6, minute=59)) == 0
    assert digests.write(NOW.replace(hour=23, minute=0)) == 1
    assert digests.write(NOW.replace(hour=23, minute=1)) == 0

    [mail] = Mail.objects.all()
    assert (mail.subject, mail.recipients) == ("Daily summary of GoTo", TEAM)
    assert "Created: 3\n  Updated: 2" in mail.text
    assert "Failures: 1" in mail.text
    assert "Conflict (1)" in mail.text
    assert digests.write(NOW.replace(hour=23, minute=0) + timedelta(days=1)) == 1


def test_applications_with_the_same_recipients_share_a_daily_summary(db: None) -> None:
    for name in ("GoTo", "Other"):
        job_of(name, mode=Mode.AUTOMATIC, digest=True, notification_email=TEAM)

    digests.write(NOW.replace(hour=23))

    [mail] = Mail.objects.all()
    assert mail.subject == "Daily summary"
    assert "\nGoTo\n" in mail.text
    assert "\nOther\n" in mail.text
