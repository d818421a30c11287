"""The token endpoint: grants, both answers, refusals."""

import pytest

from tests.goto_service import GotoService
from tests.sandbox.api import ACCOUNT, AdminApi, grant

DAY = 24 * 3600
PASSWORD = {"grant_type": "password", "username": "admin@contoso.example", "password": "Demo-admin-1"}


def test_a_password_grant_on_todays_path_tells_no_account(service: GotoService) -> None:
    answer = grant(service, **PASSWORD)

    token = answer.json()
    assert answer.status_code == 200
    assert list(token) == ["access_token", "token_type", "refresh_token", "expires_in", "scope", "principal"]
    assert (token["token_type"], token["expires_in"], token["principal"]) == ("Bearer", 3600, "admin@contoso.example")
    assert token["scope"] == "identity: collab:"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_password_grant_on_the_v2_path_tells_account_and_person(service: GotoService) -> None:
    token = grant(service, "/oauth/v2/token", **PASSWORD).json()

    assert token["account_key"] == ACCOUNT
    assert token["organizer_key"] == service.account("admin@contoso.example")["key"]
    assert (token["firstName"], token["lastName"], token["email"]) == ("Ada", "Admin", "admin@contoso.example")
    assert (token["account_type"], token["version"], token["expires_in"]) == ("corporate", "3", 3600)


def test_tokens_are_long_and_look_like_three_parts(service: GotoService) -> None:
    token = grant(service, **PASSWORD).json()["access_token"]

    assert token.startswith("eyJ")
    assert token.count(".") == 2
    assert 500 < len(token) <= 4096


@pytest.mark.parametrize("client", [("nobody", "demo-secret"), ("demo-client", "wrong")])
def test_an_unknown_client_or_secret_is_refused(service: GotoService, client: tuple[str, str]) -> None:
    answer = grant(service, client=client, **PASSWORD)

    assert answer.status_code == 401
    assert answer.json() == {"error": "invalid_client", "error_description": "client not found"}


def test_client_credentials_in_the_form_do_not_count(service: GotoService) -> None:
    form = {**PASSWORD, "client_id": "demo-client", "client_secret": "demo-secret"}

    answer = service.http.post(service.token_url, data=form, timeout=30)

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"password": "guess"}, {"username": "nobody@contoso.example"}, {"username": "cy.cole@contoso.example"}]
)
def test_a_wrong_password_or_user_is_an_invalid_grant(service: GotoService, wrong: dict[str, str]) -> None:
    answer = grant(service, **PASSWORD | wrong)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_client_registered_without_the_password_grant_may_not_use_it(service: GotoService) -> None:
    answer = grant(service, client=("demo-new-client", "demo-new-secret"), **PASSWORD)

    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")


def test_an_unknown_grant_is_told_so(service: GotoService) -> None:
    answer = grant(service, grant_type="client_credentials")

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_tokens_are_given_to_post_only(service: GotoService) -> None:
    assert service.http.get(service.token_url, timeout=30).status_code == 405


def test_a_refresh_brings_an_access_token_and_keeps_the_refresh_token(service: GotoService) -> None:
    first = grant(service, **PASSWORD).json()

    answer = grant(service, grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert answer.status_code == 200
    assert answer.json()["access_token"] != first["access_token"]
    assert "refresh_token" not in answer.json()


def test_a_refresh_brings_a_new_refresh_token_after_most_of_its_life(service: GotoService) -> None:
    first = grant(service, **PASSWORD).json()
    service.advance_clock(18 * DAY + 60)

    answer = grant(service, grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert answer.json()["refresh_token"] != first["refresh_token"]


def test_a_refresh_on_the_v2_path_gives_the_same_refresh_token_back(service: GotoService) -> None:
    first = grant(service, "/oauth/v2/token", **PASSWORD).json()
    service.advance_clock(20 * DAY)

    again = grant(service, "/oauth/v2/token", grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert again.json()["refresh_token"] == first["refresh_token"]
    assert again.json()["account_key"] == ACCOUNT


def test_a_refresh_token_ends_after_thirty_days(service: GotoService) -> None:
    first = grant(service, **PASSWORD).json()
    service.advance_clock(30 * DAY + 1)

    answer = grant(service, grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_refresh_token_belongs_to_its_client(service: GotoService) -> None:
    first = grant(service, **PASSWORD).json()

    other = ("demo-new-client", "demo-new-secret")
    answer = grant(service, client=other, grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_an_access_token_is_no_refresh_token_and_the_other_way_round(service: GotoService) -> None:
    first = grant(service, **PASSWORD).json()

    refreshed = grant(service, grant_type="refresh_token", refresh_token=first["access_token"])
    called = AdminApi(service, first["refresh_token"])

    assert refreshed.status_code == 400
    with called:
        assert called.get("users").status_code == 401
