"""Cycles of an application, and one of them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import CycleKind, CycleStatus
from provisioning.models import Cycle, ProvisioningJob
from provisioning.texts import Message
from provisioning.views import cycles
from tests.factories import make_application, make_cycle, make_job, make_slice
from tests.views.reading import rows, words

NOW = timezone.now()


@pytest.fixture
def job(db: None) -> ProvisioningJob:
    return make_job(make_application("Citrix GoToMeeting"), {"username": "a"}, is_on=True)


def page_of(cycle: Cycle) -> str:
    return f"{cycle.job.application.get_absolute_url()}cycles/{cycle.cycle_id}/"


def list_of(job: ProvisioningJob) -> str:
    return f"{job.application.get_absolute_url()}cycles/"


def test_cycles_are_listed_newest_first_with_their_counts(signed_in: Client, job: ProvisioningJob) -> None:
    start = NOW - timedelta(hours=5)
    make_cycle(job, status=CycleStatus.COMPLETED, created=7, started_at=start, ended_at=start + timedelta(minutes=4))
    make_cycle(job, kind=CycleKind.INCREMENTAL, updated=2, failed=1)
    make_cycle(make_job())

    first, second = rows(signed_in.get(list_of(job)))

    assert " Incremental Running " in first
    assert first.endswith(" 0 2 0 0 0 0 1")
    assert second.endswith(" Initial Completed 4 min 7 0 0 0 0 0 0")


def test_without_a_cycle_the_list_says_when_the_first_one_comes(signed_in: Client, job: ProvisioningJob) -> None:
    assert "No cycle has run yet The first one begins" in words(signed_in.get(list_of(job)))


def test_many_cycles_come_in_pages(signed_in: Client, job: ProvisioningJob, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycles, "PAGE_SIZE", 2)
    for age in range(3):
        make_cycle(job, status=CycleStatus.COMPLETED, started_at=NOW - timedelta(minutes=age))

    assert len(rows(signed_in.get(list_of(job)))) == 2
    assert len(rows(signed_in.get(f"{list_of(job)}?page=2"))) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(
    signed_in: Client, job: ProvisioningJob, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for age in range(number):
        cycle = make_cycle(job, status=CycleStatus.COMPLETED, started_at=NOW - timedelta(minutes=age))
        make_slice(cycle)
        make_slice(cycle, low=age + 1)

    with django_assert_num_queries(7):
        signed_in.get(list_of(job))
    with django_assert_num_queries(7):
        signed_in.get(page_of(cycle))


def test_a_cycle_tells_kind_result_times_and_ids(signed_in: Client, job: ProvisioningJob) -> None:
    start = NOW - timedelta(hours=5)
    cycle = make_cycle(
        job, status=CycleStatus.COMPLETED, started_at=start, ended_at=start + timedelta(seconds=192), head=41
    )

    text = words(signed_in.get(page_of(cycle)))

    assert "Citrix GoToMeeting | Initial cycle, " in text
    assert "Kind Initial Result Completed Started" in text
    assert "Duration 3 min 12 s Looks at Everybody who is assigned or has an account" in text
    assert f"Cycle ID {cycle.cycle_id} Configuration version 1 Change numbers – → 41" in text


def test_counts_lead_to_their_entries(signed_in: Client, job: ProvisioningJob) -> None:
    cycle = make_cycle(job, status=CycleStatus.COMPLETED, created=1200, failed=2, unchanged=5, total=9, looked_at=9)

    page = signed_in.get(page_of(cycle))

    assert (
        "Created 1,200 Updated 0 Disabled 0 Deleted 0 Linked 0 Skipped 0 Held 0 Failed 2 No change needed 5"
        in words(page)
    )
    html = page.content.decode()
    assert f"logs/?cycle={cycle.cycle_id}&amp;status=success&amp;action=create" in html
    assert f"logs/?cycle={cycle.cycle_id}&amp;status=failure" in html
    assert "action=update" not in html


def test_an_interrupted_cycle_tells_why(signed_in: Client, job: ProvisioningJob) -> None:
    cycle = make_cycle(
        job,
        status=CycleStatus.INTERRUPTED,
        stop_code="InvalidCredentials",
        stop_message=Message("GoTo said %(what)s.", {"what": "no"}).as_json(),
    )

    text = words(signed_in.get(page_of(cycle)))

    assert "This cycle was interrupted GoTo said no. ( InvalidCredentials )" in text


@pytest.mark.parametrize("status", [CycleStatus.STOPPED, CycleStatus.SUPERSEDED])
def test_a_cycle_that_did_not_end_by_itself_says_so(
    signed_in: Client, job: ProvisioningJob, status: CycleStatus
) -> None:
    assert f"This cycle was {status}" in words(signed_in.get(page_of(make_cycle(job, status=status))))


def test_slices_tell_keys_worker_and_lease(signed_in: Client, job: ProvisioningJob) -> None:
    cycle = make_cycle(job)
    make_slice(cycle, high=500, owner="portal-1:4711", token=2, done_at=NOW)
    make_slice(cycle, low=500, owner="portal-2:12", token=1, expires_at=NOW + timedelta(hours=1))
    make_slice(cycle, low=1000, token=1, expires_at=NOW - timedelta(hours=1))

    done, held, open_ = rows(signed_in.get(page_of(cycle)))

    assert done.startswith("0 – 500 Users Objects (User) Done")
    assert done.endswith("portal-1:4711 2 –")
    assert held.startswith("500 – … Users Objects (User) In hand portal-2:12 1 ")
    assert open_.startswith("1000 – … Users Objects (User) Open – 1 ")


def test_of_very_many_slices_the_first_are_shown(
    signed_in: Client, job: ProvisioningJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycles, "SLICES", 1)
    cycle = make_cycle(job)
    make_slice(cycle)
    make_slice(cycle, low=7)

    page = signed_in.get(page_of(cycle))

    assert len(rows(page)) == 1
    assert "There are more; these are the first." in words(page)


def test_the_cycle_of_another_application_is_not_found(signed_in: Client, job: ProvisioningJob) -> None:
    other = make_cycle(make_job())

    assert signed_in.get(f"{list_of(job)}{other.cycle_id}/").status_code == 404


def test_strangers_are_sent_to_sign_in(client: Client, job: ProvisioningJob) -> None:
    assert client.get(list_of(job)).url.startswith("/sign-in/")
