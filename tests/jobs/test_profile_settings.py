"""Settings of a profile that an administrator sets: they outweigh, can be taken back, and are in the audit trail."""

from typing import Any

import pytest

from portal.accounts.models import AuditEntry
from provisioning import gallery
from provisioning.connectors.base import ConnectionReport
from provisioning.jobs import profile_settings, profiles, setup
from provisioning.jobs.profile_settings import Changed, Faulty, change, standings, version_of
from provisioning.jobs.save import SavedMeanwhile
from provisioning.models import ProvisioningJob
from tests.factories import make_job

pytestmark = pytest.mark.django_db


def make(key: str = "scim", address: str = "https://scim.fabrikam.example") -> ProvisioningJob:
    made = setup.create_application(gallery.application(key), f"Fabrikam {key}")
    return make_job(made, credentials={"tenant_url": address}, watermark=0)


@pytest.fixture
def job() -> ProvisioningJob:
    return make()


def fresh(job: ProvisioningJob) -> ProvisioningJob:
    return ProvisioningJob.objects.select_related("application").get(pk=job.pk)


def set_here(job: ProvisioningJob, *resets: str, **edits: Any) -> Changed | None:
    named = {name.replace("__", "."): value for name, value in edits.items()}
    return change(job.pk, version_of(fresh(job).application), named, resets, "ada")


def origins(job: ProvisioningJob, *names: str) -> list[tuple[Any, str]]:
    found = standings(fresh(job))
    return [(found[name].value, found[name].origin) for name in names]


def test_what_is_set_here_outweighs_what_was_found_and_goes_back_to_it(job: ProvisioningJob) -> None:
    profiles.learn(job.application_id, ConnectionReport(signed_in_as="x", learned={"members.chunk": 50}))
    assert origins(job, "members.chunk", "etag") == [(50, "discovered"), (True, "default")]

    set_here(job, members__chunk=7)
    assert origins(job, "members.chunk") == [(7, "administrator")]
    under = standings(fresh(job))["members.chunk"].beneath
    assert under is not None
    assert (under.value, under.origin) == (50, "discovered")

    set_here(job, "members.chunk")
    assert origins(job, "members.chunk") == [(50, "discovered")]


def test_the_gallery_and_the_tenant_url_are_origins_too() -> None:
    job = make("slack", "https://api.slack.com/scim/v2?AzureAdScimPatch2017")

    assert origins(job, "rate", "patch.style") == [(3.0, "gallery"), ("microsoft", "address")]
    set_here(job, patch__style="rfc")
    assert origins(job, "patch.style") == [("rfc", "administrator")]


def test_what_follows_from_the_form_of_patch_is_set_by_nobody(job: ProvisioningJob) -> None:
    set_here(job, patch__style="microsoft", bool_style="boolean")

    found = standings(fresh(job))
    implied = {name for name, each in found.items() if each.implied}
    under = found["bool_style"].beneath
    assert implied == {"patch.op_case", "manager_style", "members.remove_style", "bulk.use"}
    assert under is not None
    assert (under.value, under.implied) == ("text", True)


@pytest.mark.parametrize(
    ("edits", "decides"),
    [
        ({"never_send": ["title"]}, True),
        ({"multi_valued_max": {"emails": 1}}, True),
        ({"users_path": "/People"}, True),
        ({"members__chunk": 7}, False),
        ({"patch__style": "microsoft"}, False),
    ],
)
def test_only_what_decides_what_accounts_have_makes_the_next_cycle_look_at_everybody(
    job: ProvisioningJob, edits: dict[str, Any], *, decides: bool
) -> None:
    changed = set_here(job, **edits)

    assert changed is not None
    after = fresh(job)
    assert changed.decides is decides
    assert (after.watermark is None, after.config_version > job.config_version) == (decides, decides)


def test_a_change_is_in_the_audit_trail_with_value_and_origin(job: ProvisioningJob) -> None:
    set_here(job, members__chunk=7)
    assert set_here(job, members__chunk=7) is None

    entry = AuditEntry.objects.get()
    assert (entry.activity, entry.who_name) == ("Save profile of application", "ada")
    assert entry.application == job.application.application_id
    assert entry.old == {"members.chunk": {"value": 100, "origin": "default"}}
    assert entry.new == {"members.chunk": {"value": 7, "origin": "administrator"}}


def test_who_saw_another_version_changes_nothing(job: ProvisioningJob) -> None:
    seen = version_of(fresh(job).application)
    set_here(job, members__chunk=7)

    with pytest.raises(SavedMeanwhile):
        change(job.pk, seen, {"etag": False}, (), "bo")
    assert origins(job, "members.chunk", "etag") == [(7, "administrator"), (True, "default")]


def test_a_report_alone_is_no_other_version(job: ProvisioningJob) -> None:
    seen = version_of(fresh(job).application)

    profiles.learn(job.application_id, ConnectionReport(signed_in_as="x"))

    assert version_of(fresh(job).application) == seen


def test_settings_that_no_profile_can_have_change_nothing(job: ProvisioningJob) -> None:
    with pytest.raises(Faulty, match=r"no setting.*must be at least 1"):
        set_here(job, colour="red", members__chunk=0)

    assert fresh(job).application.profile == {}


def test_attributes_that_were_added_can_be_named(job: ProvisioningJob) -> None:
    every, searched = profile_settings.attributes(job)

    assert {"userName", "displayName", "title"} <= every
    assert "title" not in searched
    assert {"userName", "externalId"} <= searched
