"""Notifications: the list, what is unread, and the bell."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import Account
from provisioning.choices import NoticeKind
from provisioning.errors import CredentialsRejected
from provisioning.jobs import quarantine
from provisioning.jobs.notices import events, reading
from provisioning.models import Notice, ProvisioningJob
from provisioning.texts import say
from tests.factories import make_application, make_job, make_owner
from tests.views.reading import rows, words

pytestmark = pytest.mark.both_databases

NOW = timezone.now()
URL = "/notifications/"
HTMX = {"HX-Request": "true"}


def quarantined(name: str = "Citrix GoToMeeting") -> ProvisioningJob:
    job = make_job(make_application(name))
    quarantine.enter(job.pk, CredentialsRejected(say("It says <no>.")), timezone.now())
    job.refresh_from_db()
    return job


def test_what_happened_is_listed_with_reason_and_state(signed_in: Client) -> None:
    quarantined()

    [row] = rows(signed_in.get(URL))

    assert row.startswith("Provisioning of Citrix GoToMeeting failed: InvalidCredentials It says <no>. Citrix")
    assert row.endswith("Unread")


def test_opening_one_marks_it_as_read_and_leads_to_the_place(signed_in: Client, administrator: Account) -> None:
    job = quarantined()

    answer = signed_in.get(f"{URL}{Notice.objects.get().pk}/")

    assert answer["Location"] == f"/applications/{job.application.application_id}/"
    assert rows(signed_in.get(URL))[0].endswith("Read")
    assert reading.unread(administrator).count() == 0


def test_reading_is_each_persons_own(signed_in: Client, administrator: Account, other: Account) -> None:
    quarantined()

    assert signed_in.post(f"{URL}read/").status_code == 303

    assert (reading.unread(administrator).count(), reading.unread(other).count()) == (0, 1)


@pytest.fixture
def other(db: None) -> Account:
    return Account.objects.create_user("other", role="application_administrator")


def test_what_is_over_says_since_when(signed_in: Client) -> None:
    job = quarantined()
    events.quarantine_is_over(job, timezone.now())

    assert "Over since" in rows(signed_in.get(URL))[0]
    assert rows(signed_in.get(f"{URL}?state=open")) == []


def test_filters_leave_what_matches(signed_in: Client) -> None:
    job = quarantined()
    events.recovered(job, timezone.now())

    assert len(rows(signed_in.get(f"{URL}?kind=recovered"))) == 1
    assert len(rows(signed_in.get(f"{URL}?state=unread"))) == 2
    assert "No notification matches" in words(signed_in.get(f"{URL}?kind=held"))


def test_toasts_stay_in_the_list_of_the_person_who_saw_them(
    signed_in: Client, client: Client, administrator: Account, other: Account
) -> None:
    signed_in.post("/settings/notifications/test-call/")

    assert rows(signed_in.get(URL))[0].startswith("Nothing was sent Save a webhook address first.")
    assert reading.unread(administrator).count() == 0
    client.force_login(other)
    assert rows(client.get(URL)) == []


def test_an_owner_without_a_role_hears_of_the_own_application_only(client: Client, db: None) -> None:
    job = quarantined("Mine")
    quarantined("Not mine")
    events.source_failed(CredentialsRejected(say("No.")), NOW)
    client.force_login(make_owner(job.application))

    assert [row.split(" failed")[0] for row in rows(client.get(URL))] == ["Provisioning of Mine"]
    foreign = Notice.objects.exclude(job=job).first()
    assert foreign is not None
    assert client.get(f"{URL}{foreign.pk}/").status_code == 404


def test_the_bell_on_every_page_counts_what_is_unread(signed_in: Client) -> None:
    assert 'aria-label="Notifications"' in signed_in.get("/applications/").content.decode()
    quarantined()
    quarantined("Other")

    page = signed_in.get("/applications/").content.decode()

    assert 'aria-label="Notifications, 2 unread"' in page
    assert '<span class="dot" aria-hidden="true">2</span>' in page


def test_the_bell_answers_nothing_while_nothing_is_new(signed_in: Client) -> None:
    quarantined()

    assert signed_in.get(f"{URL}bell/?unread=1", headers=HTMX).status_code == 204


def test_the_bell_tells_what_has_just_happened_as_a_toast(signed_in: Client) -> None:
    since = (timezone.now() - timedelta(seconds=30)).isoformat()
    quarantined()

    answer = signed_in.get(f"{URL}bell/", {"unread": "0", "since": since}, headers=HTMX)

    assert 'aria-label="Notifications, 1 unread"' in answer.content.decode()
    [toast] = json.loads(answer["HX-Trigger"])["toast"]["items"]
    assert toast == {
        "kind": "err",
        "title": "Provisioning of Citrix GoToMeeting failed: InvalidCredentials",
        "text": "It says <no>.",
    }
    assert Notice.objects.filter(kind=NoticeKind.TOAST).count() == 0


def test_the_bell_tells_of_a_new_one_also_when_another_was_read_meanwhile(
    signed_in: Client, administrator: Account
) -> None:
    quarantined("Read elsewhere")
    since = timezone.now().isoformat()
    reading.mark_read(administrator, Notice.objects.all())
    quarantined("New")

    answer = signed_in.get(f"{URL}bell/", {"unread": "1", "since": since}, headers=HTMX)

    [toast] = json.loads(answer["HX-Trigger"])["toast"]["items"]
    assert toast["title"] == "Provisioning of New failed: InvalidCredentials"


@pytest.mark.parametrize("since", ["2026-13-45T99:00:00", "yesterday", "2026-01-01T10:00:00"])
def test_an_address_of_the_bell_that_somebody_made_up_is_answered(signed_in: Client, since: str) -> None:
    quarantined()

    assert signed_in.get(f"{URL}bell/", {"unread": "0", "since": since}, headers=HTMX).status_code == 200


@pytest.mark.parametrize("number", [1, 5])
def test_the_number_of_queries_does_not_grow(
    signed_in: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for each in range(number):
        quarantined(f"App {each}")

    with django_assert_num_queries(5):
        signed_in.get(URL)
