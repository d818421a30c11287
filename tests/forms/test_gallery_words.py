"""What the form of the page Provisioning says in the words of the gallery application."""

import pytest

from provisioning.forms.provisioning import ProvisioningForm
from tests.factories import make_application, make_job

pytestmark = pytest.mark.django_db


def test_labels_of_an_application_of_ones_own_have_its_name() -> None:
    form = ProvisioningForm(make_job(make_application("Fabrikam", "scim")))

    assert form.fields["credentials_username"].label == "Fabrikam Admin User Name"


def test_an_application_tells_where_its_address_is_found() -> None:
    form = ProvisioningForm(make_job(make_application("Slack", "slack")))

    assert "https://api.slack.com/scim/v2" in str(form.fields["credentials_tenant_url"].help_text)
