"""Everything that Microsoft Graph can do wrong is told by its family, and never repeated by the source itself."""

import pytest

from provisioning.directory.base import Selected, StartOver
from provisioning.errors import (
    CredentialsRejected,
    PermissionMissing,
    ProvisioningError,
    RequestTimeout,
    ServerError,
    SettingsInvalid,
    TooManyRequests,
    UnexpectedAnswer,
)
from tests.directory.contract import read_all
from tests.directory.fake_graph import APPLICATION, FakeGraph, Reply, failed

EVERYWHERE = [
    "users/delta",
    "groups/delta",
    "deletedItems/microsoft.graph.user",
    "deletedItems/microsoft.graph.group",
    r"servicePrincipals/[^/]+\?",
    "appRoleAssignedTo",
]
SELECTED = Selected(applications=(APPLICATION,))
HTML = b"<!doctype html><title>Sign in</title>Sign in"


def populated(graph: FakeGraph) -> FakeGraph:
    """So much that everything has several pages."""
    graph.tenant.page_size = 1
    for number in range(2):
        bo, team = graph.tenant.add_person(f"Person {number}"), graph.tenant.add_team(f"Team {number}")
        graph.tenant.put(team, bo)
        graph.tenant.delete(graph.tenant.add_person(f"Gone {number}"))
        graph.assigned.append({"principalId": bo, "principalType": "User", "appRoleId": APPLICATION})
    return graph


@pytest.mark.parametrize("pattern", EVERYWHERE)
@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ((429, {}, {"Retry_After": "1.5"}), TooManyRequests),
        ((503, b"", {"Retry_After": "1.5"}), ServerError),
        ((500, HTML, {}), ServerError),
        ((504, b"", {}), ServerError),
        ((408, {}, {}), RequestTimeout),
        ((200, HTML, {"Content_Type": "text/html"}), UnexpectedAnswer),
        ((200, b'{"value": [', {}), UnexpectedAnswer),
        ((200, b"", {}), UnexpectedAnswer),
        ((200, [], {}), UnexpectedAnswer),
        ((302, {}, {"Location": "https://elsewhere.example/"}), UnexpectedAnswer),
        (failed(400, "BadRequest", "No."), SettingsInvalid),
        (failed(409, "Conflict", "No."), UnexpectedAnswer),
        (failed(404, "Request_ResourceNotFound", "No."), SettingsInvalid),
    ],
)
def test_a_failure_anywhere_has_its_family_and_is_not_repeated(
    graph: FakeGraph, pattern: str, reply: Reply, error: type[ProvisioningError]
) -> None:
    status, body, headers = reply
    graph.fault(pattern, status, body, **headers)

    with pytest.raises(error) as raised:
        read_all(lambda: graph.source(selected=SELECTED))

    assert len(graph.asked_for(pattern)) == 1
    assert raised.value.exchanges
    assert getattr(raised.value, "retry_after", None) == (1.5 if "Retry_After" in headers else None)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"value": None},
        {"value": {}},
        {"value": "x"},
        {"value": [7]},
        {"value": [{}]},
        {"value": [{"id": "seven"}]},
        {"value": [{"id": None}]},
        {"value": [{"id": APPLICATION, "manager@delta": 7}]},
        {"value": [{"id": APPLICATION, "@removed": 7}]},
        {"value": []},
        {"value": [], "@odata.deltaLink": 7},
    ],
)
def test_json_of_another_form_is_told_as_such(graph: FakeGraph, told: object) -> None:
    graph.fault("users/delta", 200, told)

    with pytest.raises(UnexpectedAnswer, match=r"does not have the form|another address"):
        graph.source().read()


@pytest.mark.parametrize("member", [{"id": APPLICATION}, {"@odata.type": "#microsoft.graph.user"}, 7])
def test_a_member_that_can_not_be_read_is_told_and_not_left_out(graph: FakeGraph, member: object) -> None:
    graph.fault("groups/delta", 200, {"value": [{"id": APPLICATION, "members@delta": [member]}]})

    with pytest.raises(UnexpectedAnswer, match="does not have the form"):
        read_all(graph.source)


# --- starting over


@pytest.mark.parametrize(
    "reply",
    [
        (410, b"", {"Location": "https://elsewhere.example/v1.0/users/delta"}),
        failed(410, "Gone", "Resync."),
        failed(400, "syncStateNotFound", "The sync state generation is not found."),
        failed(404, "SyncStateNotFound", "The sync state generation is not found."),
        failed(400, "resyncRequired", "Resync is required."),
        failed(400, "Directory_ExpiredPageToken", "The specified page token value has expired."),
    ],
)
@pytest.mark.parametrize("pattern", ["users/delta.*token", "groups/delta.*token"])
def test_a_link_that_is_known_no_more_means_starting_over(graph: FakeGraph, pattern: str, reply: Reply) -> None:
    populated(graph)
    token = read_all(graph.source).token
    graph.fault(pattern, reply[0], reply[1], times=2, **reply[2])

    with pytest.raises(StartOver):
        read_all(graph.source)
    with pytest.raises(StartOver):
        read_all(graph.source, since=token)


def test_a_first_request_that_is_gone_is_no_reason_to_start_over_for_ever(graph: FakeGraph) -> None:
    graph.fault("users/delta", *failed(410, "Gone", "Resync.")[:2])

    with pytest.raises(UnexpectedAnswer):
        graph.source().read()


# --- tokens


def test_a_token_that_ends_in_mid_read_is_replaced_once(graph: FakeGraph) -> None:
    populated(graph)
    source = graph.source(selected=SELECTED)
    page, pages = source.read(), 1
    while page.next:
        graph.revoke()
        page, pages = source.read(place=page.next), pages + 1

    assert len(graph.forms) == pages
    assert page.token


def test_a_new_token_that_is_refused_too_is_the_end(graph: FakeGraph) -> None:
    graph.fault("users/delta", *failed(401, "InvalidAuthenticationToken", "Access token is empty.")[:2], times=9)

    with pytest.raises(CredentialsRejected, match=r"InvalidAuthenticationToken: Access token is empty\."):
        graph.source().read()
    assert len(graph.asked_for("users/delta")) == 2


# --- permissions


@pytest.mark.parametrize(
    ("missing", "needed"),
    [
        ("User.Read.All", "User.Read.All"),
        ("GroupMember.Read.All", "GroupMember.Read.All"),
        ("Application.Read.All", "Application.Read.All"),
    ],
)
def test_a_missing_permission_is_named_beside_those_there_are(graph: FakeGraph, missing: str, needed: str) -> None:
    there = {"User.Read.All", "GroupMember.Read.All", "Application.Read.All", "Mail.Read"} - {missing}
    graph.roles = tuple(there)

    with pytest.raises(PermissionMissing, match=rf"permission {needed} \(or Directory\.Read\.All\)") as raised:
        read_all(lambda: graph.source(selected=SELECTED))

    assert f"What it has now: {', '.join(sorted(there))}." in str(raised.value)


def test_a_permission_granted_since_the_token_was_made_counts_at_once(graph: FakeGraph) -> None:
    graph.roles = ("GroupMember.Read.All",)
    with pytest.raises(PermissionMissing):
        graph.source().read()
    graph.roles = ("User.Read.All", "GroupMember.Read.All")

    graph.source().read()

    assert len(graph.forms) == 2


def test_a_token_that_can_not_be_read_names_no_permissions(graph: FakeGraph) -> None:
    graph.roles, graph.opaque = (), True

    with pytest.raises(PermissionMissing, match=r"User\.Read\.All") as raised:
        graph.source().read()
    assert "What it has now" not in str(raised.value)
