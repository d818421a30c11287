"""Health and figures for those who watch the portal."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from provisioning.choices import CycleStatus
from provisioning.jobs.activity_counts import count
from provisioning.models import Beat, ProvisioningJob
from tests.factories import make_application, make_cycle, make_job

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def job() -> ProvisioningJob:
    start = NOW - timedelta(minutes=10)
    return make_job(make_application("Citrix GoToMeeting"), {"username": "a"}, is_on=True, next_start_at=start)


def figures(client: Client) -> dict[str, float]:
    text = client.get("/metrics").content.decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {" ".join([each.name, *_told(each.labels)]): each.value for each in samples}


def _told(labels: dict[str, str]) -> list[str]:
    return [value for name, value in sorted(labels.items()) if name != "application_id"]


def test_health_tells_for_how_long_work_has_waited(client: Client, job: ProvisioningJob) -> None:
    told = client.get("/healthz").json()

    assert told["status"] == "ok"
    assert told["oldestDueSeconds"] >= 600


def test_the_figures_are_those_of_the_rows(client: Client, job: ProvisioningJob) -> None:
    make_cycle(job, status=CycleStatus.COMPLETED, created=3, failed=1)
    count(job.pk, [("create", "failure", "EntryConflict")], NOW)
    Beat.objects.create(host="here", cluster="cycles", beat_at=NOW)

    found = figures(client)

    assert found["portal_oldest_due_seconds"] >= 600
    assert found["portal_due Cycles"] == 1
    assert found["portal_worker_beat_timestamp_seconds cycles here"] == pytest.approx(NOW.timestamp())
    assert found["provisioning_objects_total Citrix GoToMeeting created"] == 3
    assert found["provisioning_log_entries EntryConflict failure"] == 1
    assert found["portal_mails_unsent waiting"] == 0
    assert found["provisioning_on Citrix GoToMeeting"] == 1


def test_without_a_token_this_machine_alone_may_ask(client: Client) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 401


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via"])
def test_what_comes_through_a_proxy_is_not_this_machine(client: Client, name: str) -> None:
    assert client.get("/metrics", headers={name: "192.0.2.7"}).status_code == 401


def test_a_token_opens_it_from_anywhere_and_nothing_else_does(client: Client, settings: Settings) -> None:
    settings.PORTAL_METRICS_TOKEN = "a-token"

    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 401
    right = {"Authorization": "Bearer a-token"}
    assert client.get("/metrics", headers=right, REMOTE_ADDR="192.0.2.7").status_code == 200
