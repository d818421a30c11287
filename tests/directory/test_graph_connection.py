"""Test Connection says who we are, what can be read, and at which step and for want of what it failed."""

import pytest

from provisioning.directory.base import Selected
from provisioning.errors import CredentialsRejected, PermissionMissing, SettingsInvalid, UnexpectedAnswer
from tests.directory.fake_graph import APPLICATION, FakeGraph, refused
from tests.directory.tenant import HOME

LEAST = ("Application.Read.All", "Group.Read.All", "GroupMember.Read.All", "Organization.Read.All", "User.Read.All")
SELECTED = Selected(applications=(APPLICATION,))


def test_it_says_whose_directory_it_is_and_what_can_be_read(graph: FakeGraph) -> None:
    graph.roles = LEAST

    report = graph.source(selected=SELECTED).test_connection()

    assert (report.tenant_id, report.tenant_name, report.default_domain) == (str(HOME), "Contoso", "contoso.example")
    assert [str(each) for each in report.findings] == [
        "Signed in to the tenant Contoso.",
        "Users can be read.",
        "Groups and their members can be read.",
        "Enterprise applications and their assignments can be read.",
    ]


@pytest.mark.parametrize(
    ("missing", "step"),
    [
        ("Organization.Read.All", "reading the tenant (/organization)"),
        ("User.Read.All", "reading users (/users/delta)"),
        ("Application.Read.All", "reading enterprise applications (/servicePrincipals)"),
    ],
)
def test_a_missing_permission_is_told_with_its_step(graph: FakeGraph, missing: str, step: str) -> None:
    graph.roles = tuple({*LEAST} - {missing})

    with pytest.raises(PermissionMissing, match=missing) as raised:
        graph.source(selected=SELECTED).test_connection()

    assert str(raised.value.step) == step


def test_without_any_right_to_groups_the_least_that_serves_is_named(graph: FakeGraph) -> None:
    graph.roles = ("Organization.Read.All", "User.Read.All")

    with pytest.raises(PermissionMissing, match=r"GroupMember\.Read\.All") as raised:
        graph.source().test_connection()
    assert str(raised.value.step) == "reading groups and members (/groups/delta)"


def test_what_can_be_done_without_is_a_finding(graph: FakeGraph) -> None:
    graph.roles = ("GroupMember.Read.All", "Organization.Read.All", "User.Read.All")

    findings = " ".join(str(each) for each in graph.source().test_connection().findings)

    assert "Deleted groups can't be read without the permission Group.Read.All" in findings
    assert "Enterprise applications can't be read without the permission Application.Read.All" in findings


def test_the_credentials_are_tried_themselves_and_not_a_token_that_was_kept(graph: FakeGraph) -> None:
    graph.source().read()
    graph.fault("oauth2/v2.0/token", *refused(7000222, "Expired.", status=401)[:2])

    with pytest.raises(CredentialsRejected, match="has expired") as raised:
        graph.source().test_connection()
    assert str(raised.value.step) == "signing in at Microsoft Entra"


def test_an_attribute_that_graph_does_not_have_fails_where_users_are_read(graph: FakeGraph) -> None:
    with pytest.raises(SettingsInvalid, match="shoeSize") as raised:
        graph.source(selected=Selected(users=frozenset({"shoeSize"}))).test_connection()
    assert str(raised.value.step) == "reading users (/users/delta)"


@pytest.mark.parametrize("told", [{}, {"value": []}, {"value": [{}]}, [], {"value": [{"id": 1, "verifiedDomains": 7}]}])
def test_something_else_than_graph_is_told(graph: FakeGraph, told: object) -> None:
    graph.fault("/organization", 200, told)

    with pytest.raises(UnexpectedAnswer, match="does not have the form"):
        graph.source().test_connection()


def test_a_tenant_that_tells_only_its_id_is_enough(graph: FakeGraph) -> None:
    graph.fault("/organization", 200, {"value": [{"id": str(HOME)}]})

    report = graph.source().test_connection()

    assert (report.tenant_name, report.default_domain) == ("", "")
    assert str(report.findings[0]) == f"Signed in to the tenant {HOME}."
