"""Microsoft Graph as a source, over real HTTPS: the contract, and what is Graph's own."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from provisioning.choices import ObjectType
from provisioning.directory.base import (
    NO_ROLE,
    NOT_TOLD,
    Gone,
    Member,
    Person,
    Selected,
    SourceAssignment,
    SourceRole,
    StartOver,
    Team,
)
from provisioning.directory.graph import Graph
from provisioning.errors import SettingsInvalid
from tests.directory.contract import Read, SourceContract, read_all
from tests.directory.fake_graph import APPLICATION, ROLE, FakeGraph
from tests.directory.tenant import Tenant

DEVICE = "#microsoft.graph.device"


@dataclass
class GraphWorld:
    """The tenant behind the fake, which the contract changes."""

    graph: FakeGraph

    def __getattr__(self, name: str) -> object:
        return getattr(self.graph.tenant, name)

    def source(self) -> Graph:
        return self.graph.source()


class TestGraph(SourceContract):
    @pytest.fixture
    def world(self, graph: FakeGraph) -> Iterator[object]:
        return GraphWorld(graph)


@pytest.fixture
def tenant(graph: FakeGraph) -> Tenant:
    return graph.tenant


def read(graph: FakeGraph, since: str = "", selected: Selected | None = None) -> Read:
    return read_all(lambda: graph.source(selected=selected), since)


# --- attributes


def test_only_what_is_needed_is_asked_for(graph: FakeGraph) -> None:
    needed = frozenset({"objectId", "telephoneNumber", "extensionAttribute7", "appRoleAssignments"})
    read(graph, selected=Selected(users=needed))

    (users,), (groups,) = graph.asked_for("users/delta"), graph.asked_for("groups/delta")
    assert users == (
        "/v1.0/users/delta?$select=id,accountEnabled,businessPhones,displayName,givenName,mail,"
        "onPremisesExtensionAttributes,surname,userPrincipalName,manager"
    )
    assert groups == "/v1.0/groups/delta?$select=id,description,displayName,mail,mailNickname,securityEnabled,members"


def test_attributes_come_under_the_portals_names(graph: FakeGraph, tenant: Tenant) -> None:
    asked = frozenset({"telephoneNumber", "mobile", "physicalDeliveryOfficeName", "extensionAttribute2", "department"})
    bo = tenant.add_person(
        "Bo",
        businessPhones=["+46 8 1"],
        mobilePhone="+46 70 1",
        officeLocation="4711",
        onPremisesExtensionAttributes={"extensionAttribute2": "x", "extensionAttribute3": "y"},
    )

    told = read(graph, selected=Selected(users=asked)).people[bo].attributes

    assert {name: told[name] for name in asked} == {
        "telephoneNumber": "+46 8 1",
        "mobile": "+46 70 1",
        "physicalDeliveryOfficeName": "4711",
        "extensionAttribute2": "x",
        "department": None,
    }
    assert "extensionAttribute3" not in told


def test_in_a_snapshot_what_was_never_set_is_empty_and_in_changes_it_is_not_told(
    graph: FakeGraph, tenant: Tenant
) -> None:
    bo = tenant.add_person("Bo")
    whole = read(graph)
    tenant.rename(bo, "Bea")

    assert whole.people[bo].attributes["mail"] is None
    assert "mail" not in read(graph, whole.token).people[bo].attributes


def test_what_databases_refuse_is_taken_out(graph: FakeGraph, tenant: Tenant) -> None:
    bo = tenant.add_person("Bo", mail="b\x00o\ud800@contoso.example")

    assert read(graph).people[bo].attributes["mail"] == "bo@contoso.example"


def test_an_attribute_that_graph_does_not_have_is_told_by_its_words(graph: FakeGraph) -> None:
    with pytest.raises(SettingsInvalid, match="Could not find a property named 'shoeSize'"):
        read(graph, selected=Selected(users=frozenset({"shoeSize"})))


# --- pages


def test_a_group_with_many_members_comes_over_several_pages(graph: FakeGraph, tenant: Tenant) -> None:
    tenant.page_size = 1
    team = tenant.add_team("Sales")
    people = [tenant.add_person(f"Person {number}") for number in range(7)]
    for each in people:
        tenant.put(team, each)

    whole = read(graph)

    assert whole.held == {(team, each) for each in people}
    assert sum(isinstance(each, Team) for page in whole.pages for each in page.records) == 1
    assert sum(any(isinstance(each, Member) for each in page.records) for page in whole.pages) == 4


def test_an_empty_page_with_a_further_one_is_normal(graph: FakeGraph, tenant: Tenant) -> None:
    bo = tenant.add_person("Bo")
    link = f"{graph.url}/v1.0/users/delta?$select=id,displayName,userPrincipalName"
    graph.fault("users/delta", 200, {"value": [], "@odata.nextLink": link})

    assert bo in read(graph).people


def test_members_of_other_kinds_are_passed_over(graph: FakeGraph, tenant: Tenant) -> None:
    team, bo, device = tenant.add_team("Sales"), tenant.add_person("Bo"), tenant.add(DEVICE, {})
    tenant.put(team, device)
    tenant.put(team, bo)

    assert read(graph).held == {(team, bo)}


def test_a_manager_that_is_no_user_is_none(graph: FakeGraph, tenant: Tenant) -> None:
    contact = tenant.add("#microsoft.graph.orgContact", {})
    bo = tenant.add_person("Bo", manager=contact)

    assert read(graph).people[bo].manager == ""


@pytest.mark.parametrize(
    ("told", "manager"),
    [
        ({"manager": {"id": "3C5E7A9B-1D2F-4B6C-8E0A-2B4D6F8A0C1E"}}, "3c5e7a9b-1d2f-4b6c-8e0a-2b4d6f8a0c1e"),
        ({"manager": None}, ""),
        ({}, NOT_TOLD),
    ],
)
def test_a_manager_may_also_be_told_as_an_object(graph: FakeGraph, told: dict[str, object], manager: str) -> None:
    token = read(graph).token
    link = f"{graph.url}/v1.0/users/delta?$deltatoken=x"
    graph.fault("users/delta", 200, {"value": [{"id": APPLICATION, **told}], "@odata.deltaLink": link})

    (record,) = graph.source().read(since=token).records
    assert isinstance(record, Person)
    assert record.manager == manager


def test_what_comes_twice_and_out_of_order_is_the_same_people(graph: FakeGraph, tenant: Tenant) -> None:
    ada = tenant.add_person("Ada")
    bo = tenant.add_person("Bo", manager=ada)
    whole = read(graph)
    told = [record for page in whole.pages for record in page.records]
    again = Read()

    for record in (*reversed(told), *told):
        again.take(record)

    assert (again.people, again.teams) == (whole.people, whole.teams)
    assert again.people[bo].manager == ada


# --- the recycle bin


def test_the_recycle_bin_has_pages_too(graph: FakeGraph, tenant: Tenant) -> None:
    people = [tenant.add_person(f"Person {number}") for number in range(7)]
    for each in people:
        tenant.delete(each)

    whole = read(graph)

    assert whole.gone == dict.fromkeys(people, Gone.SOFT)
    assert whole.people[people[0]].attributes["displayName"] == "Person 0"


def test_deleted_groups_are_in_the_recycle_bin_too(graph: FakeGraph, tenant: Tenant) -> None:
    team = tenant.add_team("Sales")
    tenant.delete(team)

    whole = read(graph)

    assert whole.gone == {team: Gone.SOFT}
    assert whole.teams[team].attributes["displayName"] == "Sales"


def test_the_recycle_bin_is_not_asked_for_changes(graph: FakeGraph) -> None:
    token = read(graph).token
    graph.asked.clear()

    read(graph, token)

    assert not graph.asked_for("deletedItems")


def test_without_the_right_to_see_deleted_groups_the_rest_is_read(graph: FakeGraph, tenant: Tenant) -> None:
    graph.roles = ("User.Read.All", "GroupMember.Read.All", "Organization.Read.All")
    bo, team = tenant.add_person("Bo"), tenant.add_team("Sales")
    tenant.delete(team)

    whole = read(graph)

    assert (set(whole.people), set(whole.teams)) == ({bo}, set())


# --- roles and assignments

OF_THE_APPLICATION = Selected(applications=(APPLICATION,))


def test_roles_and_assignments_of_the_chosen_applications_are_read_whole_each_time(
    graph: FakeGraph, tenant: Tenant
) -> None:
    bo, team = tenant.add_person("Bo"), tenant.add_team("Sales")
    graph.app_roles = [
        {"id": ROLE, "value": "Host", "displayName": "Host", "isEnabled": False, "allowedMemberTypes": ["User"]},
        {"id": str(APPLICATION), "value": "Sync", "displayName": "Sync", "allowedMemberTypes": ["Application"]},
    ]
    graph.assigned = [
        {"principalId": bo, "principalType": "User", "appRoleId": ROLE},
        {"principalId": team, "principalType": "Group", "appRoleId": NO_ROLE},
        {"principalId": APPLICATION, "principalType": "ServicePrincipal", "appRoleId": NO_ROLE},
        {"principalId": bo, "principalType": "User", "appRoleId": NO_ROLE},
    ]

    whole = read(graph, selected=OF_THE_APPLICATION)
    changes = read(graph, whole.token, OF_THE_APPLICATION)

    assert whole.roles == {
        ROLE: SourceRole(application=APPLICATION, id=ROLE, value="Host", label="Host", enabled=False)
    }
    assert whole.assignments == {
        SourceAssignment(application=APPLICATION, role=ROLE, principal=bo, type=ObjectType.USER),
        SourceAssignment(application=APPLICATION, role=NO_ROLE, principal=bo, type=ObjectType.USER),
        SourceAssignment(application=APPLICATION, role=NO_ROLE, principal=team, type=ObjectType.GROUP),
    }
    assert (changes.roles, changes.assignments) == (whole.roles, whole.assignments)


def test_an_application_that_the_tenant_does_not_have_is_told(graph: FakeGraph) -> None:
    missing = APPLICATION.replace("3c5e", "ffff")

    with pytest.raises(SettingsInvalid, match=f"no enterprise application with the object ID {missing}"):
        read(graph, selected=Selected(applications=(missing,)))


def test_an_application_taken_out_on_the_way_means_starting_over(graph: FakeGraph) -> None:
    place = ""
    while '"roles"' not in place:
        place = graph.source(selected=OF_THE_APPLICATION).read(place=place).next

    with pytest.raises(StartOver):
        graph.source().read(place=place)
