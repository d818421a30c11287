"""The profile of an application: kept by where each setting comes from, and in force wherever it is asked for."""

from datetime import UTC, datetime

import pytest

from provisioning import gallery
from provisioning.choices import ObjectType
from provisioning.connectors.base import ConnectionReport
from provisioning.connectors.scim import Scim
from provisioning.jobs import profiles, rules, setup
from provisioning.models import EnterpriseApplication
from provisioning.texts import gettext_noop, say
from tests.factories import make_application, make_job

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


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
    told = profiles.report_of(application)
    assert application.profile["discovered"] == {"id_type": "number"}
    assert told is not None
    assert (told.signed_in_as, told.findings) == ("x", ())


def test_the_report_of_a_test_is_kept_with_what_it_found(application: EnterpriseApplication) -> None:
    findings = (say(gettext_noop("Works: users can be listed; there are %(count)s."), count=3),)
    assert profiles.report_of(application) is None

    profiles.learn(application.pk, ConnectionReport(signed_in_as="ada", findings=findings), NOON)

    application.refresh_from_db()
    assert profiles.report_of(application) == profiles.Report(at=NOON, signed_in_as="ada", findings=findings)


def test_other_connectors_have_no_profile() -> None:
    application = make_application("Our GoTo")

    profiles.learn(application.pk, report(id_type="number"))

    application.refresh_from_db()
    assert application.profile == {}
    assert profiles.kind_of(application).schemas[ObjectType.USER].name
