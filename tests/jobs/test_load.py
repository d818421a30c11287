"""Rows to the values that the engine walks."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import ObjectType, Scope
from provisioning.directory.attributes import GROUP_ATTRIBUTES, USER_ATTRIBUTES
from provisioning.jobs import change, load
from provisioning.models import AppRole, EnterpriseApplication, ProvisioningJob, User
from provisioning.records import SourceObject
from tests.factories import make_application, make_assignment, make_group, make_job, make_state, make_user, make_users

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def job() -> ProvisioningJob:
    return make_job()


@pytest.fixture
def application(job: ProvisioningJob) -> EnterpriseApplication:
    return job.application


def loaded(job: ProvisioningJob, user: User) -> SourceObject:
    (candidate,) = load.candidates(job, ObjectType.USER, [user.pk])
    return candidate.source


def role_values(source: SourceObject) -> tuple[str, ...]:
    return tuple(role.value for role in source.roles)


# --- attributes


def test_a_user_has_the_attributes_that_mappings_name(job: ProvisioningJob) -> None:
    user = make_user(display_name="Åsa O'Hara", city="Göteborg", office="B 2", given_name="", mobile="")

    source = loaded(job, user)

    assert (source.key, source.id, source.label) == (user.pk, str(user.object_id), "Åsa O'Hara")
    assert source.attributes["city"] == "Göteborg"
    assert source.attributes["physicalDeliveryOfficeName"] == "B 2"
    assert source.attributes["accountEnabled"] is True
    assert not {"givenName", "mobile"} & set(source.attributes)


def test_every_attribute_that_is_loaded_is_one_that_mappings_may_name(job: ProvisioningJob) -> None:
    columns = {column: "x" for column in load.USER_FIELDS.values() if column != "user_principal_name"}

    source = loaded(job, make_user(**columns))

    assert set(source.attributes) == set(USER_ATTRIBUTES) - {"IsSoftDeleted"}  # calculated by the walk


def test_a_group_has_the_attributes_that_filters_may_name(job: ProvisioningJob) -> None:
    group = make_group("Staff", description="All", mail="staff@contoso.example", mail_nickname="staff")

    (candidate,) = load.candidates(job, ObjectType.GROUP, [group.pk])

    assert set(candidate.source.attributes) == set(GROUP_ATTRIBUTES)


def test_the_marker_of_guests_is_taken_out_of_the_name_and_kept_in_the_original(job: ProvisioningJob) -> None:
    guest = make_user(user_principal_name="lena_fabrikam.example#EXT#@contoso.example")

    attributes = loaded(job, guest).attributes

    assert attributes["userPrincipalName"] == "lena_fabrikam.example@contoso.example"
    assert attributes["originalUserPrincipalName"] == "lena_fabrikam.example#EXT#@contoso.example"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, (True, False, False)),
        ({"account_enabled": False}, (False, False, False)),
    ],
)
def test_a_user_is_active_while_enabled(
    job: ProvisioningJob, values: dict[str, Any], expected: tuple[bool, ...]
) -> None:
    user = make_user(**values)
    make_assignment(job.application, user)

    source = loaded(job, user)

    assert (source.active, source.soft_deleted, source.purged) == expected


def test_a_user_in_the_recycle_bin_and_a_purged_one_are_told_apart(job: ProvisioningJob) -> None:
    binned, purged = make_users(2)
    change.assign(job.application, [binned, purged], None)
    change.delete(binned)
    change.purge(purged)

    found = [loaded(job, user) for user in (binned, purged)]

    assert [(source.soft_deleted, source.purged) for source in found] == [(True, False), (True, True)]


# --- entitlement


def test_nobody_is_assigned_without_an_assignment(job: ProvisioningJob) -> None:
    source = loaded(job, make_user())

    assert (source.assigned, source.roles, source.direct, source.via) == (False, (), False, ())
    assert source.attributes["appRoleAssignments"] == ()


def test_a_direct_assignment_gives_its_role(job: ProvisioningJob, application: EnterpriseApplication) -> None:
    user = make_user()
    make_assignment(application, user, "GoToWebinar")

    source = loaded(job, user)

    assert (source.assigned, role_values(source)) == (True, ("GoToWebinar",))
    assert (source.direct, source.via) == (True, ())
    assert source.attributes["appRoleAssignments"] == ("GoToWebinar",)


def test_default_access_assigns_without_a_role(job: ProvisioningJob, application: EnterpriseApplication) -> None:
    user = make_user()
    make_assignment(application, user)

    source = loaded(job, user)

    assert (source.assigned, source.roles) == (True, ())


def test_an_administrator_role_counts_only_where_a_row_of_the_mapping_sends_it(
    job: ProvisioningJob, application: EnterpriseApplication
) -> None:
    user, other = make_user(), make_user()
    for each in (user, other):
        make_assignment(application, each, "SUPER_USER")
    make_assignment(application, other, "GoToMeeting")

    source = loaded(job, user)
    assert (source.assigned, source.roles, source.idle_roles) == (True, (), ("GoTo Super Admin",))
    assert source.attributes["appRoleAssignments"] == ()
    assert role_values(loaded(job, other)) == ("GoToMeeting",)

    job.mappings.get().rows.create(target="adminRoles", source="appRoleAssignments")

    source = loaded(job, user)
    assert (role_values(source), source.idle_roles) == (("SUPER_USER",), ())


def test_in_sync_all_who_has_an_idle_role_only_gets_the_default_role(
    job: ProvisioningJob, application: EnterpriseApplication
) -> None:
    job.scope = Scope.ALL
    user = make_user()
    make_assignment(application, user, "SUPER_USER")

    assert role_values(loaded(job, user)) == ("GoToMeeting",)


def test_several_roles_all_flow_in_the_order_of_the_application(
    job: ProvisioningJob, application: EnterpriseApplication
) -> None:
    user = make_user()
    for value in ("GoToMeeting", "OpenVoice"):
        make_assignment(application, user, value)
    AppRole.objects.filter(value="OpenVoice").update(order=0)

    assert role_values(loaded(job, user)) == ("OpenVoice", "GoToMeeting")


def test_the_same_role_twice_is_one_role_through_both(job: ProvisioningJob, application: EnterpriseApplication) -> None:
    user = make_user()
    make_assignment(application, user, "GoToMeeting")
    make_assignment(application, make_group("Sales", [user]), "GoToMeeting")

    source = loaded(job, user)

    assert (role_values(source), source.direct, source.via) == (("GoToMeeting",), True, ("Sales",))


def test_a_disabled_role_assigns_but_does_not_count(job: ProvisioningJob, application: EnterpriseApplication) -> None:
    user = make_user()
    make_assignment(application, user, "GoToMeeting")
    AppRole.objects.update(enabled=False)

    source = loaded(job, user)

    assert (source.assigned, source.roles) == (True, ())


def test_a_removed_assignment_and_one_of_another_application_do_not_count(
    job: ProvisioningJob, application: EnterpriseApplication
) -> None:
    user = make_user()
    change.unassign(application, [make_assignment(application, user, "GoToMeeting")])
    make_assignment(make_application(), user, "GoToMeeting")

    assert loaded(job, user).assigned is False


def test_a_group_gives_its_role_to_its_members_by_its_name(
    job: ProvisioningJob, application: EnterpriseApplication
) -> None:
    member = make_user()
    make_assignment(application, make_group("Sales – EMEA", [member]), "GoToMeeting")

    source = loaded(job, member)

    assert (role_values(source), source.direct, source.via) == (("GoToMeeting",), False, ("Sales – EMEA",))


@pytest.mark.parametrize("deed", ["delete", "purge", "not security enabled", "member removed", "nested"])
def test_a_group_entitles_nobody_when_it_does_not_count(
    job: ProvisioningJob, application: EnterpriseApplication, deed: str
) -> None:
    member = make_user()
    group = make_group("Sales", [member])
    assigned = make_group("All Sales", [group]) if deed == "nested" else group
    make_assignment(application, assigned, "GoToMeeting")
    if deed == "not security enabled":
        group.security_enabled = False
        change.save(group.directory, group)
    elif deed == "member removed":
        change.remove_members(group, [member])
    elif deed != "nested":
        getattr(change, deed)(group)

    assert loaded(job, member).assigned is False


# --- candidates


def test_candidates_come_in_order_with_what_is_remembered_of_them(job: ProvisioningJob) -> None:
    first, second = make_users(2)
    make_state(
        job, second, target_id="77", sent={"licenseKeys": ["a"], "email": "x"}, taken={"adminRoles": ["RUN_REPORTS"]}
    )
    make_state(make_job(), first)

    found = load.candidates(job, ObjectType.USER, [second.pk, first.pk])

    assert [each.source.key for each in found] == [first.pk, second.pk]
    assert found[0].state is None
    assert found[1].state is not None
    assert (found[1].state.target_id, found[1].state.sent) == ("77", {"licenseKeys": ("a",), "email": "x"})
    assert found[1].state.taken == {"adminRoles": ("RUN_REPORTS",)}


@pytest.mark.parametrize("number", [1, 30])
def test_loading_takes_the_same_number_of_queries_for_many(
    job: ProvisioningJob, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    users = make_users(number)
    make_assignment(job.application, make_group("Sales", users), "GoToMeeting")
    change.assign(job.application, users, None)

    with django_assert_num_queries(6):
        found = load.candidates(job, ObjectType.USER, [user.pk for user in users])

    assert all(each.source.direct and each.source.via == ("Sales",) for each in found)
