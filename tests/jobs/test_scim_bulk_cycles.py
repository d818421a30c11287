"""Whole cycles over HTTP with Bulk requests: discovered, used, refused, broken off; nobody gets a second account."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pytest_django import Settings

from provisioning.engine import escrow
from provisioning.jobs import profiles, rules
from provisioning.models import Activity, User
from tests.connectors.scim_servers import Server
from tests.factories import change_user, make_user
from tests.goto_service import GotoService
from tests.jobs.scim_world import ScimWorld

PEOPLE = 12


@pytest.fixture
def server(service: GotoService) -> Iterator[Server]:
    made = Server(service.scim2_url, service.scim2_token)
    yield made
    made.http.close()


@pytest.fixture
def world(transactional_db: None, server: Server, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> ScimWorld:
    """An application whose connection test has shown that it takes Bulk requests."""
    settings.PORTAL_ALLOW_PRIVATE = True
    monkeypatch.setattr(escrow, "FIRST_WAIT", 0.01)
    return ScimWorld(server, {})


def discover(world: ScimWorld) -> None:
    """As saving with a test does."""
    application = world.application
    report = rules.connector(application, rules.saved_credentials(world.job)).test_connection()
    profiles.learn(application.pk, report)
    application.refresh_from_db()


def hire(world: ScimWorld, number: int = PEOPLE) -> list[User]:
    people = [make_user(display_name=f"Person {each}", job_title="Clerk") for each in range(number)]
    world.assign(*people)
    return people


def names(service: GotoService) -> Counter[str]:
    return Counter(each["userName"] for each in service.scim2_held() if each["kind"] == "User")


def said(user: User) -> list[dict[str, Any]]:
    """What was said for this person in the newest entry about him."""
    found: list[dict[str, Any]] = Activity.objects.filter(source_id=user.object_id).latest("pk").exchange.exchanges
    return found


def in_bulk() -> Counter[str]:
    """How many entries have a part in each Bulk request, by its name."""
    told = [
        each for entry in Activity.objects.all() for each in entry.exchange.exchanges if each["url"].endswith("/Bulk")
    ]
    return Counter(json.loads(each["request"])["bulkId"].partition("-")[0] for each in told)


def discovered(world: ScimWorld) -> Mapping[str, Any]:
    world.application.refresh_from_db()
    found: Mapping[str, Any] = profiles.layers(world.application)["discovered"]
    return found


def is_whole(world: ScimWorld, service: GotoService, people: list[User]) -> bool:
    """Everybody has one account, ours, and nobody has two."""
    held = {each["userName"]: each["id"] for each in service.scim2_held()}
    has_one_each = names(service) == Counter(each.user_principal_name for each in people)
    return has_one_each and held == {each.user_principal_name: world.target_id(each) for each in people}


def test_what_is_discovered_is_used_and_each_entry_has_its_own_part(world: ScimWorld, service: GotoService) -> None:
    discover(world)
    people = hire(world)

    cycle = world.cycle()

    assert cycle.created == PEOPLE
    assert is_whole(world, service, people)
    assert set(in_bulk().values()) == {PEOPLE}
    (one,) = said(people[3])
    assert (one["method"], one["status"]) == ("POST", 201)
    assert people[3].user_principal_name in one["request"]
    assert people[4].user_principal_name not in one["request"]
    assert world.target_id(people[3]) in one["response"]
    assert "demo-scim-token" not in json.dumps(one)


def test_changes_and_leavers_go_in_bulk_too(world: ScimWorld, service: GotoService) -> None:
    discover(world)
    people = hire(world)
    world.cycle()
    Activity.objects.all().delete()
    for each in people[:4]:
        change_user(each, job_title="Head")
    for each in people[4:6]:
        world.unassign(each)

    cycle = world.cycle()

    assert (cycle.updated, cycle.disabled) == (4, 2)
    assert sorted(in_bulk().values()) == [2, 4]
    assert [world.account(each)["title"] for each in people[:4]] == ["Head"] * 4
    assert [world.account(each)["active"] for each in people[3:7]] == [True, False, False, True]


def test_the_administrator_can_switch_it_off(world: ScimWorld) -> None:
    discover(world)
    world.set_profile({"bulk.use": False})
    hire(world)

    assert world.cycle().created == PEOPLE
    assert in_bulk() == {}


@pytest.mark.parametrize(
    ("manners", "found_out"),
    [
        ({"bulk": False}, {"bulk.use": False}),
        ({"bulk_takes": 4}, {"bulk.ops": 3}),
        ({"bulk_bytes": 2000}, {"bulk.ops": 3}),
        ({"bulk_answers": "reversed"}, {}),
        ({"bulk_answers": "without_ids"}, {"bulk.use": False}),
    ],
)
def test_whatever_its_manners_everybody_gets_one_account_and_the_profile_keeps_what_was_found_out(
    world: ScimWorld, service: GotoService, manners: Mapping[str, Any], found_out: Mapping[str, Any]
) -> None:
    discover(world)
    before = discovered(world)
    people = hire(world)
    service.manners(**manners)

    cycle = world.cycle()

    assert cycle.failed == 0
    assert is_whole(world, service, people)
    assert discovered(world) == before | found_out


def test_a_server_that_stops_at_the_first_error_loses_nobody(world: ScimWorld, service: GotoService) -> None:
    discover(world)
    people = hire(world)
    service.manners(bulk_answers="up_to_an_error")
    service.fault("scim2.users.create", "status", status=400, after=3)

    cycle = world.cycle()

    assert (cycle.created + cycle.linked + cycle.updated, cycle.failed) == (PEOPLE - 1, 1)
    assert len(names(service)) == PEOPLE - 1
    assert set(names(service).values()) == {1}
    assert discovered(world)["bulk.use"] is False
    assert len(people) == PEOPLE


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ("scim2.bulk", {"kind": "reset"}),
        ("scim2.bulk", {"kind": "status", "status": 503}),
        ("scim2.bulk", {"kind": "status", "status": 429, "retry_after": "1"}),
        ("scim2.bulk", {"kind": "html"}),
        ("scim2.users.create", {"kind": "reset", "after": 5}),
        ("scim2.users.create", {"kind": "status", "status": 429, "times": 3}),
        ("scim2.users.create", {"kind": "status", "status": 500, "after": 2, "times": 4}),
        ("scim2.users.create", {"kind": "status", "status": 409}),
    ],
)
def test_after_whatever_fault_everybody_has_one_account(
    world: ScimWorld, service: GotoService, call: str, fault: Mapping[str, Any]
) -> None:
    discover(world)
    people = hire(world)
    service.fault(call, **fault)

    for _ in range(2):
        world.cycle()

    assert sum(service.struck().values()) >= 1
    assert is_whole(world, service, people)
