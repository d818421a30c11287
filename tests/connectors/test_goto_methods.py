"""GoTo's connector keeps the contract by whatever method it signs in, against the stand-in over HTTP."""

from collections.abc import Mapping
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.goto import GoTo
from provisioning.connectors.memory import Memory
from provisioning.connectors.tokens import Granted
from provisioning.errors import CredentialsRejected, SettingsInvalid
from tests.connectors.conftest import Connect
from tests.connectors.connecting import BY_CONSENT, BY_TOKEN, Kept, after_consent
from tests.connectors.contract import ConnectorContract
from tests.connectors.goto_samples import TOKEN, goto
from tests.connectors.test_goto import person
from tests.goto_service import GotoService


@pytest.fixture
def agreed(connect: Connect, service: GotoService) -> GoTo:
    """A connector after the administrator's consent."""
    return after_consent(connect, service)


class TestByPersonalAccessToken(ConnectorContract):
    matching = "email"
    name = "firstName"

    @pytest.fixture
    def target(self, connect: Connect, service: GotoService) -> GoTo:
        return connect(**BY_TOKEN, pat=service.admin_pat)

    @pytest.fixture
    def refused(self, connect: Connect) -> GoTo:
        return connect(**BY_TOKEN, pat="wrong")

    def values(self, who: str) -> Mapping[str, Any]:
        return person(who)


class TestByConsent(ConnectorContract):
    matching = "email"
    name = "firstName"

    @pytest.fixture
    def target(self, agreed: GoTo) -> GoTo:
        return agreed

    @pytest.fixture
    def refused(self, connect: Connect) -> GoTo:
        target = connect(**BY_CONSENT)
        target.shared_tokens = Kept(Granted(access_token="bad", refresh_token="wrong", seconds=0))
        return target

    def values(self, who: str) -> Mapping[str, Any]:
        return person(who)


def test_an_access_token_that_ended_is_renewed_with_the_refresh_token(agreed: GoTo, service: GotoService) -> None:
    agreed.test_connection()
    service.advance_clock(3700)
    agreed.exchanges()

    assert agreed.get(ObjectType.USER, "999") is None

    assert [(each.method, each.status) for each in agreed.exchanges()] == [("GET", 401), ("POST", 200), ("GET", 404)]


def test_a_consent_that_ended_is_told_with_what_to_do(agreed: GoTo, service: GotoService) -> None:
    agreed.test_connection()
    service.expire_tokens("all")

    with pytest.raises(CredentialsRejected, match="Click Authorize on the page Provisioning"):
        agreed.get(ObjectType.USER, "999")


def test_a_consent_without_refresh_token_is_no_use() -> None:
    target, _ = goto({"POST /oauth/token": (200, TOKEN)}, sign_in="authorization_code")

    with pytest.raises(SettingsInvalid, match="Enable the refresh token grant"):
        target.redeem("a-code", "a-verifier", "https://portal.contoso.example/authorized/")


def test_nobody_is_asked_for_consent_without_a_client() -> None:
    target, _ = goto({}, client_id="")

    with pytest.raises(SettingsInvalid, match="client ID is missing"):
        target.consent_address("state", "challenge", "https://portal.contoso.example/authorized/")


def test_without_a_place_for_tokens_nobody_is_signed_in() -> None:
    target, _ = goto({}, sign_in="authorization_code")

    with pytest.raises(CredentialsRejected, match="Nobody has given consent yet"):
        target.test_connection()


def test_other_connectors_ask_for_no_consent() -> None:
    target = Memory()

    assert target.owner == ""
    for ask in (target.consent_address, target.redeem):
        with pytest.raises(SettingsInvalid, match="Nobody signs in to"):
            ask("a", "b", "c")


def test_a_withdrawn_personal_access_token_is_told_as_such(connect: Connect, service: GotoService) -> None:
    service.revoke_pat(service.admin_pat)

    with pytest.raises(CredentialsRejected, match="It may have expired or been withdrawn"):
        connect(**BY_TOKEN, pat=service.admin_pat).test_connection()


def test_the_oldest_answer_with_its_times_in_text_is_read(connect: Connect, service: GotoService) -> None:
    target = connect(token_url=f"{service.url}/oauth/v2/token")

    assert target.test_connection().signed_in_as == service.admin
