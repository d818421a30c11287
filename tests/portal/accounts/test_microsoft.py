"""Sign in with Microsoft, by msal against a small authority over HTTPS."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.checks import run_checks
from django.test import Client
from pytest_django import Settings

from portal.accounts.models import Account, AuditEntry, Role
from tests.factories import make_account
from tests.portal.accounts.fake_entra import CLIENT, ROSA, SECRET, TENANT, FakeEntra, running_entra
from tests.views.reading import words
from tests.wire.servers import LocalAuthority, local_authority

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.pages")]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> LocalAuthority:
    return local_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def entra(authority: LocalAuthority, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeEntra]:
    """Nothing but the named file trusts the authority, and the environment names another one."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/certs/ca-certificates.crt")
    with running_entra(authority) as running:
        settings.PORTAL_MICROSOFT_TENANT, settings.PORTAL_MICROSOFT_CLIENT_ID = TENANT, CLIENT
        settings.PORTAL_MICROSOFT_CLIENT_SECRET = SECRET
        settings.PORTAL_MICROSOFT_AUTHORITY = running.url
        settings.PORTAL_MICROSOFT_CA_FILE = str(authority.certificate)
        yield running


@pytest.fixture
def rosa() -> Account:
    """Registered before she has ever signed in."""
    return make_account(Role.REPORTS_READER, username="rosa", principal_name="rosa@contoso.example", password=None)


def sign_in(client: Client, entra: FakeEntra, **who: str) -> Any:
    begun = client.get("/sign-in/microsoft/", {"next": "/users/?page=2"})
    assert begun.status_code == 302, words(begun)
    return client.get("/sign-in/microsoft/done/", entra.sign_in(begun["Location"], **who))


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_whoever_is_registered_gets_in_and_lands_where_they_wanted(
    client: Client, entra: FakeEntra, rosa: Account
) -> None:
    response = sign_in(client, entra)

    rosa.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, "/users/?page=2")
    assert is_signed_in(client)
    assert str(rosa.microsoft_id) == ROSA
    entry = AuditEntry.objects.get(activity="Sign in")
    assert (entry.who, entry.new["Method"]) == (rosa, "Microsoft")


def test_the_browser_is_sent_to_the_tenant_with_state_nonce_and_challenge(client: Client, entra: FakeEntra) -> None:
    parts = urlsplit(client.get("/sign-in/microsoft/")["Location"])
    query = parse_qs(parts.query)

    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{entra.url}/{TENANT}/oauth2/v2.0/authorize"
    assert {"state", "nonce", "code_challenge"} <= set(query)
    assert query["redirect_uri"] == ["http://testserver/sign-in/microsoft/done/"]
    assert SECRET not in parts.query


def test_afterwards_only_the_object_id_counts(client: Client, entra: FakeEntra, rosa: Account) -> None:
    sign_in(client, entra)
    again, stranger = Client(), Client()

    assert sign_in(again, entra, name="rosa.married@contoso.example").status_code == 302
    refused = sign_in(stranger, entra, oid="99999999-2222-4333-8444-555555555555")

    assert refused.status_code == 403
    assert "rosa@contoso.example has no account in this portal." in words(refused)


def test_nobody_who_signs_in_with_microsoft_is_asked_for_a_password_first(
    client: Client, entra: FakeEntra, rosa: Account
) -> None:
    Account.objects.update(must_change_password=True)

    sign_in(client, entra)

    assert client.get("/users/").status_code == 200


def test_who_is_not_registered_does_not_get_in(client: Client, entra: FakeEntra) -> None:
    make_account(username="rosa@contoso.example")

    response = sign_in(client, entra)

    assert response.status_code == 403
    assert "An Application Administrator can add one." in words(response)
    assert not is_signed_in(client)
    assert AuditEntry.objects.get(activity="Sign-in failed").new["Method"] == "Microsoft"


def test_a_disabled_account_stays_out(client: Client, entra: FakeEntra, rosa: Account) -> None:
    Account.objects.update(is_active=False)

    assert "Your account in this portal is disabled." in words(sign_in(client, entra))


ROLES = {"Portal.Admin": "application_administrator", "Portal.Reader": "reports_reader"}


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        (["Portal.Reader", "Portal.Admin"], Role.APPLICATION_ADMINISTRATOR),
        (["Portal.Reader"], Role.REPORTS_READER),
        (["Something.Else"], Role.NONE),
        (None, Role.NONE),
    ],
)
def test_mapped_app_roles_say_the_role(
    entra: FakeEntra, rosa: Account, settings: Settings, roles: list[str] | None, role: Role
) -> None:
    settings.PORTAL_MICROSOFT_ROLES = ROLES
    entra.claims = {"roles": roles}

    sign_in(Client(), entra)

    rosa.refresh_from_db()
    assert rosa.role == role


def test_without_a_mapping_the_role_stays_as_it_was_set_here(client: Client, entra: FakeEntra, rosa: Account) -> None:
    entra.claims = {"roles": ["Portal.Admin"]}

    sign_in(client, entra)

    rosa.refresh_from_db()
    assert rosa.role == Role.REPORTS_READER


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"nonce": "another"}, "does not belong to this sign-in"),
        ({"aud": "another-client"}, "does not belong to this sign-in"),
        ({"exp": 1}, "does not belong to this sign-in"),
        ({"tid": ROSA}, "another organization"),
        ({"oid": None}, "the claim oid is missing"),
        ({"oid": "no-guid"}, "the claim oid is missing"),
    ],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    client: Client, entra: FakeEntra, rosa: Account, claims: dict[str, Any], said: str
) -> None:
    entra.claims = claims

    response = sign_in(client, entra)

    assert response.status_code == 403
    assert said in words(response)
    assert not is_signed_in(client)


def test_an_answer_with_another_state_or_to_another_browser_is_refused(
    client: Client, entra: FakeEntra, rosa: Account
) -> None:
    answer = entra.sign_in(client.get("/sign-in/microsoft/")["Location"])

    assert "was not begun in this browser" in words(Client().get("/sign-in/microsoft/done/", answer))
    assert "does not belong" in words(client.get("/sign-in/microsoft/done/", {**answer, "state": "forged"}))
    assert "was not begun" in words(client.get("/sign-in/microsoft/done/", answer)), "an answer serves once"


def test_a_code_that_was_asked_for_with_another_challenge_is_refused(
    client: Client, entra: FakeEntra, rosa: Account
) -> None:
    answer = entra.sign_in(client.get("/sign-in/microsoft/")["Location"])
    entra.codes[answer["code"]]["code_challenge"] = "another"

    page = words(client.get("/sign-in/microsoft/done/", answer))

    assert "Microsoft refused the sign-in: AADSTS501481: The Code_Verifier does not match the code_challenge." in page
    assert "Trace ID" not in page


def test_a_refusal_at_microsoft_is_told(client: Client, entra: FakeEntra) -> None:
    state = parse_qs(urlsplit(client.get("/sign-in/microsoft/")["Location"]).query)["state"][0]

    response = client.get("/sign-in/microsoft/done/", {"error": "access_denied", "state": state})

    assert "The sign-in was cancelled" in words(response)


@pytest.mark.parametrize("broken", [503, 500])
def test_an_authority_that_fails_is_told(client: Client, entra: FakeEntra, rosa: Account, broken: int) -> None:
    begun = client.get("/sign-in/microsoft/")
    entra.status = broken

    response = client.get("/sign-in/microsoft/done/", entra.sign_in(begun["Location"]))

    assert "Try again later." in words(response)


def test_an_authority_that_is_not_trusted_or_not_there_is_told(
    client: Client, entra: FakeEntra, settings: Settings
) -> None:
    settings.PORTAL_MICROSOFT_CA_FILE = ""
    assert "Microsoft cannot be reached" in words(client.get("/sign-in/microsoft/"))

    settings.PORTAL_MICROSOFT_AUTHORITY = "https://127.0.0.1:9"
    assert "Microsoft cannot be reached" in words(client.get("/sign-in/microsoft/"))


def test_the_button_is_there_only_when_it_is_configured(client: Client, settings: Settings) -> None:
    assert "Sign in with Microsoft" not in words(client.get("/sign-in/"))
    assert client.get("/sign-in/microsoft/").status_code == 404
    assert client.get("/sign-in/microsoft/done/").status_code == 404

    settings.PORTAL_MICROSOFT_TENANT, settings.PORTAL_MICROSOFT_CLIENT_ID = TENANT, CLIENT
    page = client.get("/sign-in/", {"next": "/users/"}).content.decode()

    assert 'href="/sign-in/microsoft/?next=%2Fusers%2F"' in page


def test_settings_that_would_let_strangers_in_are_refused_at_start(settings: Settings) -> None:
    settings.PORTAL_MICROSOFT_TENANT = "common"
    settings.PORTAL_MICROSOFT_ROLES = {"Portal.Admin": "king"}
    settings.PORTAL_MICROSOFT_AUTHORITY = "http://login.contoso.example"

    told = {str(message.id) for message in run_checks()}

    assert {"portal.E010", "portal.E011", "portal.E012"} <= told
