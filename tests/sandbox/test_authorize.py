"""The sign-in page, authorization codes and PKCE."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.goto_service import GotoService
from tests.sandbox.api import AdminApi, grant

BACK = "http://localhost:9999/back?from=goto"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {"response_type": "code", "client_id": "demo-client", "redirect_uri": BACK, "state": "a state & more"}
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
ADA = {"username": "admin@contoso.example", "password": "Demo-admin-1"}


def shown(service: GotoService, **query: str) -> requests.Response:
    return service.http.get(service.authorize_url, params=query, allow_redirects=False, timeout=30)


def decided(service: GotoService, **form: str) -> requests.Response:
    return service.http.post(service.authorize_url, data=form, allow_redirects=False, timeout=30)


def told(answer: requests.Response) -> dict[str, str]:
    """What the browser carries back to the client."""
    assert answer.status_code == 302, answer.text
    location = answer.headers["Location"]
    assert location.startswith("http://localhost:9999/back?")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def exchanged(service: GotoService, code: str, **more: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, **more}
    answer: requests.Response = grant(service, **form)
    return answer


def test_the_page_names_client_scopes_and_address(service: GotoService) -> None:
    answer = shown(service, **ASKED)

    assert answer.status_code == 200
    for word in ("demo-client", "identity:", BACK, "Sign in and allow", "Deny"):
        assert word in answer.text
    assert "form-action 'self' http://localhost:9999;" in answer.headers["Content-Security-Policy"]


def test_a_sign_in_brings_a_code_and_the_state_back(service: GotoService) -> None:
    back = told(decided(service, **ASKED, **ADA))

    assert set(back) == {"from", "code", "state"}
    assert back["state"] == "a state & more"
    token = exchanged(service, back["code"]).json()
    assert list(token) == ["access_token", "token_type", "refresh_token", "expires_in", "scope", "principal"]
    with AdminApi(service, token["access_token"]) as api:
        assert api.get("users").status_code == 200


def test_a_wrong_password_stays_on_the_page(service: GotoService) -> None:
    answer = decided(service, **ASKED, **ADA | {"password": "guess"})

    assert answer.status_code == 200
    assert "is not right" in answer.text
    assert "guess" not in answer.text


def test_who_denies_goes_back_without_a_code(service: GotoService) -> None:
    back = told(decided(service, **ASKED, decision="deny"))

    assert (back["error"], back["state"]) == ("access_denied", "a state & more")
    assert "code" not in back


@pytest.mark.parametrize(
    "wrong",
    [{"client_id": "nobody"}, {"redirect_uri": "https://evil.example/"}, {"redirect_uri": "javascript:alert(1)"}],
)
def test_the_browser_is_not_sent_to_an_address_that_is_not_the_clients(
    service: GotoService, wrong: dict[str, str]
) -> None:
    assert shown(service, **ASKED | wrong).status_code == 400
    assert decided(service, **ASKED | wrong, **ADA).status_code == 400


def test_a_registered_address_with_a_path_must_be_the_same(service: GotoService) -> None:
    service.register_client("demo-client", redirectUris=["http://localhost:9999/back"])

    assert shown(service, **ASKED).status_code == 400
    assert shown(service, **ASKED | {"redirect_uri": "http://localhost:9999/back"}).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"scope": "identity: calls.v2:"}, "invalid_scope"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ],
)
def test_a_wrong_request_goes_back_with_an_error(service: GotoService, wrong: dict[str, str], error: str) -> None:
    back = told(shown(service, **ASKED | wrong))

    assert (back["error"], back["state"]) == (error, "a state & more")


def test_a_client_without_the_grant_is_told_so(service: GotoService) -> None:
    service.register_client("demo-client", grants=["password"])

    assert told(shown(service, **ASKED))["error"] == "unauthorized_client"


def fragment(answer: requests.Response) -> dict[str, str]:
    """What stands behind `#`; nothing of it may stand before."""
    address, _, behind = answer.headers["Location"].partition("#")
    assert address == BACK
    return {name: values[0] for name, values in parse_qs(behind).items()}


def test_the_implicit_grant_brings_a_token_behind_the_mark(service: GotoService) -> None:
    back = fragment(decided(service, **ASKED | {"response_type": "token"}, **ADA))

    assert list(back) == ["access_token", "token_type", "expires_in", "principal", "scope", "state"]
    assert (back["token_type"], back["expires_in"], back["principal"]) == ("Bearer", "3600", ADA["username"])
    with AdminApi(service, back["access_token"]) as api:
        assert api.get("users").status_code == 200


def test_an_error_of_the_implicit_grant_stands_behind_the_mark_too(service: GotoService) -> None:
    asked = ASKED | {"response_type": "token"}

    assert fragment(decided(service, **asked, decision="deny"))["error"] == "access_denied"
    assert fragment(shown(service, **asked | {"client_id": "demo-new-client"}))["error"] == "unauthorized_client"


def test_pkce_and_state_can_be_required(service: GotoService) -> None:
    service.strict(pkce_required=True, state_required=True)

    assert told(shown(service, **ASKED))["error"] == "invalid_request"
    assert told(shown(service, **ASKED | {"state": ""} | PKCE))["error"] == "invalid_request"
    assert shown(service, **ASKED | PKCE).status_code == 200


def test_a_scope_that_was_asked_for_narrows_the_token(service: GotoService) -> None:
    back = told(decided(service, **ASKED, **ADA, scope="collab:"))
    token = exchanged(service, back["code"]).json()

    assert token["scope"] == "collab:"
    with AdminApi(service, token["access_token"]) as api:
        assert api.get("users").status_code == 401
    again = grant(service, grant_type="refresh_token", refresh_token=token["refresh_token"])
    assert again.json()["scope"] == "collab:"


def test_a_code_works_once(service: GotoService) -> None:
    code = told(decided(service, **ASKED, **ADA))["code"]

    assert exchanged(service, code).status_code == 200
    again = exchanged(service, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(("verifier", "status"), [(VERIFIER, 200), ("w" * 43, 400), ("", 400)])
def test_a_code_with_a_challenge_wants_its_verifier(service: GotoService, verifier: str, status: int) -> None:
    code = told(decided(service, **ASKED, **PKCE, **ADA))["code"]

    assert exchanged(service, code, code_verifier=verifier).status_code == status


def test_a_verifier_without_a_challenge_is_refused(service: GotoService) -> None:
    code = told(decided(service, **ASKED, **ADA))["code"]

    assert exchanged(service, code, code_verifier=VERIFIER).status_code == 400


@pytest.mark.parametrize("address", ["", "http://localhost:9999/back"])
def test_the_redirect_address_must_be_repeated(service: GotoService, address: str) -> None:
    code = told(decided(service, **ASKED, **ADA))["code"]

    assert exchanged(service, code, redirect_uri=address).json()["error"] == "invalid_grant"


def test_without_an_address_the_registered_one_is_taken(service: GotoService) -> None:
    service.register_client("demo-client", redirectUris=["http://localhost:9999/back?x=1"])
    asked = {name: value for name, value in ASKED.items() if name != "redirect_uri"}

    code = told(decided(service, **asked, **ADA))["code"]

    assert grant(service, grant_type="authorization_code", code=code).status_code == 200


def test_a_code_belongs_to_its_client_and_ends(service: GotoService) -> None:
    code = told(decided(service, **ASKED, **ADA))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}

    assert grant(service, client=("demo-new-client", "demo-new-secret"), **form).json()["error"] == "invalid_grant"
    service.advance_clock(601)
    assert exchanged(service, code).json()["error"] == "invalid_grant"


def test_a_grant_without_a_code_is_an_invalid_request(service: GotoService) -> None:
    assert exchanged(service, "").json()["error"] == "invalid_request"
