"""The settings of an application's profile as people see and change them: each with where it comes from."""

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

import requests
from django.db import transaction
from django.utils.translation import gettext_noop

from portal.accounts.audit import Doer, record
from provisioning.connectors import connector_class, scim_profile
from provisioning.connectors.scim_profile import FIELDS, Source, made
from provisioning.errors import SettingsInvalid
from provisioning.jobs import profiles
from provisioning.jobs.rules import saved_credentials
from provisioning.jobs.save import SavedMeanwhile
from provisioning.jobs.schemas import added_to
from provisioning.models import EnterpriseApplication, ProvisioningJob
from provisioning.texts import Message

SAVE_PROFILE = gettext_noop("Save profile of application")
DECIDING = frozenset({"never_send", "multi_valued_max", "users_path", "groups_path"})
"""Those that decide what accounts are to have, or which: a change makes the next cycle look at everybody.

The others decide how requests are written. What failed because of them is tried again anyway.
"""

Layers = Mapping[Source, Mapping[str, Any]]


class Faulty(Exception):
    """Settings that no profile can have; `faults` says what is wrong with each."""

    def __init__(self, faults: list[Message]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One setting as it counts. `implied`: nobody set it; it follows from the form of PATCH.

    `beneath`: what it would be, and where that would come from, were it not set here.
    """

    name: str
    value: Any
    origin: Source
    implied: bool = False
    beneath: "Standing | None" = None

    @property
    def is_set_here(self) -> bool:
        return self.beneath is not None

    def as_json(self) -> dict[str, Any]:
        """As the audit trail has it."""
        return {"value": _plain(self.value), "origin": self.origin.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The job, and the names of the settings that are other ones now. `decides`: everybody is looked at again."""

    job: ProvisioningJob
    names: Collection[str]
    decides: bool


def standings(job: ProvisioningJob) -> Mapping[str, Standing]:
    """Every setting by name."""
    layers = _layers(job)
    own = layers[Source.ADMINISTRATOR]
    found = _without_beneath(layers)
    for name in own.keys() & FIELDS.keys():
        rest = {**layers, Source.ADMINISTRATOR: {key: value for key, value in own.items() if key != name}}
        whole = found[name]
        found[name] = Standing(
            name=name, value=whole.value, origin=Source.ADMINISTRATOR, beneath=_without_beneath(rest)[name]
        )
    return found


def version_of(application: EnterpriseApplication) -> str:
    """Another one whenever a setting was changed, here or by a test."""
    text = json.dumps(profiles.layers(application), sort_keys=True, default=_plain)
    return blake2s(text.encode(), digest_size=8).hexdigest()


@transaction.atomic
def change(job_id: int, version: str, edits: Mapping[str, Any], resets: Collection[str], by: Doer) -> Changed | None:
    """Set these settings here, and give those back to where they come from; None when they were like this already.

    Raises SavedMeanwhile when the profile has another version, and Faulty; both with nothing done.
    """
    job = ProvisioningJob.objects.select_for_update(no_key=True).get(pk=job_id)
    row = EnterpriseApplication.objects.select_for_update(no_key=True).get(pk=job.application_id)
    if version_of(row) != version:
        raise SavedMeanwhile
    if faults := scim_profile.faults(edits):
        raise Faulty(faults)
    job.application = row
    before, kept = standings(job), row.profile.get(Source.ADMINISTRATOR, {})
    wanted = {**kept, **{name: _plain(value) for name, value in edits.items()}}
    wanted = {name: value for name, value in wanted.items() if name not in resets}
    if wanted == kept:
        return None
    row.profile = {**row.profile, Source.ADMINISTRATOR.value: wanted}
    row.save(update_fields=["profile"])
    return _follow(job, before, standings(job), by)


def attributes(job: ProvisioningJob) -> tuple[frozenset[str], frozenset[str]]:
    """The target attributes of users and groups with those that were added, and those by which one searches."""
    added = added_to(job.application)
    schemas = connector_class(job.application.template.connector).schemas
    every = [each for type_, schema in schemas.items() for each in (*schema.attributes, *added.get(type_, ()))]
    return frozenset(each.name for each in every), frozenset(each.name for each in every if each.can_match)


def _follow(job: ProvisioningJob, before: Mapping[str, Standing], after: Mapping[str, Standing], by: Doer) -> Changed:
    names = [name for name in FIELDS if before[name].as_json() != after[name].as_json()]
    decides = any(before[name].value != after[name].value for name in DECIDING)
    if decides:
        job.reconfigured()
        job.save(update_fields=["config_version", "watermark"])
    old, new = ({name: side[name].as_json() for name in names} for side in (before, after))
    record(by, SAVE_PROFILE, job.application, old, new)
    return Changed(job=job, names=names, decides=decides)


def _layers(job: ProvisioningJob) -> dict[Source, Mapping[str, Any]]:
    """With what the saved Tenant URL says."""
    found = {Source(name): values for name, values in profiles.layers(job.application).items()}
    with suppress(SettingsInvalid):
        kind = connector_class(job.application.template.connector)
        found[Source.ADDRESS] = kind(saved_credentials(job), requests.Session()).profile_of_credentials()
    return found


def _without_beneath(layers: Layers) -> dict[str, Standing]:
    profile = made(layers)
    named = {name for settings in layers.values() for name in settings}
    return {
        name: Standing(name=name, value=value, origin=profile.origin(name), implied=_is_implied(profile, name, named))
        for name, value in profile.settings().items()
    }


def _is_implied(profile: scim_profile.Profile, name: str, named: Collection[str]) -> bool:
    return profile.origin(name) is not Source.DEFAULT and name not in named


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value
