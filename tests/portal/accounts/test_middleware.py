"""What happens when somebody comes without a session."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.pages")]


def test_a_page_leads_to_the_sign_in_and_back(client: Client) -> None:
    assert client.get("/users/?page=2")["Location"] == "/sign-in/?next=/users/%3Fpage%3D2"


def test_htmx_gets_a_401_so_that_typed_values_survive(client: Client) -> None:
    assert client.get("/users/", headers={"HX-Request": "true"}).status_code == 401
    assert client.post("/save/", headers={"HX-Request": "true"}).status_code == 401


def test_a_refused_post_leads_back_to_the_page_with_the_form(client: Client) -> None:
    response = client.post("/save/", headers={"Referer": "http://testserver/users/?page=2"})

    assert response["Location"] == "/sign-in/?next=/users/%3Fpage%3D2"


@pytest.mark.parametrize("referrer", ["", "https://evil.example/users/"])
def test_a_refused_post_from_nowhere_leads_home(client: Client, referrer: str) -> None:
    assert client.post("/save/", headers={"Referer": referrer})["Location"] == "/sign-in/?next=/"


def test_nothing_but_the_public_pages_is_open(client: Client) -> None:
    assert client.get("/account/").status_code == 302
    assert client.get("/sign-in/").status_code == 200
    assert client.get("/healthz").status_code == 200
