"""Django's messages as toasts, on pages and in answers to htmx."""

import json

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.pages")]
HTMX = {"HX-Request": "true"}


def test_htmx_gets_the_toast_in_the_header_once(signed_in: Client) -> None:
    response = signed_in.post("/save/", headers=HTMX)

    toast = {"kind": "ok", "title": "Saved", "text": "From now on."}
    assert json.loads(response["HX-Trigger"]) == {"toast": {"items": [toast]}}
    assert "From now on." not in signed_in.get("/users/").content.decode()


def test_after_a_redirect_the_next_page_shows_it(signed_in: Client) -> None:
    response = signed_in.post("/save/?away", follow=True)

    page = response.content.decode()
    assert 'class="toast toast--ok"' in page
    assert "From now on." in page


def test_a_whole_page_for_htmx_shows_it_and_does_not_say_it_twice(signed_in: Client) -> None:
    response = signed_in.post("/save/?away", headers=HTMX, follow=True)

    assert "From now on." in response.content.decode()
    assert "HX-Trigger" not in response


def test_without_messages_the_answer_is_left_alone(signed_in: Client) -> None:
    assert "HX-Trigger" not in signed_in.get("/healthz", headers=HTMX)
