"""The SCIM connector keeps the contract against the stand-in over HTTP, in each style, and whatever its manners."""

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.scim import Scim
from provisioning.connectors.scim_schema import ENTERPRISE, MANAGER
from provisioning.errors import (
    Conflict,
    CredentialsRejected,
    RequestTimeout,
    ServerError,
    SettingsInvalid,
    TooManyRequests,
    UnexpectedAnswer,
    Unreachable,
)
from tests.connectors.members_contract import MembersContract
from tests.connectors.scim_in_bulk import InBulk
from tests.connectors.scim_servers import Connect, Server, connecting
from tests.connectors.test_scim import created, person
from tests.goto_service import GotoService

USER, GROUP = ObjectType.USER, ObjectType.GROUP
EMAIL = 'emails[type eq "work"].value'
MICROSOFT = {"patch.style": "microsoft"}


@pytest.fixture
def server(service: GotoService) -> Iterator[Server]:
    made = Server(service.scim2_url, service.scim2_token)
    yield made
    made.http.close()


@pytest.fixture
def connect(server: Server) -> Iterator[Connect]:
    with connecting(server) as connect:
        yield connect


class TestAsTheStandardHasIt(MembersContract):
    matching = "userName"
    name = "displayName"
    profile: Mapping[str, Any] = {}
    kind: type[Scim] = Scim
    manners: Mapping[str, Any] = {}

    @pytest.fixture
    def target(self, connect: Connect, service: GotoService) -> Scim:
        service.manners(**self.manners)
        self.service = service
        return connect(self.profile, self.kind)

    @pytest.fixture
    def refused(self, connect: Connect) -> Scim:
        return connect(self.profile, token="wrong")

    def values(self, who: str) -> Mapping[str, Any]:
        return person(who)

    def group_values(self, name: str) -> Mapping[str, Any]:
        return {"displayName": name, "externalId": "7d1f"}

    def members(self, target: Scim, id_: str) -> set[str]:
        (group,) = [each for each in self.service.scim2_held() if each["id"] == id_]
        return {str(each["value"]) for each in group.get("members", [])}


class TestAsMicrosoftWritesIt(TestAsTheStandardHasIt):
    profile = MICROSOFT
    manners = {"no_match": "made"}


class TestWithoutPatch(TestAsTheStandardHasIt):
    """It is found out by the answer, and kept in mind."""

    manners = {"patch": False}


class TestInBulk(TestAsTheStandardHasIt):
    kind = InBulk
    profile = {"bulk.ops": 100}

    def test_it_was_really_sent_in_bulk(self, target: Scim) -> None:
        target.update(USER, self.created(target), {"title": "Head"})

        assert isinstance(target, InBulk)
        assert target.sent == 2


class TestInBulkWithBadManners(TestInBulk):
    profile = {"bulk.ops": 100, "id_type": "number"}
    manners = {"bulk_answers": "reversed", "ids_as_numbers": True, "capital_names": True, "content_type": "text/plain"}


class TestWithBadManners(TestAsTheStandardHasIt):
    profile = {"id_type": "number"}
    manners = {
        "ids_as_numbers": True,
        "capital_names": True,
        "active_as_text": True,
        "content_type": "text/plain",
        "conflict_body": False,
        "create_body": False,
        "patch_body": False,
        "members_told": False,
        "page_cap": 2,
        "etags": False,
    }


class TestWithoutFilters(TestAsTheStandardHasIt):
    manners = {"filters": "ignored", "page_cap": 3}


class TestByCursor(TestAsTheStandardHasIt):
    profile = {"paging.style": "cursor"}
    manners = {"cursors": True, "filters": "refused"}


# --- signing in


def test_every_method_of_signing_in_will_do(connect: Connect, service: GotoService) -> None:
    for settings in (
        {},
        {"sign_in": "basic", "username": "scim-admin", "password": "Demo-scim-1"},
        {
            "sign_in": "client_credentials",
            "token_url": f"{service.url}/scim/token",
            "client_id": "demo-scim2-client",
            "client_secret": "demo-scim2-secret",
        },
    ):
        assert connect(**settings).test_connection().findings

    with pytest.raises(CredentialsRejected):
        connect(sign_in="basic", username="scim-admin", password="wrong").test_connection()


# --- what the connection test finds out


@pytest.mark.parametrize(
    ("manners", "learned"),
    [
        ({}, {}),
        ({"bulk": False}, {"bulk.ops": None, "bulk.bytes": None}),
        ({"bulk_ops": 7, "bulk_bytes": 5000}, {"bulk.ops": 7, "bulk.bytes": 5000}),
        ({"filters": "ignored"}, {"filter.supported": False}),
        ({"filters": "refused"}, {"filter.supported": False}),
        ({"patch": False}, {"update_method.user": "put", "update_method.group": "put"}),
        ({"ids_as_numbers": True}, {"id_type": "number"}),
        ({"cursors": True}, {"paging.style": "cursor"}),
        ({"discovery": False, "capital_names": True}, {"bulk.ops": None, "bulk.bytes": None}),
    ],
)
def test_the_connection_test_finds_out_what_is_different(
    connect: Connect, service: GotoService, manners: Mapping[str, Any], learned: Mapping[str, Any]
) -> None:
    service.manners(**manners)
    target = connect()
    created(target)

    usual = {"bulk.ops": 100, "bulk.bytes": 1_048_576}
    expected = {name: value for name, value in {**usual, **learned}.items() if value is not None}
    assert dict(target.test_connection().learned) == expected


# --- faults


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 429, "retry_after": "7"}, TooManyRequests),
        ({"kind": "status", "status": 503, "retry_in": 7}, ServerError),
        ({"kind": "status", "status": 500}, ServerError),
        ({"kind": "reset"}, Unreachable),
        ({"kind": "empty"}, Unreachable),
        ({"kind": "html"}, UnexpectedAnswer),
        ({"kind": "rejected"}, CredentialsRejected),
    ],
)
@pytest.mark.parametrize(
    "call", ["scim2.users.create", "scim2.users.update", "scim2.users.list", "scim2.groups.update"]
)
def test_a_fault_is_of_its_family_whatever_is_done(
    connect: Connect, service: GotoService, call: str, fault: Mapping[str, Any], error: type[Exception]
) -> None:
    target = connect()
    id_ = created(target)
    group = target.create(GROUP, {"displayName": "Sales"})
    service.fault(call, **fault)

    with pytest.raises(error) as raised:
        {
            "scim2.users.create": lambda: created(target, "cy@contoso.example"),
            "scim2.users.update": lambda: target.update(USER, id_, {"title": "Boss"}),
            "scim2.users.list": lambda: target.find(USER, "userName", "bo@contoso.example"),
            "scim2.groups.update": lambda: target.add_members(group, [id_]),
        }[call]()
    if "retry_after" in fault or "retry_in" in fault:
        assert 5 <= raised.value.retry_after <= 7


def test_one_that_is_too_slow_is_told_as_such(connect: Connect, service: GotoService) -> None:
    target = connect()
    target.session.timeout = 0.5
    service.fault("scim2.users.create", "hang", seconds=3)

    with pytest.raises(RequestTimeout):
        created(target)


def test_a_filter_that_is_ignored_once_is_noticed(connect: Connect, service: GotoService) -> None:
    target = connect()
    for number in range(3):
        created(target, f"n{number}@contoso.example")
    service.fault("scim2.users.list", "ignore_filter")

    assert len(target.find(USER, "userName", "n1@contoso.example")) == 1


def test_a_list_that_is_cut_is_not_believed(connect: Connect, service: GotoService) -> None:
    target = connect()
    created(target)
    service.fault("scim2.users.list", "short_list", keep=0)

    with pytest.raises(UnexpectedAnswer, match="ends after 0 of 1"):
        target.list(USER)


def test_a_lost_answer_becomes_a_conflict_and_is_found(connect: Connect, service: GotoService) -> None:
    target = connect()
    service.fault("scim2.users.create", "applied_then_reset")
    with pytest.raises(Unreachable):
        created(target)

    with pytest.raises(Conflict):
        created(target)
    assert len(target.find(USER, "userName", "bo@contoso.example")) == 1


# --- entries, managers, members


@pytest.mark.parametrize("no_match", ["refused", "made", "passed_over"])
@pytest.mark.parametrize("profile", [{}, MICROSOFT, {"patch.value_paths": False}])
def test_an_entry_that_is_not_there_is_added_whatever_the_application_does(
    connect: Connect, service: GotoService, profile: Mapping[str, Any], no_match: str
) -> None:
    service.manners(no_match=no_match)
    target = connect(profile)
    id_ = target.create(USER, {"userName": "bo@contoso.example"})

    target.update(USER, id_, {EMAIL: "bo@contoso.example", 'roles[primary eq "True"].value': "writer"})

    account = target.get(USER, id_)
    assert account is not None
    assert account.attributes[EMAIL] == "bo@contoso.example"
    assert account.attributes['roles[primary eq "True"].value'] == "writer"


@pytest.mark.parametrize("profile", [{}, MICROSOFT, {"manager_style": "plain"}, {"update_method.user": "put"}])
def test_a_manager_is_set_and_changed_in_every_style(connect: Connect, profile: Mapping[str, Any]) -> None:
    target = connect(profile)
    boss, other = created(target, "boss@contoso.example"), created(target, "other@contoso.example")
    id_ = created(target, **{MANAGER: boss})

    target.update(USER, id_, {MANAGER: other, f"{ENTERPRISE}:department": "Sales"})

    account = target.get(USER, id_)
    assert account is not None
    assert account.attributes[MANAGER] == other


@pytest.mark.parametrize("by_value", ["those", "all", "refused"])
def test_r39_nobody_is_lost_by_the_form_in_which_members_leave(
    connect: Connect, service: GotoService, server: Server, by_value: str
) -> None:
    service.manners(members_by_value=by_value)
    target = connect(MICROSOFT)
    people = [created(target, f"n{number}@contoso.example") for number in range(3)]
    id_ = target.create(GROUP, {"displayName": "Sales"})
    target.add_members(id_, people)

    with pytest.raises(SettingsInvalid, match="put back") if by_value == "all" else nullcontext():
        target.remove_members(id_, people[:1])
    assert server.members(id_) == {*people[1:]}
