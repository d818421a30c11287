"""No request starts that might outlive the lease."""

import pytest

from provisioning.engine.budget import Budget
from provisioning.errors import OutOfTime


class Watch:
    """A monotonic clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def budget(watch: Watch) -> Budget:
    budget = Budget(90, watch)
    budget.renew(watch.seconds)
    return budget


def test_a_request_takes_at_most_a_third_of_the_lease_with_an_eighteenth_to_spare() -> None:
    budget = Budget(90, lambda: 0.0)

    assert (budget.timeout, budget.margin) == (30, 5)


def test_nothing_may_start_before_a_lease_was_taken(watch: Watch) -> None:
    with pytest.raises(OutOfTime):
        Budget(90, watch).check()


def test_a_request_may_start_while_its_timeout_and_the_margin_fit(budget: Budget, watch: Watch) -> None:
    watch.seconds += 55

    budget.check()

    watch.seconds += 0.1
    with pytest.raises(OutOfTime):
        budget.check()


def test_a_renewal_counts_from_when_its_statement_was_sent(budget: Budget, watch: Watch) -> None:
    watch.seconds += 60
    budget.renew(since=watch.seconds - 20)

    watch.seconds += 35
    budget.check()

    watch.seconds += 0.1
    with pytest.raises(OutOfTime):
        budget.check()
