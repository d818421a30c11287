"""Whether so many objects fail that the job goes into quarantine, or leaves it."""

from datetime import timedelta

import pytest

from provisioning.choices import CycleStatus, QuarantineReason, Status
from provisioning.engine import thresholds as numbers
from provisioning.errors import CredentialsRejected, LicenseLimitExceeded
from provisioning.jobs import quarantine, run
from provisioning.jobs.thresholds import judge
from provisioning.models import Mail, ProvisioningJob, User
from provisioning.texts import say
from tests.factories import make_state, make_users
from tests.jobs.workers import refreshed
from tests.jobs.world import RowWorld

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers that Microsoft documents, a thousandth of them."""
    monkeypatch.setattr(numbers, "EVALUATED_FROM", 5)
    monkeypatch.setattr(numbers, "MOST", 40)
    monkeypatch.setattr(numbers, "MOST_WITH_REFERENCES", 60)


def fail(world: RowWorld, users: list[User], *, members: bool = False) -> None:
    for user in users:
        make_state(world.job, user, target_id="", status=Status.FAILURE, members_failed=members)


def judged(world: RowWorld) -> tuple[str, str]:
    judge(refreshed(world), world.now())
    found = refreshed(world)
    return found.quarantine, found.quarantine_code


@pytest.mark.parametrize(
    ("failing", "of_members", "fine", "reason"),
    [
        (4, 0, 0, QuarantineReason.NONE),
        (5, 0, 0, QuarantineReason.PROPORTION),
        (5, 0, 8, QuarantineReason.NONE),
        (41, 0, 70, QuarantineReason.FAILURES),
        (5, 56, 99, QuarantineReason.TOTAL_FAILURES),
        (0, 60, 0, QuarantineReason.NONE),
    ],
)
def test_too_many_failures_are_quarantine_with_graphs_reason(
    rows: RowWorld, failing: int, of_members: int, fine: int, reason: QuarantineReason
) -> None:
    fail(rows, make_users(failing) if failing else [])
    fail(rows, make_users(of_members) if of_members else [], members=True)
    for user in make_users(fine) if fine else []:
        make_state(rows.job, user)

    assert judged(rows) == (reason, "TooManyFailures" if reason else "")


def test_fewer_failures_end_it(rows: RowWorld) -> None:
    fail(rows, make_users(5))
    judged(rows)

    rows.job.object_states.update(status=Status.SUCCESS)

    assert judged(rows) == ("", "")


def test_another_quarantine_is_not_ended_by_counting(rows: RowWorld) -> None:
    quarantine.enter(rows.job.pk, CredentialsRejected(say("no")), rows.now())

    assert judged(rows)[0] == QuarantineReason.EXCEPTION


@pytest.fixture
def failing(rows: RowWorld) -> RowWorld:
    """Six people fail, whatever is done, and somebody wants to know."""
    rows.save(notify=True, notification_email="ops@contoso.example")
    rows.people(6)
    rows.service.before = lambda operation, about: refuse(operation)
    return rows


def refuse(operation: str) -> None:
    if operation == "create":
        raise LicenseLimitExceeded(say("no"))


def test_the_cycle_that_found_it_is_complete_all_the_same(failing: RowWorld) -> None:
    cycle = failing.cycle()

    assert (cycle.status, cycle.stop_code, cycle.stopped_at) == (CycleStatus.COMPLETED, "", None)
    assert refreshed(failing).quarantine == QuarantineReason.PROPORTION
    assert refreshed(failing).watermark == cycle.head


def test_tries_count_on_while_it_is_not_better_and_one_mail_tells_of_it(failing: RowWorld) -> None:
    failing.cycle()
    began = refreshed(failing).quarantined_at
    for _ in range(3):
        failing.wait(hours=30)
        failing.work()

    found = refreshed(failing)
    assert (found.quarantine_tries, found.quarantined_at, Mail.objects.count()) == (4, began, 1)
    assert found.next_start_at is not None
    assert found.next_start_at - failing.now() > timedelta(hours=3)


def test_it_ends_with_the_cycle_in_which_they_succeed(failing: RowWorld) -> None:
    failing.cycle()
    failing.service.before = None

    failing.wait(hours=30)
    run.run(failing.job.pk)

    assert (refreshed(failing).quarantine, len(failing.service.users)) == ("", 6)
    assert ProvisioningJob.objects.get().quarantined_at is None
