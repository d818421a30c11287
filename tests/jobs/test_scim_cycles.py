"""Whole cycles against SCIM servers over HTTP: people, managers, groups with members, leavers, a large group."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from provisioning.connectors.scim_schema import ENTERPRISE
from provisioning.jobs import change
from provisioning.models import Activity, Cycle, User
from tests.connectors.scim_servers import Server, scim2_server
from tests.factories import change_user, make_group, make_user, make_users
from tests.goto_service import GotoService
from tests.jobs.scim_world import ScimWorld

MICROSOFT = {"patch.style": "microsoft"}
PUT = {"update_method.user": "put", "update_method.group": "put"}
PROFILES: dict[str, dict[str, Any]] = {
    "microsoft": MICROSOFT,
    "put": PUT,
    "listed": {"filter.supported": False},
    "bulk": {"bulk.ops": 5},
}
LARGE = {"stand_in": 2000, "strangers": 600}
"""Members of a large group; the server of strangers takes 26 seconds for 2,000."""


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """scim2-server, empty."""
    with scim2_server(tmp_path_factory.mktemp("scim2")) as server:
        yield server
        server.http.close()


@pytest.fixture
def stand_in(service: GotoService) -> Iterator[Server]:
    server = Server(service.scim2_url, service.scim2_token)
    yield server
    server.http.close()


@pytest.fixture(
    params=[
        "stand-in",
        "stand-in, microsoft",
        "stand-in, put",
        "stand-in, listed",
        "stand-in, bulk",
        "scim2-server",
        "scim2-server, bulk",
    ]
)
def world(
    request: pytest.FixtureRequest, transactional_db: None, service: GotoService, settings: Settings
) -> ScimWorld:
    kind, _, way = request.param.partition(", ")
    settings.PORTAL_ALLOW_PRIVATE = True
    if kind == "scim2-server":
        server = request.getfixturevalue("strangers")
        server.empty()
    else:
        server = request.getfixturevalue("stand_in")
        service.manners(**({"filters": "ignored", "page_cap": 3} if way == "listed" else {}))
    return ScimWorld(server, PROFILES.get(way, {}))


def counts(cycle: Cycle) -> dict[str, int]:
    cycle.refresh_from_db()
    names = ("created", "updated", "disabled", "deleted", "linked", "failed", "unchanged")
    return {name: getattr(cycle, name) for name in names if getattr(cycle, name)}


def failures() -> list[tuple[str, str, Any]]:
    return list(Activity.objects.filter(status="failure").values_list("source_label", "code", "reason"))


def test_a_tenant_lives_through_its_cycles(world: ScimWorld) -> None:
    boss = make_user(display_name="Boss", job_title="Head", department="Sales", city="Lund")
    people = [make_user(display_name=f"Person {number}", manager=boss) for number in range(12)]
    group = make_group("Sales", people[:8])
    world.assign(boss, *people, group)

    first = world.cycle()

    assert failures() == []
    assert counts(first)["created"] == 14
    account = world.account(boss)
    assert (account["title"], account["active"], account[ENTERPRISE]["department"]) == ("Head", True, "Sales")
    assert account["addresses"][0]["locality"] == "Lund"
    assert world.account(people[0])[ENTERPRISE]["manager"]["value"] == world.target_id(boss)
    assert world.members(group) == {world.target_id(each) for each in people[:8]}

    assert counts(world.cycle()).keys() <= {"unchanged"}

    change_user(people[0], display_name="Renamed", mobile="+46 70 1740605")
    change.remove_members(group, people[:3])
    change.add_members(group, people[8:])
    world.unassign(people[11])
    world.cycle()

    assert failures() == []
    renamed = world.account(people[0])
    assert renamed["displayName"] == "Renamed"
    assert [each["value"] for each in renamed["phoneNumbers"] if each["type"] == "mobile"] == ["+46 70 1740605"]
    assert world.members(group) == {world.target_id(each) for each in people[3:]}


def test_somebody_who_is_there_is_linked_and_one_who_left_the_directory_is_switched_off(world: ScimWorld) -> None:
    there = make_user(display_name="There")
    world.server.ask("POST", "/Users", {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": there.user_principal_name.upper(),
    })  # fmt: skip
    world.assign(there)

    world.cycle()
    assert failures() == []
    assert world.account(there)["displayName"] == "There"

    change.delete(there)
    world.cycle()
    assert world.account(there)["active"] is False

    change.restore(User.objects.get(pk=there.pk))
    world.cycle()
    assert world.account(there)["active"] is True
    assert failures() == []


@pytest.mark.parametrize(("server", "size"), LARGE.items())
def test_a_large_group_arrives_whole_in_chunks(
    transactional_db: None, request: pytest.FixtureRequest, settings: Settings, server: str, size: int
) -> None:
    world = ScimWorld(request.getfixturevalue(server), {})
    settings.PORTAL_ALLOW_PRIVATE = True
    people = [each for _ in range(4) for each in make_users(size // 4)]
    group = make_group("Everybody")
    for start in range(0, size, 500):
        change.add_members(group, people[start : start + 500])
    world.assign(group)

    world.cycle()
    assert failures() == []
    assert len(world.members(group)) == size

    change.remove_members(group, people[:5])
    world.assign(*people[:5])
    world.cycle()
    assert len(world.members(group)) == size - 5
    assert failures() == []
