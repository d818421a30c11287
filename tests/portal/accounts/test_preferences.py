"""Pages and mails in the language and time zone of their reader."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import Settings

from portal.accounts.models import Account
from portal.accounts.preferences import Reading, by_reading, reading_as, time_zones
from portal.components.times import moment_text
from tests.factories import make_account

pytestmark = pytest.mark.django_db
SWEDISH = {"language": "sv", "time_zone": "Europe/Stockholm"}


def test_a_browser_says_which_language_the_sign_in_page_has(client: Client) -> None:
    page = client.get("/sign-in/", headers={"Accept-Language": "sv-SE,sv;q=0.9,en;q=0.5"})

    assert '<html lang="sv"' in page.text
    assert "Lösenord" in page.text
    assert "Accept-Language" in page["Vary"]


def test_a_language_that_nobody_translated_becomes_the_portals_own(client: Client, settings: Settings) -> None:
    assert '<html lang="en"' in client.get("/sign-in/", headers={"Accept-Language": "fr"}).text

    settings.LANGUAGE_CODE = "sv"
    assert '<html lang="sv"' in client.get("/sign-in/", headers={"Accept-Language": "fr"}).text


def test_the_sign_in_page_changes_the_language_and_keeps_where_to_go(client: Client) -> None:
    answer = client.post("/language/", {"language": "sv", "next": "/users/?q=bo"})

    assert answer["Location"] == "/sign-in/?next=%2Fusers%2F%3Fq%3Dbo"
    page = client.get(answer["Location"], headers={"Accept-Language": "en"})
    assert '<html lang="sv"' in page.text
    assert 'name="next" value="/users/?q=bo"' in page.text


def test_a_language_that_is_not_offered_is_not_kept(client: Client) -> None:
    client.post("/language/", {"language": "xx"})

    assert "portal_language" not in client.cookies


def test_an_account_reads_its_own_language_whatever_the_browser_says(signed_in: Client, administrator: Account) -> None:
    signed_in.post("/account/preferences/", SWEDISH)

    administrator.refresh_from_db()
    assert (administrator.language, administrator.time_zone) == ("sv", "Europe/Stockholm")
    page = signed_in.get("/account/", headers={"Accept-Language": "en"})
    assert "Språk och tidszon har sparats" in page.text
    assert '<option value="Europe/Stockholm" selected>' in page.text


def test_the_browser_keeps_the_language_for_the_sign_in_page(signed_in: Client) -> None:
    signed_in.post("/account/preferences/", SWEDISH)
    signed_in.post("/sign-out/")

    assert '<html lang="sv"' in signed_in.get("/sign-in/").text


def test_who_chooses_none_goes_by_the_browser_again(signed_in: Client) -> None:
    signed_in.post("/account/preferences/", SWEDISH)
    signed_in.post("/account/preferences/", {"language": "", "time_zone": ""})

    assert '<html lang="en"' in signed_in.get("/account/", headers={"Accept-Language": "en"}).text
    assert '<html lang="sv"' in signed_in.get("/account/", headers={"Accept-Language": "sv"}).text


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"time_zone": "Mars/Olympus"}])
def test_what_is_no_choice_changes_nothing(signed_in: Client, administrator: Account, wrong: dict[str, str]) -> None:
    signed_in.post("/account/preferences/", {**SWEDISH, **wrong})

    administrator.refresh_from_db()
    assert (administrator.language, administrator.time_zone) == ("", "")


def test_one_persons_time_zone_does_not_reach_the_next_request(client: Client, settings: Settings) -> None:
    settings.TIME_ZONE = "UTC"
    client.force_login(make_account(username="bo", **SWEDISH))
    client.get("/account/")
    assert timezone.get_current_timezone() == ZoneInfo("Europe/Stockholm")

    client.logout()
    client.get("/sign-in/")

    assert timezone.get_current_timezone_name() == "UTC"


def test_times_are_in_utc_while_that_is_switched_on_and_the_zone_is_kept(
    signed_in: Client, administrator: Account
) -> None:
    signed_in.post("/account/preferences/", {**SWEDISH, "in_utc": "on"})
    signed_in.get("/account/")
    assert timezone.get_current_timezone() == ZoneInfo("UTC")

    signed_in.post("/account/preferences/", SWEDISH)
    signed_in.get("/account/")
    assert timezone.get_current_timezone() == ZoneInfo("Europe/Stockholm")


def test_a_zone_that_the_machine_does_not_know_is_the_portals_own(client: Client) -> None:
    client.force_login(make_account(username="bo", time_zone="Mars/Olympus"))

    assert client.get("/account/").status_code == 200


def test_recipients_are_grouped_by_how_they_read() -> None:
    make_account(username="bo", email="Bo@contoso.example", **SWEDISH)
    make_account(username="ann", email="ann@contoso.example")
    make_account(username="old", email="old@contoso.example", is_active=False, **SWEDISH)
    make_account(username="eva", email="eva@contoso.example", language="en", time_zone="UTC")
    make_account(username="jo", email="jo@contoso.example", language="xx", time_zone="Europe/Stockholm", in_utc=True)

    found = by_reading([f"{name}@contoso.example" for name in ("bo", "BO", "ann", "old", "eva", "jo", "nobody")])

    assert found == {
        Reading("sv", "Europe/Stockholm"): ["bo@contoso.example", "BO@contoso.example"],
        Reading(): [f"{name}@contoso.example" for name in ("ann", "old", "eva", "jo", "nobody")],
    }


def test_what_is_written_for_somebody_has_their_language_and_time() -> None:
    moment = datetime(2026, 3, 12, 9, 52, tzinfo=UTC)

    with reading_as(Reading("sv", "Europe/Stockholm")):
        assert moment_text(moment) == "12 mar 2026 10:52"
    with reading_as(Reading()):
        assert translation.get_language() == "en"
        assert moment_text(moment) == "12 Mar 2026, 09:52"


def test_zones_that_can_be_chosen_are_cities_and_utc() -> None:
    assert time_zones()[0] == "UTC"
    assert "Europe/Stockholm" in time_zones()
    assert not [name for name in time_zones() if name.startswith("Etc/")]
