"""The methods of signing in on the page Provisioning: each asks for its own settings, and keeps no others."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from provisioning.connectors.goto_settings import METHODS
from provisioning.connectors.scim_settings import METHODS as SCIM_METHODS
from provisioning.forms.provisioning import ProvisioningForm
from provisioning.models import ProvisioningJob
from tests.factories import make_job
from tests.forms.test_provisioning import SAVED, loaded, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> ProvisioningJob:
    return loaded(make_job(credentials=SAVED))


def by_token(job: ProvisioningJob, **edits: Any) -> ProvisioningForm:
    return sent(job, credentials_sign_in="personal_access_token", **edits)


def test_a_method_asks_for_its_own_settings_only(job: ProvisioningJob) -> None:
    form = by_token(job, credentials_username="", credentials_password="")

    assert [bound.name for bound in form.wrong_settings] == ["credentials_pat"]


def test_what_belongs_to_another_method_is_not_kept(job: ProvisioningJob) -> None:
    credentials = by_token(job, credentials_pat="A-token-1").wanted().credentials

    assert credentials == {
        **SAVED,
        "sign_in": "personal_access_token",
        "pat": "A-token-1",
        "username": "",
        "password": "",
    }


def test_a_method_that_there_is_not_is_refused(job: ProvisioningJob) -> None:
    assert "credentials_sign_in" in sent(job, credentials_sign_in="guess").errors


def test_each_field_says_to_the_style_sheet_for_which_methods_it_is(job: ProvisioningJob) -> None:
    css = {bound.name: css for bound, css in ProvisioningForm(job).plain_rows}

    assert css == {
        "credentials_sign_in": "",
        "credentials_username": "by-method by-password",
        "credentials_password": "by-method by-password",
        "credentials_pat": "by-method by-personal_access_token",
    }


@pytest.mark.parametrize("method", sorted({each.value for each in (*METHODS, *SCIM_METHODS)}))
def test_the_style_sheet_hides_what_is_not_for_a_method(method: str) -> None:
    css = (Path(settings.BASE_DIR) / "static/css/content.css").read_text()

    assert f'form:has(option[value="{method}"]:checked) .by-method:not(.by-{method})' in css
