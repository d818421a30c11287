"""Whole cycles into GoTo over real HTTP: administrator roles, locked names, and what is told of them."""

import pytest

from provisioning.choices import ObjectType
from provisioning.models import Activity, ObjectStateRow, ProvisioningJob, User
from tests.factories import change_user, make_assignment, make_user
from tests.goto_service import GotoService
from tests.management.test_run_cycle import counts, run_cycle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bo(job: ProvisioningJob) -> User:
    """Assigned with a role that brings a licence."""
    user = make_user(display_name="Bo Boll", given_name="Bo", surname="Boll")
    make_assignment(job.application, user, "GoToMeeting")
    return user


def key_of(service: GotoService, user: User) -> str:
    account = service.account(user.mail)
    assert account is not None
    return str(account["key"])


def step_values(activity: Activity, text: str) -> dict[str, str]:
    """The values of the one step whose text holds this."""
    (found,) = (each["text"]["values"] for each in activity.steps if text in each["text"]["text"])
    return dict(found)


def entry(action: str) -> Activity:
    return Activity.objects.filter(action=action).latest("pk")


def test_roles_that_disabling_took_are_remembered_and_only_the_mapped_ones_come_back(
    job: ProvisioningJob, service: GotoService, bo: User
) -> None:
    run_cycle()
    service.edit(key_of(service, bo), adminRoles=["RUN_REPORTS"])
    change_user(bo, account_enabled=False)

    run_cycle()

    taken = ObjectStateRow.objects.get().as_value().taken
    assert (taken["adminRoles"], len(taken["licenseKeys"])) == (("RUN_REPORTS",), 1)
    told = {each["displayName"]: each["oldValue"] for each in entry("disable").modified}
    assert told["adminRoles"] == ["RUN_REPORTS"]

    change_user(bo, account_enabled=True)
    run_cycle()

    account = service.account(bo.mail)
    assert account is not None
    assert (account["status"], account.get("adminRoles", [])) == ("INVITED", [])
    assert {"names": "adminRoles: RUN_REPORTS"}.items() <= step_values(entry("update"), "not given back").items()
    assert ObjectStateRow.objects.get().as_value().taken == {}


def test_a_locked_name_of_somebody_who_is_enabled_again_is_told_until_it_is_right(
    job: ProvisioningJob, service: GotoService, bo: User
) -> None:
    run_cycle()
    change_user(bo, account_enabled=False)
    run_cycle()
    service.edit(key_of(service, bo), nameLocked=True)
    change_user(bo, account_enabled=True, surname="Bellman")

    assert counts(run_cycle()) == {"looked_at": 1, "failed": 1}

    account = service.account(bo.mail)
    assert account is not None
    assert (account["status"], account["lastName"]) == ("INVITED", "Boll")
    failed = Activity.objects.get(status="failure")
    assert (failed.code, failed.reason["values"]["names"]) == ("IdentityLocked", "lastName")

    service.edit(key_of(service, bo), nameLocked=False)
    change_user(bo, city="Solna")  # looked at again

    assert counts(run_cycle()) == {"looked_at": 1, "updated": 1}
    again = service.account(bo.mail)
    assert again is not None
    assert again["lastName"] == "Bellman"


def test_an_administrator_role_alone_gives_no_account_until_the_mapping_sends_it(
    job: ProvisioningJob, service: GotoService
) -> None:
    ann = make_user()
    make_assignment(job.application, ann, "RUN_REPORTS")

    assert counts(run_cycle()) == {"looked_at": 1, "unchanged": 1}
    assert service.account(ann.mail) is None

    job.mappings.get(object_type=ObjectType.USER).rows.create(target="adminRoles", source="appRoleAssignments")
    change_user(ann, city="Solna")  # looked at again

    assert counts(run_cycle()) == {"looked_at": 1, "created": 1}
    account = service.account(ann.mail)
    assert account is not None
    assert (account["status"], account["adminRoles"]) == ("INVITED", ["RUN_REPORTS"])
