"""The menu stays as a person folded it."""

import pytest
from django.test import Client

from portal.accounts.models import Account
from provisioning.models import Preference
from tests.factories import make_administrator, make_application

pytestmark = pytest.mark.both_databases


def keep(client: Client, **data: str) -> None:
    assert client.post("/menu/", data).status_code == 204


def page(client: Client, address: str = "/users/") -> str:
    return client.get(address).content.decode()


def test_the_folded_menu_is_drawn_folded_wherever_the_person_signs_in(
    signed_in: Client, administrator: Account, client: Client
) -> None:
    assert 'class="no-js">' in page(signed_in)
    keep(signed_in, folded="1")

    client.logout()
    client.force_login(administrator)
    assert 'class="no-js is-collapsed">' in page(client)
    client.force_login(make_administrator())
    assert 'class="no-js">' in page(client)


def test_a_closed_group_stays_closed_except_where_one_is_in_it(signed_in: Client) -> None:
    application = make_application().get_absolute_url()
    keep(signed_in, group="monitor", closed="1")
    keep(signed_in, group="manage", closed="1")
    keep(signed_in, group="manage", closed="")

    html = page(signed_in, f"{application}properties/")
    assert '<details id="menu-monitor">' in html
    assert '<details open id="menu-manage">' in html
    assert '<details open id="menu-monitor">' in page(signed_in, f"{application}logs/")


def test_what_was_folded_before_stays_with_what_is_folded_now(signed_in: Client) -> None:
    keep(signed_in, folded="1")
    keep(signed_in, group="monitor", closed="1")
    for number in range(50):
        keep(signed_in, group=f"made-up-{number}", closed="1")

    kept = Preference.objects.get().value
    assert kept["folded"] is True
    assert len(kept["closed"]) == 30
