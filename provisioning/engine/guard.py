"""The guard against accidental deletions: too many removals at once wait for a person."""

from provisioning.records import GuardRules


def holds(rules: GuardRules | None, removals: int, existing: int) -> bool:
    """Whether so many removals of one kind (staged in this cycle and still held) are too many.

    `existing`: the job's linked accounts, or its accepted memberships. The number alone counts below `least` of them.
    """
    if rules is None or removals == 0:
        return False
    if removals > rules.number:
        return True
    return existing >= rules.least and removals * 100 > existing * rules.percent
