"""Where a cycle did something else than its preview said."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import Action, CycleKind, CycleStatus, Status
from provisioning.jobs.comparison import differences, follower, pairs
from provisioning.models import Cycle, ProvisioningJob
from tests.factories import make_activity, make_cycle, make_job, make_user
from tests.views.waiting import foretell, make_preview

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> ProvisioningJob:
    return make_job()


@pytest.fixture
def preview(job: ProvisioningJob) -> Cycle:
    return make_preview(job, started_at=timezone.now() - timedelta(hours=1))


@pytest.fixture
def cycle(job: ProvisioningJob, preview: Cycle) -> Cycle:
    return make_cycle(job, status=CycleStatus.COMPLETED)


def test_it_is_compared_with_the_first_cycle_that_was_completed_afterwards(
    job: ProvisioningJob, preview: Cycle, cycle: Cycle
) -> None:
    make_cycle(job, status=CycleStatus.COMPLETED, started_at=timezone.now() - timedelta(hours=2))
    make_cycle(job, status=CycleStatus.SUPERSEDED, started_at=preview.started_at)
    make_cycle(job, status=CycleStatus.COMPLETED, kind=CycleKind.RECONCILE, started_at=preview.started_at)
    make_cycle(job, status=CycleStatus.COMPLETED)

    assert follower(preview) == cycle


def test_the_same_outcome_is_no_difference(preview: Cycle, cycle: Cycle) -> None:
    user = make_user()
    changed = [{"displayName": "mail", "oldValue": None, "newValue": "a"}]
    foretell(preview, user, modified=changed)
    make_activity(cycle, user, modified=changed)

    assert differences(preview, cycle) == []


@pytest.mark.parametrize(
    "values",
    [
        {"action": Action.UPDATE},
        {"status": Status.FAILURE},
        {"modified": [{"displayName": "mail", "oldValue": None, "newValue": "b"}]},
    ],
)
def test_another_action_status_or_value_is_one(preview: Cycle, cycle: Cycle, values: dict[str, object]) -> None:
    user = make_user()
    row = foretell(preview, user, modified=[{"displayName": "mail", "oldValue": None, "newValue": "a"}])
    same = {"modified": row.modified}
    done = make_activity(cycle, user, **{**same, **values})

    (found,) = differences(preview, cycle)

    assert (found.foretold, found.done) == (row.pk, done.pk)


def test_what_only_one_of_them_has_is_one(preview: Cycle, cycle: Cycle) -> None:
    foretold = foretell(preview, make_user(display_name="Ada"))
    done = make_activity(cycle, make_user(display_name="Bo"))

    found = differences(preview, cycle)

    assert [(each.label, each.foretold, each.done) for each in found] == [
        ("Ada", foretold.pk, None),
        ("Bo", None, done.pk),
    ]


def test_of_several_entries_about_one_object_the_first_success_counts(preview: Cycle, cycle: Cycle) -> None:
    user = make_user()
    foretell(preview, user, modified=[])
    make_activity(cycle, user, status=Status.WARNING)
    make_activity(cycle, user)
    make_activity(cycle, user, action=Action.UPDATE)

    assert differences(preview, cycle) == []


def test_members_are_compared_apart_from_their_group(preview: Cycle, cycle: Cycle) -> None:
    user = make_user()
    foretell(preview, user, modified=[])
    foretell(preview, user, code="MembersAdded", action=Action.UPDATE, modified=[])
    make_activity(cycle, user)
    make_activity(cycle, user, code="MembersAdded", action=Action.UPDATE)

    assert differences(preview, cycle) == []


def test_the_id_of_an_account_that_was_not_there_yet_is_no_difference(preview: Cycle, cycle: Cycle) -> None:
    user = make_user()
    foretell(preview, user, modified=[{"displayName": "manager", "oldValue": None, "newValue": "preview-4"}])
    make_activity(cycle, user, modified=[{"displayName": "manager", "oldValue": None, "newValue": "8c1f"}])

    assert differences(preview, cycle) == []


@pytest.mark.parametrize("number", [1, 5])
def test_the_number_of_queries_does_not_grow(
    preview: Cycle, cycle: Cycle, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number):
        foretell(preview, make_user())
        make_activity(cycle, make_user())

    with django_assert_num_queries(4):
        assert len(pairs(differences(preview, cycle))) == 2 * number
