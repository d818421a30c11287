"""What the tests of the attribute mapping pages share: addresses, rows, and a second administrator."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from provisioning import gallery
from provisioning.choices import ObjectType
from provisioning.jobs import setup
from provisioning.models import AttributeMapping, ObjectMapping, ProvisioningJob
from tests.factories import make_administrator, make_job
from tests.html_forms import fields_of
from tests.jobs.world import TEMPLATE

CREDENTIALS = {"username": "admin@contoso.example", "password": "Kept-secret-1"}


def make_mapping() -> ObjectMapping:
    """The default mapping of a job that is set up and has looked at everybody."""
    return make_job(credentials=CREDENTIALS, watermark=7).mappings.get()


def make_memory_mapping(monkeypatch: pytest.MonkeyPatch) -> ObjectMapping:
    """The mapping of people of an application that takes custom attributes."""
    monkeypatch.setattr(gallery, "all_applications", lambda: (TEMPLATE,))
    application = setup.create_application(TEMPLATE, "In memory")
    return make_job(application, credentials={}, watermark=7).mappings.get(object_type=ObjectType.USER)


def row_of(mapping: ObjectMapping, target: str) -> AttributeMapping:
    return mapping.rows.get(target=target)


def job_of(mapping: ObjectMapping) -> ProvisioningJob:
    """The job as it is stored now."""
    return ProvisioningJob.objects.get(pk=mapping.job_id)


def address(mapping: ObjectMapping, page: str = "") -> str:
    return f"/applications/{mapping.job.application.application_id}/mappings/users/{page}"


def send(client: Client, url: str, form: str, **edits: Any) -> HttpResponse:
    """Open the page, edit its form and send it."""
    return client.post(url, fields_of(client.get(url).content.decode(), form, **edits))


def mia_saves(url: str, **edits: str) -> None:
    """Somebody else saves the same row."""
    mia = Client()
    mia.force_login(make_administrator(display_name="Mia Chen"))
    assert send(mia, url, "row", **edits).status_code == 303
