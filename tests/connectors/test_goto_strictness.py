"""GoTo's connector keeps the contract wherever GoTo's documents leave the service a choice."""

from collections.abc import Mapping
from typing import Any

import pytest

from provisioning.connectors.goto import GoTo
from tests.connectors.conftest import Connect
from tests.connectors.contract import ConnectorContract
from tests.connectors.test_goto import person
from tests.goto_service import GotoService

CHOICES: dict[str, dict[str, Any]] = {
    "numbers": {"keys_as_numbers": True, "empty_results_left_out": True, "update_answers_user": True},
    "older filter": {"filter_grammar": "brackets", "page_size": 2, "largest_page": 2},
    "empty lists": {"empty_lists_ignored": True, "me_without_account_key": True, "unknown_attributes_refused": True},
}


class TestWhateverGoToChooses(ConnectorContract):
    matching = "email"
    name = "firstName"

    @pytest.fixture(params=CHOICES)
    def target(self, connect: Connect, service: GotoService, request: pytest.FixtureRequest) -> GoTo:
        service.strict(**CHOICES[request.param])
        return connect()

    @pytest.fixture
    def refused(self, connect: Connect) -> GoTo:
        return connect(password="wrong")

    def values(self, who: str) -> Mapping[str, Any]:
        return person(who)
