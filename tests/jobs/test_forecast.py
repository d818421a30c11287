"""What a preview found, in numbers."""

import pytest

from provisioning.choices import Action, Status
from provisioning.jobs.forecast import forecast
from provisioning.models import ProvisioningJob
from tests.factories import make_job, make_state, make_user
from tests.views.waiting import foretell, make_preview

pytestmark = pytest.mark.django_db


def removals(job: ProvisioningJob, number: int) -> int:
    """So many of those that the guard would hold, when `number` accounts would be disabled."""
    preview = make_preview(job)
    for _ in range(number):
        foretell(preview, make_user(), action=Action.DISABLE)
    return forecast(preview).held


def test_entries_are_counted_by_action_and_status() -> None:
    preview = make_preview(make_job())
    foretell(preview, make_user())
    foretell(preview, make_user(), action=Action.UPDATE)
    foretell(preview, make_user(), status=Status.FAILURE)

    found = forecast(preview)

    assert (found.of(Status.SUCCESS), found.of(Status.SUCCESS, Action.CREATE), found.of(Status.FAILURE)) == (2, 1, 1)
    assert found.total == 3


@pytest.mark.parametrize(("number", "held"), [(2, 0), (3, 3)])
def test_more_removals_than_the_number_are_held(number: int, held: int) -> None:
    assert removals(make_job(guard_number=2), number) == held


def test_more_than_the_percentage_of_the_accounts_are_held() -> None:
    job = make_job(guard_percent=3)
    for _ in range(50):
        make_state(job, make_user())

    assert (removals(job, 1), removals(job, 2)) == (0, 2)


def test_without_the_guard_nothing_is_held() -> None:
    assert removals(make_job(guard=False, guard_number=1), 3) == 0
