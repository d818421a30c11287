"""How one application differs from others of its kind: its profile, by where each setting comes from."""

from collections.abc import Mapping
from typing import Any

import requests
from django.db import transaction
from django.utils.translation import gettext_noop

from portal.accounts.audit import Doer, record
from provisioning.connectors import connector_class, scim_profile
from provisioning.connectors.base import ConnectionReport, Connector
from provisioning.connectors.scim_profile import Profile, Source
from provisioning.models import EnterpriseApplication, ProvisioningJob
from provisioning.texts import Message

SAVE_PROFILE = gettext_noop("Save profile of application")


class Faulty(Exception):
    """Settings that no profile can have; `faults` says what is wrong with each."""

    def __init__(self, faults: list[Message]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


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
def learn(application_id: int, report: ConnectionReport | None) -> None:
    """Keep what a passed test of the saved credentials showed, in the place of what an earlier one did."""
    if report is None:
        return
    row = EnterpriseApplication.objects.select_for_update(no_key=True).get(pk=application_id)
    if connector_class(row.template.connector).has_profile:
        _keep(row, Source.DISCOVERED, report.learned)


@transaction.atomic
def remember(application_id: int, found_out: Mapping[str, Any]) -> None:
    """Keep what the application's answers to a worker showed, until the next passed test."""
    row = EnterpriseApplication.objects.select_for_update(no_key=True).get(pk=application_id)
    _keep(row, Source.DISCOVERED, {**row.profile.get(Source.DISCOVERED, {}), **found_out})


@transaction.atomic
def choose(job_id: int, settings: Mapping[str, Any], by: Doer) -> None:
    """Take these settings for the administrator's, in the place of those before; the next cycle looks at everybody.

    Raises Faulty, with nothing done.
    """
    if faults := scim_profile.faults(settings):
        raise Faulty(faults)
    job = ProvisioningJob.objects.select_for_update(no_key=True).get(pk=job_id)
    row = EnterpriseApplication.objects.select_for_update(no_key=True).get(pk=job.application_id)
    old = row.profile.get(Source.ADMINISTRATOR, {})
    if old == dict(settings):
        return
    _keep(row, Source.ADMINISTRATOR, settings)
    job.reconfigured()
    job.save(update_fields=["config_version", "watermark"])
    record(by, SAVE_PROFILE, row, old, dict(settings))


def _keep(row: EnterpriseApplication, source: Source, settings: Mapping[str, Any]) -> None:
    """What is in force already writes no row."""
    if row.profile.get(source, {}) != dict(settings):
        row.profile = {**row.profile, source.value: dict(settings)}
        row.save(update_fields=["profile"])
