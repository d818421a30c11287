"""When so many objects fail that the job is to blame: Microsoft's documented examples, and their edges."""

import pytest

from provisioning.choices import QuarantineReason
from provisioning.engine.thresholds import reason_for

NONE, PROPORTION = QuarantineReason.NONE, QuarantineReason.PROPORTION
FAILURES, TOTAL = QuarantineReason.FAILURES, QuarantineReason.TOTAL_FAILURES


@pytest.mark.parametrize(
    ("failing", "references", "succeeded", "reason"),
    [
        pytest.param(4_000, 0, 0, NONE, id="4,000 failures are not judged"),
        pytest.param(4_999, 0, 0, NONE, id="one below 5,000"),
        pytest.param(5_000, 0, 0, PROPORTION, id="5,000 failures are judged"),
        pytest.param(30_000, 0, 5_000, PROPORTION, id="30,000 failures and 5,000 successes"),
        pytest.param(20_000, 0, 100_000, NONE, id="20,000 failures and 100,000 successes"),
        pytest.param(20_000, 0, 30_000, NONE, id="forty percent"),
        pytest.param(20_001, 0, 30_000, PROPORTION, id="more than forty percent"),
        pytest.param(40_000, 0, 1_000_000, NONE, id="40,000 failures"),
        pytest.param(45_000, 0, 1_000_000, FAILURES, id="45,000 failures"),
        pytest.param(0, 60_000, 0, NONE, id="references are not counted in the proportion"),
        pytest.param(30_000, 31_000, 1_000_000, TOTAL, id="61,000 failures with those of references"),
        pytest.param(61_000, 0, 1_000_000, TOTAL, id="61,000 failures of any kind"),
        pytest.param(0, 0, 0, NONE, id="nobody"),
    ],
)
def test_the_documented_numbers_decide(failing: int, references: int, succeeded: int, reason: QuarantineReason) -> None:
    assert reason_for(failing, references, succeeded) is reason
