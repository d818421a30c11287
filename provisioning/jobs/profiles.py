"""How one application differs from others of its kind: its profile, by where each setting comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
from django.db import transaction
from django.utils import timezone

from provisioning.connectors import connector_class, scim_profile
from provisioning.connectors.base import ConnectionReport, Connector
from provisioning.connectors.scim_profile import Profile, Source
from provisioning.models import Credentials, EnterpriseApplication, ProvisioningJob
from provisioning.texts import Message

REPORT = "report"
"""Where the report of the newest test stands, beside what it showed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a connection test told, and when."""

    at: datetime
    signed_in_as: str
    findings: tuple[Message, ...]


def layers(application: EnterpriseApplication) -> Mapping[str, Mapping[str, Any]]:
    """The settings of each source by name; the default ones are not among them."""
    kept = application.profile
    return {
        Source.DISCOVERED: kept.get(Source.DISCOVERED, {}),
        Source.GALLERY: application.template.profile,
        Source.ADMINISTRATOR: kept.get(Source.ADMINISTRATOR, {}),
    }


def profile_of(application: EnterpriseApplication) -> Profile:
    """Every setting as it counts, with where it comes from."""
    return scim_profile.made({Source(name): values for name, values in layers(application).items()})


def kind_of(application: EnterpriseApplication) -> type[Connector] | Connector:
    """What the application's connector can do, by its profile where it has one; nobody is asked anything."""
    found = connector_class(application.template.connector)
    if not found.has_profile:
        return found
    made = found({}, requests.Session())
    made.adapt(layers(application))
    return made


@transaction.atomic
def learn(application_id: int, report: ConnectionReport | None, now: datetime | None = None) -> None:
    """Keep what a passed test of the saved credentials showed, and its report, in the place of an earlier one's."""
    if report is None:
        return
    row = EnterpriseApplication.objects.select_for_update(no_key=True).get(pk=application_id)
    if not connector_class(row.template.connector).has_profile:
        return
    told = {
        "at": (now or timezone.now()).isoformat(),
        "signed_in_as": report.signed_in_as,
        "findings": [each.as_json() for each in report.findings],
    }
    row.profile = {**row.profile, Source.DISCOVERED.value: dict(report.learned), REPORT: told}
    row.save(update_fields=["profile"])


@transaction.atomic
def remember(application_id: int, found_out: Mapping[str, Any]) -> None:
    """Keep what the application's answers to a worker showed, until the next passed test."""
    row = EnterpriseApplication.objects.select_for_update(no_key=True).get(pk=application_id)
    found = {**row.profile.get(Source.DISCOVERED, {}), **found_out}
    if row.profile.get(Source.DISCOVERED, {}) != found:
        row.profile = {**row.profile, Source.DISCOVERED.value: found}
        row.save(update_fields=["profile"])


@transaction.atomic
def learn_of_saved(job: ProvisioningJob, report: ConnectionReport | None, now: datetime) -> bool:
    """Keep what a passed test with the credentials of this job showed. False when others were saved meanwhile."""
    tested = Credentials.objects.filter(pk=job.credentials.pk, locked=job.credentials.locked)
    is_same = tested.update(tested_at=now) == 1
    if is_same:
        learn(job.application_id, report, now)
    return is_same


def report_of(application: EnterpriseApplication) -> Report | None:
    """What the newest test that was kept told; None before there was one."""
    kept = application.profile.get(REPORT)
    if not kept:
        return None
    findings = tuple(Message.from_json(each) for each in kept["findings"])
    return Report(at=datetime.fromisoformat(kept["at"]), signed_in_as=kept["signed_in_as"], findings=findings)
