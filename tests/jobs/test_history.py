"""The history of a configuration: every change is kept with what was before, and one can go back."""

from datetime import UTC, datetime

import pytest

from portal.accounts.models import Account, AuditEntry
from provisioning.choices import ObjectType
from provisioning.jobs import history, mappings, sweep
from provisioning.jobs.configuration import configuration
from provisioning.jobs.save import SavedMeanwhile
from provisioning.jobs.schema_change import ROLL_BACK, Replacement, replace_configuration
from provisioning.jobs.schema_reading import read
from provisioning.models import ConfigurationVersion, ProvisioningJob
from tests.factories import make_administrator, make_job

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
NOW = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)
USER = ObjectType.USER


@pytest.fixture
def by(db: None) -> Account:
    return make_administrator(display_name="Mia Chen")


def loaded() -> ProvisioningJob:
    return ProvisioningJob.objects.select_related("application__directory").get()


def save_locale(job: ProvisioningJob, by: Account, source: str) -> ProvisioningJob:
    """One change of the row that maps the language."""
    row = job.mappings.get().rows.get(target="locale")
    with mappings.editing(job.pk, job.saves, by, NOW, mappings.EDIT_ROW):
        mappings.save_row(row, {name: getattr(row, name) for name in mappings.ROW_FIELDS} | {"source": source}, by)
    return loaded()


def go_back(job: ProvisioningJob, version: ConfigurationVersion, by: Account) -> ProvisioningJob:
    then = read(job, configuration(job), version.before)
    assert then.configuration is not None
    asked = Replacement(job=job, current=configuration(job), wanted=then.configuration, activity=ROLL_BACK)
    return replace_configuration(asked, by, NOW)


def test_a_change_is_kept_with_its_person_time_and_difference(by: Account) -> None:
    save_locale(make_job(), by, "country")

    version = ConfigurationVersion.objects.get()
    assert (version.number, version.saved_by, version.saved_at) == (2, "Mia Chen", NOW)
    assert version.activity == "Edit attribute of mapping"
    assert [(each["name"], each["old"], each["new"]) for each in version.changes] == [
        ("locale", {"source": "preferredLanguage"}, {"source": "country"})
    ]


def test_a_change_that_changes_nothing_is_not_kept(by: Account) -> None:
    save_locale(make_job(), by, "preferredLanguage")

    assert not ConfigurationVersion.objects.exists()


def test_restoring_the_defaults_is_kept(by: Account) -> None:
    job = save_locale(make_job(), by, "country")

    mappings.restore(job.pk, by, NOW)

    newest = ConfigurationVersion.objects.first()
    assert newest is not None
    assert (newest.activity, newest.changes[0]["new"]) == (mappings.RESTORE, {"source": "preferredLanguage"})


def test_going_back_to_before_a_change_takes_the_later_ones_along(by: Account) -> None:
    job = make_job(watermark=7)
    before = configuration(job)
    first = save_locale(job, by, "country")
    last = save_locale(first, by, "city")

    job = go_back(last, ConfigurationVersion.objects.get(number=2), by)

    assert configuration(job) == before
    assert (job.config_version, job.watermark, job.saves) == (4, None, 3)


def test_going_back_is_audited_and_can_be_taken_back_itself(by: Account) -> None:
    job = save_locale(make_job(), by, "country")
    wanted = configuration(job)
    job = go_back(job, ConfigurationVersion.objects.get(number=2), by)

    entry = AuditEntry.objects.first()
    job = go_back(job, ConfigurationVersion.objects.get(number=3), by)

    assert entry is not None
    assert (entry.activity, entry.new) == (
        ROLL_BACK,
        {"User attribute mapping locale": {"source": "preferredLanguage"}},
    )
    assert configuration(job) == wanted


def test_nothing_is_replaced_when_somebody_saved_meanwhile(by: Account) -> None:
    job = make_job()
    old, seen = loaded(), configuration(job)
    save_locale(job, by, "country")

    with pytest.raises(SavedMeanwhile):
        replace_configuration(Replacement(job=old, current=seen, wanted=seen), by, NOW)


def test_the_sweep_takes_versions_beyond_the_newest_of_each_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "KEPT", 2)
    jobs = [make_job(), make_job()]
    for job, numbers in zip(jobs, ([2, 3, 5, 9], [4, 6]), strict=True):
        for number in numbers:
            ConfigurationVersion.objects.create(job=job, number=number, saved_at=NOW, before={})

    assert sweep.versions() == 2
    assert {each.number for each in jobs[0].versions.all()} == {5, 9}
    assert jobs[1].versions.count() == 2


def test_two_hundred_are_kept() -> None:
    assert history.KEPT == 200
