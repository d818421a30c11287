"""How long a session lasts, who sees and ends it, and from which address somebody comes."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from portal.accounts.addresses import client_address
from portal.accounts.models import Account, AuditEntry, SignInSession
from tests.factories import PASSWORD, make_administrator
from tests.views.reading import rows, toasts, words

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.pages")]


@pytest.fixture
def rosa() -> Account:
    return make_administrator(username="rosa", display_name="Rosa Lindqvist")


def signed_in_as(username: str, agent: str = "Firefox") -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/sign-in/", {"username": username, "password": PASSWORD})
    return client


def is_in(client: Client, **headers: str) -> bool:
    return client.get("/users/", headers=headers).status_code == 200


def test_a_session_ends_after_the_hours_that_are_set_however_much_it_is_used(rosa: Account, settings: Settings) -> None:
    settings.SESSION_COOKIE_AGE, settings.PORTAL_SESSION_IDLE_MINUTES = 3 * 3600, 60
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        client = signed_in_as("rosa")

    found = []
    for minutes in (50, 100, 150, 179, 181):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            found.append(is_in(client))

    assert found == [True, True, True, True, False]


def test_a_session_that_nobody_uses_ends_earlier_and_polling_is_no_use(rosa: Account, settings: Settings) -> None:
    settings.PORTAL_SESSION_IDLE_MINUTES = 30
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        client = signed_in_as("rosa")
    with time_machine.travel(start + timedelta(minutes=29), tick=False):
        assert is_in(client, **{"HX-Request": "true", "X-Polled": "1"})

    with time_machine.travel(start + timedelta(minutes=31), tick=False):
        assert client.get("/users/", headers={"HX-Request": "true"}).status_code == 401
        assert SignInSession.objects.count() == 0


def test_ones_own_sessions_are_listed_and_ended_one_by_one(rosa: Account) -> None:
    here, there, elsewhere = signed_in_as("rosa"), signed_in_as("rosa", "Safari"), signed_in_as("rosa", "Opera")
    listed = rows(here.get("/account/"))

    assert {each.split()[0] for each in listed} == {"Firefox", "Safari", "Opera"}
    assert next(each for each in listed if "This browser" in each).startswith("Firefox")

    response = here.post("/account/sessions/end/", {"session": str(rosa.sessions.get(browser="Safari").pk)})

    assert toasts(response) == ["1 session was ended"]
    assert [is_in(each) for each in (here, there, elsewhere)] == [True, False, True]


def test_sign_out_everywhere_else_leaves_this_browser(rosa: Account) -> None:
    here, there, elsewhere = (signed_in_as("rosa") for _ in range(3))

    here.post("/account/sessions/end/")

    assert [is_in(each) for each in (here, there, elsewhere)] == [True, False, False]
    assert AuditEntry.objects.get(activity="End own sessions").old == {"Sessions": 2}


@pytest.mark.parametrize("asked", ["", "0", "x", "9" * 30])
def test_nobody_ends_sessions_of_others(rosa: Account, asked: str) -> None:
    make_administrator(username="mia")
    mia, here = signed_in_as("mia"), signed_in_as("rosa")

    here.post(
        "/account/sessions/end/", {"session": asked or str(SignInSession.objects.get(account__username="mia").pk)}
    )

    assert [is_in(mia), is_in(here)] == [True, True]


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one_listed(rosa: Account) -> None:
    here, there = signed_in_as("rosa"), signed_in_as("rosa")
    new = "a-much-better-one"

    here.post("/account/", {"current": PASSWORD, "new": new, "again": new})

    assert [is_in(here), is_in(there)] == [True, False]
    assert "This browser" in words(here.get("/account/"))
    assert rosa.sessions.count() == 1


def test_signing_out_forgets_the_session(rosa: Account) -> None:
    signed_in_as("rosa").post("/sign-out/")

    assert SignInSession.objects.count() == 0


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_browser_is_told_by_the_name_people_know(agent: str, name: str) -> None:
    assert SignInSession(browser=agent).browser_name == name


def test_use_is_noted_once_a_minute(rosa: Account) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        client = signed_in_as("rosa")
    for seconds in (30, 61, 90):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            is_in(client)

    assert rosa.sessions.get().seen_at == start + timedelta(seconds=61)


@pytest.mark.parametrize(
    ("trusted", "header", "address"),
    [
        (0, "", "127.0.0.1"),
        (0, "198.51.100.7", "127.0.0.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, "198.51.100.7", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, " , ", "127.0.0.1"),
    ],
)
def test_the_address_is_what_the_outermost_trusted_proxy_saw(
    settings: Settings, trusted: int, header: str, address: str
) -> None:
    settings.PORTAL_TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", headers={"X-Forwarded-For": header} if header else {})

    assert client_address(request) == address


def test_a_made_up_header_does_not_open_a_door_that_is_shut(rosa: Account) -> None:
    for number in range(6):
        forged = {"X-Forwarded-For": f"198.51.100.{number}"}
        response = Client().post("/sign-in/", {"username": "rosa", "password": "wrong-password"}, headers=forged)

    assert response.status_code == 429
