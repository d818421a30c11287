"""What a browser shows at an address that only takes forms."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_opening_an_address_that_only_takes_forms_is_explained(signed_in: Client) -> None:
    response = signed_in.get("/sign-out/")

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "This address only takes forms" in response.content.decode()


def test_htmx_gets_the_bare_answer(signed_in: Client) -> None:
    response = signed_in.get("/sign-out/", headers={"HX-Request": "true"})

    assert (response.status_code, response.content) == (405, b"")
