"""The SCIM connector keeps the contract against scim2-server, in each way of writing: a server by strangers."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.scim import Scim
from provisioning.connectors.scim_schema import ENTERPRISE, MANAGER
from tests.connectors.members_contract import MembersContract
from tests.connectors.scim_in_bulk import InBulk
from tests.connectors.scim_servers import Connect, Server, connecting, scim2_server

USER, GROUP = ObjectType.USER, ObjectType.GROUP


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with scim2_server(tmp_path_factory.mktemp("scim2")) as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    running.empty()
    return running


@pytest.fixture
def connect(server: Server) -> Iterator[Connect]:
    with connecting(server) as connect:
        yield connect


class TestAsTheStandardHasIt(MembersContract):
    matching = "userName"
    name = "displayName"
    profile: Mapping[str, Any] = {}
    kind: type[Scim] = Scim

    @pytest.fixture
    def target(self, connect: Connect, server: Server) -> Scim:
        self.server = server
        return connect(self.profile, self.kind)

    @pytest.fixture
    def refused(self, connect: Connect) -> Scim:
        return connect(self.profile, token="wrong")

    def values(self, who: str) -> Mapping[str, Any]:
        return person(who)

    def group_values(self, name: str) -> Mapping[str, Any]:
        return {"displayName": name, "externalId": "7d1f"}

    def members(self, target: Scim, id_: str) -> set[str]:
        return self.server.members(id_)

    def test_creating_a_group_twice_is_a_conflict(self, target: Scim) -> None:
        """Not so here: to the standard names of groups are not unique, so the engine looks before it creates."""
        first, second = self.group(target), self.group(target)

        assert {each.id for each in target.find(GROUP, "displayName", "sales")} == {first, second}

    def test_who_is_deleted_leaves_the_group(self, target: Scim) -> None:
        """Not so here: the one who is gone is taken out as anybody else is."""
        id_, people = self.group(target), self.people(target, 2)
        target.add_members(id_, people)
        target.delete(self.type, people[0])

        target.remove_members(id_, people[:1])

        assert self.members(target, id_) == {people[1]}


STRICT = {"manager_style": "object"}
"""What this server takes in no other form; that it refuses to remove a list of members is found out."""


class TestAsMicrosoftWritesIt(TestAsTheStandardHasIt):
    profile = {"patch.style": "microsoft", **STRICT}


class TestWithoutPaths(TestAsTheStandardHasIt):
    profile = {"patch.path_required": False}


class TestByPut(TestAsTheStandardHasIt):
    profile = {"update_method.user": "put", "update_method.group": "put"}


class TestInBulk(TestAsTheStandardHasIt):
    kind = InBulk
    profile = {"bulk.ops": 100}

    def test_it_was_really_sent_in_bulk(self, target: Scim) -> None:
        target.update(USER, self.created(target), {"title": "Head"})

        assert isinstance(target, InBulk)
        assert target.sent == 2


def person(who: str) -> dict[str, Any]:
    return {
        "userName": who,
        "active": "True",
        "displayName": "Bo Bell",
        "title": "Boss",
        "externalId": f"x-{who}",
        "preferredLanguage": "sv",
        "name.givenName": "Bo",
        "name.familyName": "Bell",
        'emails[type eq "work"].value': who,
        'addresses[type eq "work"].streetAddress': "High Street 1",
        'addresses[type eq "work"].locality': "Lund",
        'phoneNumbers[type eq "mobile"].value': "+46 70 1740605",
        f"{ENTERPRISE}:department": "Sales",
    }


def created(target: Scim, who: str = "bo@contoso.example", **more: Any) -> str:
    return target.create(USER, target.translate(USER, {**person(who), **more}, {}))


@pytest.mark.parametrize("profile", [{}, {"patch.style": "microsoft"}, {"patch.value_paths": False}])
def test_an_entry_that_is_not_there_yet_is_added(connect: Connect, profile: Mapping[str, Any]) -> None:
    target = connect(profile)
    id_ = target.create(USER, {"userName": "bo@contoso.example", "active": True})

    target.update(
        USER,
        id_,
        {
            'emails[type eq "work"].value': "bo@contoso.example",
            'emails[type eq "home"].value': "bo@home.example",
            'addresses[type eq "work"].locality': "Lund",
            'addresses[type eq "work"].country': "SE",
            f"{ENTERPRISE}:department": "Sales",
        },
    )
    target.update(USER, id_, {'emails[type eq "home"].value': "", 'addresses[type eq "work"].locality': "Malmö"})

    account = target.get(USER, id_)
    assert account is not None
    assert dict(account.attributes) == {
        "userName": "bo@contoso.example",
        "active": True,
        'emails[type eq "work"].value': "bo@contoso.example",
        'addresses[type eq "work"].locality': "Malmö",
        'addresses[type eq "work"].country': "SE",
        f"{ENTERPRISE}:department": "Sales",
    }


@pytest.mark.parametrize("profile", [{}, {"patch.style": "microsoft", **STRICT}, {"update_method.user": "put"}])
def test_a_manager_is_set_changed_and_taken_away(connect: Connect, profile: Mapping[str, Any]) -> None:
    target = connect(profile)
    boss, other = created(target, "boss@contoso.example"), created(target, "other@contoso.example")
    id_ = created(target, **{MANAGER: boss})

    def manager() -> Any:
        account = target.get(USER, id_)
        return account and account.attributes.get(MANAGER)

    assert manager() == boss
    target.update(USER, id_, {MANAGER: other})
    assert manager() == other
    target.update(USER, id_, {MANAGER: ""})
    assert manager() is None


def test_the_connection_test_reports_what_it_can_do(connect: Connect) -> None:
    target = connect()
    created(target)

    report = target.test_connection()

    told = [str(each) for each in report.findings]
    assert "Works: a search for bo@contoso.example finds this user and no other." in told
    assert "Works, it says: PATCH. Changes are sent alone." in told
    assert report.learned["bulk.ops"] > 0
    assert "filter.supported" not in report.learned
