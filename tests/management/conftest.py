"""What tests of commands start from."""

import pytest

from provisioning.models import ProvisioningJob
from tests.factories import make_application, make_job
from tests.goto_service import GotoService


@pytest.fixture
def job(service: GotoService) -> ProvisioningJob:
    """Set up for the stand-in and switched On; nobody is assigned."""
    credentials = {
        "username": service.admin,
        "password": service.admin_password,
        "client_id": service.client_id,
        "client_secret": service.client_secret,
        "token_url": service.token_url,
        "api_url": service.url,
    }
    return make_job(make_application("GoTo"), credentials=credentials, is_on=True)
