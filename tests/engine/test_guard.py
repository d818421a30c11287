"""When so many removals wait for a person."""

import pytest

from provisioning.engine.guard import holds
from provisioning.records import GuardRules

DEFAULT = GuardRules()


@pytest.mark.parametrize(
    ("removals", "existing", "held"),
    [
        pytest.param(0, 0, False, id="nothing to remove"),
        pytest.param(5, 5, False, id="everybody of few"),
        pytest.param(49, 49, False, id="everybody, one below the least"),
        pytest.param(5, 50, False, id="ten percent of fifty"),
        pytest.param(6, 50, True, id="more than ten percent of fifty"),
        pytest.param(100, 1_000, False, id="ten percent of a thousand"),
        pytest.param(101, 1_000, True, id="more than ten percent of a thousand"),
        pytest.param(500, 100_000, False, id="five hundred"),
        pytest.param(501, 100_000, True, id="more than five hundred"),
        pytest.param(501, 0, True, id="more than five hundred whatever there is"),
    ],
)
def test_more_than_500_or_more_than_10_percent_of_at_least_50_are_held(
    removals: int, existing: int, held: bool
) -> None:
    assert holds(DEFAULT, removals, existing) is held


def test_r42_the_guard_is_on_with_ten_percent_unless_somebody_says_otherwise() -> None:
    assert (DEFAULT.number, DEFAULT.percent, DEFAULT.least) == (500, 10, 50)


def test_without_guard_nothing_is_held() -> None:
    assert holds(None, 100_000, 100_000) is False


@pytest.mark.parametrize(("rules", "held"), [(GuardRules(number=2), True), (GuardRules(percent=3, least=100), False)])
def test_the_limits_are_settings(rules: GuardRules, held: bool) -> None:
    assert holds(rules, 3, 100) is held


def test_no_removal_is_never_held_however_low_the_limits() -> None:
    assert holds(GuardRules(number=0, percent=0, least=0), 0, 0) is False
    assert holds(GuardRules(number=0, percent=0, least=0), 1, 1) is True
