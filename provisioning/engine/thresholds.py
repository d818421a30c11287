"""When so many objects fail that the job itself is to blame (Microsoft's documented numbers, spec entra.md 2.10)."""

from provisioning.choices import QuarantineReason

EVALUATED_FROM = 5_000
PERCENT = 40
MOST = 40_000
MOST_WITH_REFERENCES = 60_000


def reason_for(failing: int, failing_references: int, succeeded: int) -> QuarantineReason:
    """The reason for quarantine, NONE when there is none.

    `failing` objects (references not counted) and those that fail only in their references; `succeeded`: how many
    objects of the job did not fail.
    """
    if failing + failing_references > MOST_WITH_REFERENCES:
        return QuarantineReason.TOTAL_FAILURES
    if failing > MOST:
        return QuarantineReason.FAILURES
    if failing >= EVALUATED_FROM and failing * 100 > (failing + succeeded) * PERCENT:
        return QuarantineReason.PROPORTION
    return QuarantineReason.NONE
