"""Outbox: mails, and what became of them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from provisioning.models import Mail, WebhookDelivery
from provisioning.models.outgoing import MAX_TRIES
from provisioning.views import outbox
from tests.factories import make_application, make_job
from tests.views.reading import rows, toasts, words

NOW = timezone.now()


def make_mail(**values: Any) -> Mail:
    defaults = {
        "recipients": "team@contoso.example",
        "subject": "Provisioning failed",
        "text": "What happened:\n<no> & never\n\nhttp://localhost:8000/applications/",
        "html": "<h1>Big</h1>",
    }
    return Mail.objects.create(**{**defaults, **values})


def test_a_mail_is_listed_with_subject_recipients_and_application(signed_in: Client) -> None:
    make_mail(job=make_job(make_application("Citrix GoToMeeting")))

    [row] = rows(signed_in.get("/outbox/"))

    assert row.startswith("Provisioning failed team@contoso.example Citrix GoToMeeting Today, ")
    assert row.endswith("Waiting")


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"sent_at": NOW, "tries": 1}, "Sent"),
        ({"sent_at": NOW}, "Kept here"),
        ({"tries": 1, "error": "451 Later"}, "Waiting 451 Later"),
        ({"tries": MAX_TRIES, "error": "550 No"}, "Not sent 550 No"),
    ],
)
def test_what_became_of_a_mail_is_told(signed_in: Client, values: dict[str, Any], state: str) -> None:
    mail = make_mail(**values)

    assert rows(signed_in.get("/outbox/"))[0].endswith(state)
    assert f"State {state}" in words(signed_in.get(f"/outbox/{mail.pk}/"))


def test_a_refused_mail_tells_its_next_try_in_the_list_and_on_its_page(signed_in: Client) -> None:
    mail = make_mail(tries=2, error="451 Later", next_try_at=NOW + timedelta(minutes=5))

    assert re.search(r"Waiting Next try: .* 451 Later$", rows(signed_in.get("/outbox/"))[0])
    assert "It is tried again by itself. Next try: " in words(signed_in.get(f"/outbox/{mail.pk}/"))


def test_without_a_mail_server_the_page_says_that_mails_stay_here(signed_in: Client) -> None:
    assert "No mail server is configured Mails stay here and reach nobody." in words(signed_in.get("/outbox/"))


def test_with_a_mail_server_it_does_not(signed_in: Client, settings: Settings) -> None:
    settings.PORTAL_EMAIL_URL = "smtp://mail.contoso.example"

    assert "No mail server" not in words(signed_in.get("/outbox/"))


def test_an_empty_outbox_says_when_mails_are_written(signed_in: Client) -> None:
    assert "No mails yet A mail is written when something happens" in words(signed_in.get("/outbox/"))


def test_many_mails_come_in_pages(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PAGE_SIZE", 2)
    for _ in range(3):
        make_mail()

    assert len(rows(signed_in.get("/outbox/?page=2"))) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(
    signed_in: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number):
        make_mail(job=make_job())

    with django_assert_num_queries(5):
        signed_in.get("/outbox/")


def test_a_mail_shows_its_text_as_text_with_working_links(signed_in: Client) -> None:
    mail = make_mail()

    html = signed_in.get(f"/outbox/{mail.pk}/").content.decode()

    assert "What happened:<br>&lt;no&gt; &amp; never" in html
    assert '<a href="http://localhost:8000/applications/" rel="nofollow">' in html
    assert "<h1>Big" not in html
    assert "The same text as HTML goes with it." in html


def test_a_mail_that_stayed_says_why(signed_in: Client) -> None:
    mail = make_mail(sent_at=NOW)

    assert "This mail stayed here No mail server was configured" in words(signed_in.get(f"/outbox/{mail.pk}/"))


@pytest.mark.parametrize(
    ("tries", "said"), [(1, "It is tried again by itself."), (MAX_TRIES, "It is not tried again.")]
)
def test_a_refused_mail_says_whether_it_is_tried_again(signed_in: Client, tries: int, said: str) -> None:
    mail = make_mail(tries=tries, error="550 No such mailbox")

    text = words(signed_in.get(f"/outbox/{mail.pk}/"))

    assert f"The mail server did not take this mail 550 No such mailbox {said}" in text


def test_an_unknown_mail_is_not_found(signed_in: Client) -> None:
    assert signed_in.get("/outbox/999/").status_code == 404


def test_a_mail_that_was_given_up_is_tried_once_more_when_asked_for(signed_in: Client) -> None:
    mail = make_mail(tries=MAX_TRIES, error="550 No such mailbox")

    answer = signed_in.post(f"/outbox/{mail.pk}/retry/")

    assert (answer.status_code, answer["Location"]) == (303, f"/outbox/{mail.pk}/")
    mail.refresh_from_db()
    assert mail.tries == MAX_TRIES - 1
    assert mail.queued_at is not None


def test_a_mail_that_was_sent_is_not_sent_again(signed_in: Client) -> None:
    mail = make_mail(tries=1, sent_at=NOW)

    assert toasts(signed_in.post(f"/outbox/{mail.pk}/retry/")) == ["Nothing to do\nIt was sent already."]
    mail.refresh_from_db()
    assert (mail.sent_at, mail.queued_at) == (NOW, None)


def test_calls_of_the_webhook_are_listed_and_shown_with_their_body(signed_in: Client) -> None:
    call = WebhookDelivery.objects.create(
        event="held",
        url="https://hooks.contoso.example/",
        body='{"event": "held", "title": "<b>Removals</b>"}',
        tries=2,
        error="The receiver answered 500",
        status=500,
    )

    [row] = rows(signed_in.get("/outbox/webhook/"))
    assert row.startswith("Removals are held and wait for a decision https://hooks.contoso.example/ – Today, ")
    assert row.endswith("2 Waiting The receiver answered 500")
    page = signed_in.get(f"/outbox/webhook/{call.delivery_id}/")
    assert "The receiver did not take this call The receiver answered 500 It is tried again by itself." in words(page)
    assert "&lt;b&gt;Removals&lt;/b&gt;" in page.content.decode()
    assert signed_in.post(f"/outbox/webhook/{call.delivery_id}/retry/").status_code == 303
    call.refresh_from_db()
    assert call.queued_at is not None


def test_strangers_are_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/outbox/").url.startswith("/sign-in/")
