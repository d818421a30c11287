"""The Admin API's calls on the account itself."""

import pytest

from tests.goto_service import GotoService
from tests.sandbox.api import ACCOUNT, AdminApi, codes, signed_in


def of(admin: AdminApi) -> str:
    return f"{admin.root}/accounts/{ACCOUNT}"


def test_the_account_is_read_and_renamed(admin: AdminApi) -> None:
    assert admin.get(of(admin)).json() == {"key": ACCOUNT, "name": "Contoso"}

    answer = admin.put(of(admin), json={"name": "Contoso Group"})

    assert (answer.status_code, answer.content) == (200, b"")
    assert admin.get(f"{admin.root}/me").json()["accounts"][0]["name"] == "Contoso Group"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"key": ACCOUNT, "name": "x"}, "account.key.not.allowed"),
        ({"name": " "}, "account.name.invalid"),
        ({"name": "x" * 101}, "account.name.invalid"),
        ({}, "account.name.invalid"),
    ],
)
def test_a_wrong_change_is_refused(admin: AdminApi, body: dict[str, str], code: str) -> None:
    answer = admin.put(of(admin), json=body)

    assert (answer.status_code, codes(answer)) == (400, [code])


def test_members_and_strangers_are_refused(admin: AdminApi, service: GotoService) -> None:
    assert admin.get(f"{admin.root}/accounts/999").status_code == 403
    with signed_in(service, service.helpdesk, service.helpdesk_password) as helpdesk:
        assert helpdesk.get(of(helpdesk)).status_code == 403
        assert helpdesk.put(of(helpdesk), json={"name": "Mine"}).status_code == 403
