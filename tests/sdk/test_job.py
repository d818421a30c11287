"""Microsoft's own SDK sets an application up, runs its job and reads the logs."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from provisioning import tasks
from provisioning.jobs import deletion, on_demand
from provisioning.jobs import run as cycles
from provisioning.models import EnterpriseApplication, ProvisioningJob
from tests.factories import make_user
from tests.goto_service import GotoService
from tests.sdk.https_portal import run

pytestmark = pytest.mark.sdk
ENOUGH = 20
"""A cycle of one person takes fewer tasks."""


def work(job_id: int) -> None:
    """What a cluster would do."""
    for _ in range(ENOUGH):
        cycles.run(job_id)
        if not ProvisioningJob.objects.get(pk=job_id).cycles.filter(status="running").exists():
            return


@pytest.fixture(autouse=True)
def workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is queued is done at once, after the commit."""
    monkeypatch.setattr(tasks, "queue_job", lambda key: transaction.on_commit(lambda: work(key)))
    monkeypatch.setattr(tasks, "queue_run", lambda key: transaction.on_commit(lambda: on_demand.run(key)))
    monkeypatch.setattr(
        tasks, "queue_deletion", lambda key: transaction.on_commit(lambda: deletion.run(key, timezone.now()))
    )


def test_the_sdk_drives_a_whole_job(portal: Mapping[str, str], service: GotoService) -> None:
    bo = make_user(display_name="Bo Berg")
    pairs = {
        "UserName": service.admin,
        "Password": service.admin_password,
        "ClientIdentifier": service.client_id,
        "ClientSecret": service.client_secret,
        "Oauth2TokenExchangeUri": service.token_url,
        "BaseAddress": service.url,
    }

    found: dict[str, Any] = run("run_job.py", portal, user=str(bo.object_id), pairs=pairs)

    assert found == {
        "wrong": ["400", "InvalidCredentials"],
        "jobs": [True],
        "status": ["Active", "Succeeded", 1, {"User": 1}, "Active"],
        "on_demand": ["Skipped", str(bo.object_id)],
        "schema": [["email", "firstName"], True, True, "Append", "Citrix GoToMeeting"],
        "paused": "Paused",
        "logs": ["create", "success", "Bo Berg", "scoping", "By SDK"],
        "left": [],
    }
    assert service.account(bo.user_principal_name)
    assert not EnterpriseApplication.objects.exists()
