"""Runs of the SCIM validator against the stand-in, and what they found."""

from typing import Any

from django.utils import timezone

from portal.accounts.models import Account
from provisioning.jobs import validating, validator
from provisioning.jobs.validator import Wanted
from provisioning.models import ValidatorRun
from tests.goto_service import GotoService


def asked(service: GotoService, admin: Account, *, writes: bool = True, **more: Any) -> ValidatorRun:
    credentials = {"sign_in": "bearer", "tenant_url": service.scim2_url, "token": service.scim2_token}
    credentials |= more.pop("credentials", {})
    row, _ = validator.ask(Wanted(credentials=credentials, writes=writes, **more), admin, timezone.now())
    return row


def ran(row: ValidatorRun) -> ValidatorRun:
    validating.run(row.pk, sleep=lambda seconds: None)
    row.refresh_from_db()
    return row


def failing(row: ValidatorRun) -> set[str]:
    return {each["name"] for each in row.findings if each["verdict"] == "fails"}
