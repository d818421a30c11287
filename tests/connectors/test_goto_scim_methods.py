"""GoTo's SCIM connector keeps the contract by whatever method it signs in, where SCIM wants its own scope."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.goto_scim import GoToScim
from provisioning.connectors.tokens import Granted
from provisioning.errors import CredentialsRejected, PermissionMissing
from tests.connectors.connecting import BY_CONSENT, BY_TOKEN, Kept, after_consent, connecting
from tests.connectors.contract import ContractWithoutDisabling
from tests.connectors.test_goto_scim import person
from tests.goto_service import GotoService

Connect = Callable[..., GoToScim]
CLIENT = {"client_id": "demo-scim-client", "client_secret": "demo-scim-secret"}


@pytest.fixture
def scim(service: GotoService) -> Iterator[Connect]:
    service.strict(scim_scope_required=True)
    with connecting(service, GoToScim) as connect:
        yield connect


class TestByPassword(ContractWithoutDisabling):
    matching = "userName"
    name = "name.givenName"

    @pytest.fixture
    def target(self, scim: Connect) -> GoToScim:
        return scim(**CLIENT)

    @pytest.fixture
    def refused(self, scim: Connect) -> GoToScim:
        return scim(**CLIENT, password="wrong")

    def values(self, who: str) -> Mapping[str, Any]:
        return person(who)


class TestByPersonalAccessToken(TestByPassword):
    @pytest.fixture
    def target(self, scim: Connect, service: GotoService) -> GoToScim:
        service.add_pat(service.admin, "pat-with-scope", scope="identity:scim.org")
        return scim(**CLIENT, **BY_TOKEN, pat="pat-with-scope")

    @pytest.fixture
    def refused(self, scim: Connect) -> GoToScim:
        return scim(**CLIENT, **BY_TOKEN, pat="wrong")


class TestByConsent(TestByPassword):
    @pytest.fixture
    def target(self, scim: Connect, service: GotoService) -> GoToScim:
        return after_consent(scim, service, **CLIENT)

    @pytest.fixture
    def refused(self, scim: Connect) -> GoToScim:
        target = scim(**CLIENT, **BY_CONSENT)
        target.shared_tokens = Kept(Granted(access_token="bad", refresh_token="wrong", seconds=0))
        return target


def test_a_token_of_a_consent_that_ended_is_renewed(scim: Connect, service: GotoService) -> None:
    agreed = after_consent(scim, service, **CLIENT)
    agreed.test_connection()
    service.advance_clock(3700)
    agreed.exchanges()

    assert agreed.get(ObjectType.USER, "999") is None

    assert [(each.method, each.status) for each in agreed.exchanges()] == [("GET", 403), ("POST", 200), ("GET", 404)]


def test_a_consent_that_ended_is_told_with_what_to_do(scim: Connect, service: GotoService) -> None:
    agreed = after_consent(scim, service, **CLIENT)
    agreed.test_connection()
    service.expire_tokens("all")

    with pytest.raises(CredentialsRejected, match="Click Authorize on the page Provisioning"):
        agreed.get(ObjectType.USER, "999")


def test_a_client_without_the_scope_is_told_which_one_is_missing(scim: Connect) -> None:
    with pytest.raises(PermissionMissing, match=r"identity:scim\.org"):
        scim().test_connection()


def test_a_personal_access_token_without_the_scope_is_told_so(scim: Connect, service: GotoService) -> None:
    with pytest.raises(PermissionMissing, match=r"as a personal access token, the scope"):
        scim(**CLIENT, **BY_TOKEN, pat=service.admin_pat).test_connection()
