"""The page Provisioning: settings of cycles, of the guard and of the pace."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from portal.accounts.models import AuditEntry
from provisioning.choices import Scope
from provisioning.models import ProvisioningJob
from tests.factories import make_job
from tests.html_forms import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> ProvisioningJob:
    """Set up, and Off."""
    return make_job(credentials={"username": "admin@contoso.example", "password": "Kept-secret-1"})


def address(job: ProvisioningJob) -> str:
    return f"/applications/{job.application.application_id}/provisioning/"


@pytest.fixture
def page(signed_in: Client) -> Callable[..., str]:
    def get(job: ProvisioningJob) -> str:
        return signed_in.get(address(job)).content.decode()

    return get


@pytest.fixture
def save(signed_in: Client, page: Callable[..., str]) -> Callable[..., HttpResponse]:
    """Open the page, edit it and save."""

    def post(job: ProvisioningJob, **edits: Any) -> HttpResponse:
        return signed_in.post(address(job), fields_of(page(job), "edit", **edits))

    return post


def test_the_settings_of_cycles_are_saved_together(save: Callable[..., HttpResponse], job: ProvisioningJob) -> None:
    edits = {"guard_number": "25", "guard_percent": "5", "rate_limit": "2.5", "nested_groups": "on"}
    answer = save(job, interval_minutes="change", skip_out_of_scope_deletions="on", **edits)

    assert answer.status_code == 303
    job.refresh_from_db()
    assert (job.on_change, job.interval_minutes) == (True, 20)
    assert (job.guard_number, job.guard_percent, job.rate_limit) == (25, 5, 2.5)
    assert (job.nested_groups, job.skip_out_of_scope_deletions) == (True, True)
    assert AuditEntry.objects.get().new["Requests per second"] == 2.5


def test_an_interval_in_place_of_changes_ends_them(save: Callable[..., HttpResponse], job: ProvisioningJob) -> None:
    ProvisioningJob.objects.filter(pk=job.pk).update(on_change=True)

    save(job, interval_minutes="40")

    job.refresh_from_db()
    assert (job.on_change, job.interval_minutes) == (False, 40)


def test_while_changes_start_cycles_the_longest_wait_is_said(page: Callable[..., str], job: ProvisioningJob) -> None:
    ProvisioningJob.objects.filter(pk=job.pk).update(on_change=True)

    html = page(job)

    assert '<option value="change" selected>' in html
    assert "A cycle starts seconds after a change, and after 20 minutes at the latest." in html


@pytest.mark.parametrize(
    ("name", "value"), [("guard_number", "0"), ("guard_percent", "101"), ("rate_limit", "0"), ("rate_limit", "fast")]
)
def test_a_wrong_number_is_told_in_place_and_kept(
    save: Callable[..., HttpResponse], job: ProvisioningJob, name: str, value: str
) -> None:
    answer = save(job, scope=Scope.ALL, **{name: value})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{name}_error"' in html
    assert f'value="{value}"' in html
    job.refresh_from_db()
    assert job.scope == Scope.ASSIGNED


def test_thresholds_are_not_looked_at_while_the_guard_is_off(
    save: Callable[..., HttpResponse], job: ProvisioningJob
) -> None:
    assert save(job, guard=None, guard_number="", guard_percent="0").status_code == 303

    job.refresh_from_db()
    assert (job.guard, job.guard_number, job.guard_percent) == (False, 500, 10)


def test_an_empty_rate_is_the_connectors_own(save: Callable[..., HttpResponse], job: ProvisioningJob) -> None:
    ProvisioningJob.objects.filter(pk=job.pk).update(rate_limit=3)

    save(job, rate_limit="")

    job.refresh_from_db()
    assert job.rate_limit is None
