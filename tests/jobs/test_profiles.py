"""The profile of an application: kept by where each setting comes from, and in force wherever it is asked for."""

import pytest

from portal.accounts.models import AuditEntry
from provisioning import gallery
from provisioning.choices import ObjectType
from provisioning.connectors.base import ConnectionReport
from provisioning.connectors.scim import Scim
from provisioning.jobs import profiles, rules, setup
from provisioning.models import EnterpriseApplication
from tests.factories import make_application, make_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def application() -> EnterpriseApplication:
    made = setup.create_application(gallery.application("scim"), "Fabrikam")
    make_job(made, credentials={"tenant_url": "https://scim.fabrikam.example"})
    return made


def report(**learned: object) -> ConnectionReport:
    return ConnectionReport(
        signed_in_as="x", learned={name.replace("__", "."): value for name, value in learned.items()}
    )


def test_what_a_test_showed_is_in_force_in_every_connector(application: EnterpriseApplication) -> None:
    profiles.learn(application.pk, report(filter__supported=False, members__chunk=50))

    application.refresh_from_db()
    target = rules.connector(application, {"tenant_url": "https://scim.fabrikam.example"})

    assert isinstance(target, Scim)
    assert (target.can_filter, target.members_per_request, target.label) == (False, 50, "Fabrikam")
    assert profiles.kind_of(application).can_filter is False
    assert profiles.profile_of(application).origin("members.chunk") == "discovered"


def test_a_later_test_takes_the_place_of_an_earlier_one(application: EnterpriseApplication) -> None:
    profiles.learn(application.pk, report(filter__supported=False))
    profiles.learn(application.pk, report(id_type="number"))
    profiles.learn(application.pk, None)

    application.refresh_from_db()
    assert application.profile == {"discovered": {"id_type": "number"}}


def test_what_an_administrator_chose_outweighs_it_and_the_next_cycle_looks_at_everybody(
    application: EnterpriseApplication,
) -> None:
    profiles.learn(application.pk, report(filter__supported=False))
    before = application.job.config_version

    profiles.choose(application.job.pk, {"filter.supported": True, "patch.style": "microsoft"}, "ada")
    profiles.choose(application.job.pk, {"filter.supported": True, "patch.style": "microsoft"}, "ada")

    application = EnterpriseApplication.objects.get(pk=application.pk)
    profile = profiles.profile_of(application)
    assert (profile.filter_supported, profile.patch_op_case) == (True, "capital")
    assert profile.origin("filter.supported") == "administrator"
    assert application.job.config_version == before + 1
    assert AuditEntry.objects.filter(activity="Save profile of application").count() == 1


def test_settings_that_no_profile_can_have_change_nothing(application: EnterpriseApplication) -> None:
    with pytest.raises(profiles.Faulty, match=r"no setting.*must be at least 1"):
        profiles.choose(application.job.pk, {"colour": "red", "members.chunk": 0}, "ada")

    application.refresh_from_db()
    assert application.profile == {}


def test_other_connectors_have_no_profile() -> None:
    application = make_application("Our GoTo")

    profiles.learn(application.pk, report(id_type="number"))

    application.refresh_from_db()
    assert application.profile == {}
    assert profiles.kind_of(application).schemas[ObjectType.USER].name
