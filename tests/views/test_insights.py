"""Insights: charts of one application or of all over some time."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from provisioning.choices import Action, CycleStatus, Status
from provisioning.jobs.activity_counts import count
from provisioning.models import Cycle, ProvisioningJob
from tests.factories import make_application, make_cycle, make_job
from tests.views.reading import words

NOW = timezone.now()


@pytest.fixture
def job(db: None) -> ProvisioningJob:
    return make_job(make_application("Citrix GoToMeeting"), {"username": "a"}, is_on=True)


@pytest.fixture
def filled(job: ProvisioningJob) -> ProvisioningJob:
    for days in range(3):
        kinds = [(Action.CREATE, Status.SUCCESS, "")] * 9 + [(Action.UPDATE, Status.FAILURE, "EntryConflict")]
        count(job.pk, kinds, NOW - timedelta(days=days))
    start = NOW - timedelta(hours=1)
    make_cycle(job, status=CycleStatus.COMPLETED, started_at=start, ended_at=start + timedelta(seconds=95))
    return job


def page(job: ProvisioningJob) -> str:
    return f"{job.application.get_absolute_url()}insights/"


def test_the_summary_tells_the_time_in_numbers(signed_in: Client, filled: ProvisioningJob) -> None:
    text = words(signed_in.get(page(filled)))

    assert "Accounts created to date 27 Success rate 90.0 % Created 27 Updated 0" in text
    assert "Failures 3 Cycles 1" in text


def test_each_chart_is_drawn_twice_named_and_told_as_a_table(signed_in: Client, filled: ProvisioningJob) -> None:
    html = signed_in.get(page(filled)).content.decode()

    drawings = [ElementTree.fromstring(each) for each in re.findall(r'<svg class="chart.*?</svg>', html, re.DOTALL)]
    assert len(drawings) == 8
    ids = re.findall(r'<(?:title|desc) id="([^"]*)"', html)
    assert len(ids) == len(set(ids)) == 16
    for each in drawings:
        assert set((each.get("aria-labelledby") or "").split()) <= set(ids)
    assert html.count("<caption") == 5
    assert "1 min 35 s" in words(html)


def test_nothing_is_drawn_outside_of_its_frame(signed_in: Client, filled: ProvisioningJob) -> None:
    html = signed_in.get(f"{page(filled)}?date=day").content.decode()

    for each in re.findall(r'<svg class="chart.*?</svg>', html, re.DOTALL):
        drawing = ElementTree.fromstring(each)
        width, height = map(float, (drawing.get("viewBox") or "").split()[2:])
        for rect in drawing.iter("rect"):
            x, y, wide, high = (float(rect.get(name) or 0) for name in ("x", "y", "width", "height"))
            assert min(x, y) >= 0
            assert (x + wide <= width + 0.2, y + high <= height) == (True, True)


def test_an_error_leads_to_its_entries_of_that_time(signed_in: Client, filled: ProvisioningJob) -> None:
    html = signed_in.get(f"{page(filled)}?since=2026-01-01&until=2026-01-31").content.decode()
    assert "EntryConflict" not in html

    html = signed_in.get(page(filled)).content.decode()
    link = re.search(r'href="([^"]*code=EntryConflict[^"]*)"', html)
    assert link
    assert signed_in.get(link[1].replace("&amp;", "&")).status_code == 200


def test_all_applications_are_told_with_their_shares(signed_in: Client, filled: ProvisioningJob) -> None:
    count(make_job(make_application("Other App")).pk, [(Action.CREATE, Status.FAILURE, "Timeout")], NOW)

    text = words(signed_in.get("/insights/"))

    assert "Other App 0 1 0.0 %" in text
    assert "Citrix GoToMeeting 27 3 90.0 %" in text


@pytest.mark.parametrize("query", ["", "date=day", "date=year", "date=bad", "since=2020-01-01", "until=2999-01-01"])
def test_every_time_can_be_asked_for(signed_in: Client, job: ProvisioningJob, query: str) -> None:
    answer = signed_in.get(f"{page(job)}?{query}")

    assert answer.status_code == 200
    assert "Nothing in this time" in words(answer)


def test_own_days_are_named_and_bounded(signed_in: Client, job: ProvisioningJob) -> None:
    text = words(signed_in.get(f"{page(job)}?since=2026-01-01&until=2026-01-31"))

    assert "Date : 1 Jan 2026 – 31 Jan 2026" in text
    assert "Date : 27 Dec 2024 – 31 Jan 2026" in words(signed_in.get(f"{page(job)}?since=2000-01-01&until=2026-01-31"))


def test_a_change_of_the_time_swaps_the_charts_alone(signed_in: Client, filled: ProvisioningJob) -> None:
    answer = signed_in.get(f"{page(filled)}?date=month", headers={"HX-Request": "true"})

    assert answer.headers["HX-Push-Url"].endswith("?date=month")
    assert "<html" not in answer.content.decode()
    assert Cycle.objects.count() == 1
