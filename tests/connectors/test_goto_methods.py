"""GoTo's connector keeps the contract by whatever method it signs in, against the stand-in over HTTP."""

from collections.abc import Mapping
from typing import Any

import pytest

from provisioning.connectors.goto import GoTo
from provisioning.errors import CredentialsRejected
from tests.connectors.conftest import Connect
from tests.connectors.contract import ConnectorContract
from tests.connectors.test_goto import person
from tests.goto_service import GotoService

BY_TOKEN = {"sign_in": "personal_access_token", "username": "", "password": ""}


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


def test_a_withdrawn_personal_access_token_is_told_as_such(connect: Connect, service: GotoService) -> None:
    service.revoke_pat(service.admin_pat)

    with pytest.raises(CredentialsRejected, match="It may have expired or been withdrawn"):
        connect(**BY_TOKEN, pat=service.admin_pat).test_connection()


def test_the_oldest_answer_with_its_times_in_text_is_read(connect: Connect, service: GotoService) -> None:
    target = connect(token_url=f"{service.url}/oauth/v2/token")

    assert target.test_connection().signed_in_as == service.admin
