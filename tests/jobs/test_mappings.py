"""Changes of mappings: whole, noted, and never ones that break the mapping."""

from datetime import UTC, datetime

import pytest

from portal.accounts.models import Account, AuditEntry
from provisioning.jobs import mappings as changes
from provisioning.jobs.save import SavedMeanwhile
from provisioning.models import ObjectMapping, ProvisioningJob
from tests.factories import make_administrator, make_job

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)


@pytest.fixture
def job() -> ProvisioningJob:
    return make_job(watermark=7)


@pytest.fixture
def mapping(job: ProvisioningJob) -> ObjectMapping:
    return job.mappings.get()


@pytest.fixture
def by() -> Account:
    return make_administrator(display_name="Mia Chen")


def test_a_change_counts_as_a_save_and_a_full_cycle_follows(job: ProvisioningJob, by: Account) -> None:
    with changes.editing(job.pk, 0, by, NOW):
        pass

    job.refresh_from_db()
    assert (job.saves, job.saved_by, job.saved_at) == (1, "Mia Chen", NOW)
    assert (job.config_version, job.watermark) == (2, None)


def test_a_change_that_fails_leaves_nothing(job: ProvisioningJob, mapping: ObjectMapping, by: Account) -> None:
    row = mapping.rows.get(target="locale")
    row.pk = None  # as if it had just been deleted by another hand

    with pytest.raises(ValueError, match="can't be deleted"), changes.editing(job.pk, 0, by, NOW):
        changes.delete_row(row, by)

    job.refresh_from_db()
    assert (job.saves, job.config_version, AuditEntry.objects.count()) == (0, 1, 0)


def test_an_old_page_changes_nothing(job: ProvisioningJob, by: Account) -> None:
    with pytest.raises(SavedMeanwhile), changes.editing(job.pk, 5, by, NOW):
        raise AssertionError("The change was made")


def test_the_only_matching_row_is_locked_when_nothing_else_requires_it(mapping: ObjectMapping) -> None:
    mapping.rows.filter(target="email").update(matching=0)
    mapping.rows.filter(target="locale").update(matching=1)
    rows = {row.target: row for row in mapping.rows.all()}

    assert changes.why_locked(rows["locale"], rows.values()).startswith("It is the only attribute")
    assert changes.why_locked(rows["email"], rows.values()) == "The application requires this attribute."
    assert changes.why_locked(rows["licenseKeys"], rows.values()) == ""


def test_mappings_of_the_gallery_have_not_strayed(job: ProvisioningJob) -> None:
    assert not changes.strayed(job).is_any


def test_a_switch_that_differs_is_told(job: ProvisioningJob, mapping: ObjectMapping) -> None:
    mapping.delete_objects = True
    mapping.save()

    assert changes.strayed(job) == changes.Strayed(switches=True)
