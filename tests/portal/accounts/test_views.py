"""Signing in and out, one's own account, and the page of a refused form."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Account, AuditEntry, SignInAttempt
from tests.factories import PASSWORD, make_administrator

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.pages")]


@pytest.fixture
def rosa() -> Account:
    return make_administrator(username="rosa", display_name="Rosa Lindqvist")


def sign_in(client: Client, username: str = "rosa", password: str = PASSWORD, **more: str) -> tuple[int, str, str]:
    response = client.post("/sign-in/", {"username": username, "password": password, **more})
    return response.status_code, response.get("Location", ""), response.content.decode()


def is_signed_in(client: Client) -> bool:
    return client.get("/users/").status_code == 200


def test_the_right_password_leads_home(client: Client, rosa: Account) -> None:
    assert sign_in(client)[:2] == (302, "/")
    assert is_signed_in(client)


def test_upper_and_lower_case_of_the_user_name_do_not_matter(client: Client, rosa: Account) -> None:
    assert sign_in(client, " ROSA ")[0] == 302


def test_a_wrong_password_and_an_unknown_name_are_told_in_the_same_words(client: Client, rosa: Account) -> None:
    words = "The user name or the password is not correct."

    assert words in sign_in(client, password="wrong-password")[2]
    assert words in sign_in(client, "nobody")[2]
    assert not is_signed_in(client)


def test_a_disabled_account_is_refused_in_the_same_words(client: Client) -> None:
    make_administrator(username="left", is_active=False)

    assert "The user name or the password is not correct." in sign_in(client, "left")[2]


def test_an_empty_form_names_what_is_missing(client: Client) -> None:
    status, _, page = sign_in(client, "", "")

    assert status == 422
    assert page.count('aria-invalid="true"') == 2


@pytest.mark.parametrize("wanted", ["/users/", "/users/?q=a%26b&page=2"])
def test_after_signing_in_one_is_where_one_wanted_to_be(client: Client, rosa: Account, wanted: str) -> None:
    assert sign_in(client, next=wanted)[1] == wanted


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example", "users", "a\0b"]
)
def test_signing_in_never_leads_to_another_site(client: Client, rosa: Account, wanted: str) -> None:
    assert sign_in(client, next=wanted)[1] == "/"


def test_five_failures_close_the_door_even_for_the_right_password(client: Client, rosa: Account) -> None:
    for _ in range(5):
        sign_in(client, password="wrong-password")

    status, _, page = sign_in(client)

    assert status == 429
    assert "Try again in 15 minutes." in page
    assert not is_signed_in(client)


def test_the_door_opens_again_after_fifteen_minutes(client: Client, rosa: Account) -> None:
    with time_machine.travel(timezone.now() - timedelta(minutes=15), tick=False):
        for _ in range(5):
            sign_in(client, password="wrong-password")

    assert sign_in(client)[0] == 302


def test_the_wait_is_counted_from_the_first_of_the_five(client: Client, rosa: Account) -> None:
    start = timezone.now()
    for minute in range(5):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            sign_in(client, password="wrong-password")

    with time_machine.travel(start + timedelta(minutes=14, seconds=30), tick=False):
        assert "Try again in 1 minute." in sign_in(client)[2]


def test_failures_of_others_and_from_elsewhere_do_not_close_the_door(client: Client, rosa: Account) -> None:
    for _ in range(5):
        sign_in(client, "nobody", "wrong-password")
        SignInAttempt.objects.note("rosa", "192.0.2.7")

    assert sign_in(client)[0] == 302


def test_a_sign_in_that_succeeds_forgets_the_failures(client: Client, rosa: Account) -> None:
    for _ in range(4):
        sign_in(client, password="wrong-password")
    sign_in(client)

    assert SignInAttempt.objects.count() == 0


def test_who_is_signed_in_does_not_see_the_form_again(signed_in: Client) -> None:
    response = signed_in.get("/sign-in/", {"next": "/users/"})

    assert response["Location"] == "/users/"


def test_a_session_that_ended_is_said_so(client: Client) -> None:
    client.cookies["portal_session"] = "ended"

    assert "Your session has ended" in client.get("/sign-in/", {"next": "/users/"}).content.decode()
    assert "Your session has ended" not in client.get("/sign-in/").content.decode()


def test_signing_out_ends_the_session(signed_in: Client) -> None:
    response = signed_in.post("/sign-out/", follow=True)

    assert "You are signed out." in response.content.decode()
    assert not is_signed_in(signed_in)


def test_signing_out_takes_a_deed_not_a_link(signed_in: Client) -> None:
    assert signed_in.get("/sign-out/").status_code == 405


def change(client: Client, current: str, new: str, again: str) -> tuple[int, str]:
    response = client.post("/account/", {"current": current, "new": new, "again": again}, follow=True)
    return response.status_code, response.content.decode()


def test_a_new_password_keeps_one_signed_in_and_is_in_the_audit_trail(
    signed_in: Client, administrator: Account
) -> None:
    status, page = change(signed_in, PASSWORD, "a-much-better-one", "a-much-better-one")

    administrator.refresh_from_db()
    entry = AuditEntry.objects.get()
    assert (status, administrator.check_password("a-much-better-one")) == (200, True)
    assert "Your password was changed" in page
    assert (entry.who, entry.activity, entry.old, entry.new) == (administrator, "Change own password", None, None)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("wrong", "a-much-better-one", "a-much-better-one"), "This is not your current password."),
        ((PASSWORD, "sh0rt", "sh0rt"), "at least 10 characters"),
        ((PASSWORD, "a-much-better-one", "a-much-better-two"), "The two new passwords differ."),
    ],
)
def test_a_password_that_will_not_do_is_refused_and_nothing_changes(
    signed_in: Client, administrator: Account, typed: tuple[str, str, str], words: str
) -> None:
    status, page = change(signed_in, *typed)

    administrator.refresh_from_db()
    assert status == 422
    assert words in page
    assert administrator.check_password(PASSWORD)
    assert typed[1] not in page


def test_a_form_without_the_token_is_refused_in_plain_words(administrator: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)

    response = client.post("/sign-out/")

    assert response.status_code == 403
    assert "Your form was not accepted" in response.content.decode()
    assert is_signed_in(client)
