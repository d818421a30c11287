"""What changes on the Overview while one looks at it."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from provisioning.choices import CycleStatus
from provisioning.models import Cycle, ProvisioningJob
from tests.factories import (
    make_cycle,
)
from tests.views.overviews import make_job_that_is_on, make_running_cycle, page_of, quarantine
from tests.views.reading import words

HTMX = {"HX-Request": "true"}


def seen(response: Any) -> str:
    """What the page says it shows."""
    found = re.search(r"\?seen=([\w.]+)", response.content.decode())
    assert found
    return found[1]


def poll(client: Client, job: ProvisioningJob, shown: str) -> Any:
    return client.get(f"{page_of(job)}status/", {"seen": shown}, headers=HTMX)


@pytest.fixture
def job(db: None) -> ProvisioningJob:
    return make_job_that_is_on()


@pytest.fixture
def running(job: ProvisioningJob) -> Cycle:
    return make_running_cycle(job)


def test_it_polls_fast_while_a_cycle_runs_and_slowly_otherwise(signed_in: Client, job: ProvisioningJob) -> None:
    assert 'hx-trigger="every 15s"' in signed_in.get(page_of(job)).content.decode()

    make_cycle(job)
    assert 'hx-trigger="every 2s"' in signed_in.get(page_of(job)).content.decode()


def test_it_polls_fast_while_a_start_is_due(signed_in: Client, job: ProvisioningJob) -> None:
    ProvisioningJob.objects.update(next_start_at=timezone.now())

    page = signed_in.get(page_of(job))

    assert 'hx-trigger="every 2s"' in page.content.decode()
    assert "Provisioning is scheduled to start." in words(page)


def test_nothing_new_is_answered_by_nothing(signed_in: Client, job: ProvisioningJob) -> None:
    make_cycle(job, status=CycleStatus.COMPLETED)

    assert poll(signed_in, job, seen(signed_in.get(page_of(job)))).status_code == 204


def test_new_numbers_come_without_frame_and_announcement(signed_in: Client, running: Cycle) -> None:
    shown = seen(signed_in.get(page_of(running.job)))
    Cycle.objects.update(looked_at=40, created=18)

    answer = poll(signed_in, running.job, shown)

    assert "40 of 50 objects" in words(answer)
    for part in ('id="cycle"', 'id="bars" hx-swap-oob', 'id="totals" hx-swap-oob', 'id="latest" hx-swap-oob'):
        assert part in answer.content.decode()
    assert 'id="said"' not in answer.content.decode()
    assert 'id="commands"' not in answer.content.decode()


def test_the_end_of_a_cycle_is_announced_once_with_badge_and_commands(signed_in: Client, running: Cycle) -> None:
    shown = seen(signed_in.get(page_of(running.job)))
    Cycle.objects.update(status=CycleStatus.COMPLETED, ended_at=timezone.now())

    answer = poll(signed_in, running.job, shown)

    html = answer.content.decode()
    assert "Initial cycle is completed: 24 succeeded, 5 skipped, 2 failed." in words(answer)
    assert 'id="state" hx-swap-oob="true"' in html
    assert 'id="commands" hx-swap-oob="true"' in html
    assert poll(signed_in, running.job, seen(answer)).status_code == 204


def test_every_part_that_is_swapped_is_on_the_page(signed_in: Client, job: ProvisioningJob) -> None:
    page = signed_in.get(page_of(job))
    make_cycle(job)

    answer = poll(signed_in, job, seen(page)).content.decode()

    swapped = re.findall(r'id="([\w-]+)" hx-swap-oob', answer)
    assert len(swapped) == 9
    assert [each for each in swapped if f'id="{each}"' not in page.content.decode()] == []


def test_another_layout_loads_the_page_anew(signed_in: Client, job: ProvisioningJob) -> None:
    shown = seen(signed_in.get(page_of(job)))
    quarantine(job)

    assert poll(signed_in, job, shown).headers["HX-Refresh"] == "true"


def test_the_address_of_the_poll_leads_a_person_to_the_page(signed_in: Client, job: ProvisioningJob) -> None:
    assert signed_in.get(f"{page_of(job)}status/").url == page_of(job)
