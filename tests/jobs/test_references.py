"""Managers: whoever refers to an account that is another one now is looked at, once."""

from types import MappingProxyType

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.base import TargetAttribute, TargetSchema
from provisioning.connectors.memory import Memory
from provisioning.errors import Rejected
from provisioning.jobs import change, opening, references, schemas
from provisioning.models import AttributeMapping, ObjectStateRow, ProvisioningJob, User
from provisioning.texts import say
from tests.factories import make_cycle, make_state, make_user
from tests.jobs.workers import begun, refreshed, worker
from tests.jobs.world import RowWorld, counts

pytestmark = pytest.mark.both_databases
USER = ObjectType.USER
URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"


def manager_of(world: RowWorld, user: User) -> object:
    account = world.account(user)
    assert account is not None
    return account.attributes.get("manager")


def test_a_manager_whose_account_is_another_one_is_sent_anew(rows: RowWorld) -> None:
    boss = rows.person()
    bo = rows.person(manager=boss)
    rows.cycle()
    old = rows.state(boss).target_id
    rows.target(service=rows.service).delete(USER, old)
    rows.change(boss, surname="New")

    rows.cycle()

    assert rows.state(boss).target_id not in ("", old)
    assert manager_of(rows, bo) == rows.state(boss).target_id


def test_an_account_that_moves_while_references_are_followed_is_followed_by_the_next_cycle(rows: RowWorld) -> None:
    """On demand gave the boss another account after the cycle had asked who refers to whom."""
    boss = rows.person()
    bo = rows.person(manager=boss)
    rows.cycle()
    old = rows.state(boss).target_id
    rows.change(bo, surname="Changed")
    cycle = begun(rows)
    cycle.job = refreshed(rows)
    opening.references(cycle, cycle.job, rows.now())
    cycle.references_from = cycle.references_to = 0
    rows.target(service=rows.service).delete(USER, old)
    rows.change(boss, surname="New")

    rows.on_demand(boss)
    moved = ObjectStateRow.objects.get(source_key=boss.pk).moved
    rows.work()
    rows.cycle()

    assert moved == refreshed(rows).references_done
    assert manager_of(rows, bo) == rows.state(boss).target_id != old


def test_a_run_on_demand_between_two_cycles_is_followed(rows: RowWorld) -> None:
    boss = make_user()
    bo = rows.person(manager=boss)
    rows.cycle()
    rows.assign(boss)
    rows.on_demand(boss)
    before = manager_of(rows, bo)

    rows.cycle()

    assert (before, manager_of(rows, bo)) == (None, rows.state(boss).target_id)


def test_a_cycle_that_ended_early_leaves_them_to_the_next(rows: RowWorld) -> None:
    boss = make_user()
    bo = rows.person(manager=boss)
    rows.cycle()
    rows.assign(boss)
    rows.on_demand(boss)
    begun(rows)
    job = refreshed(rows)
    job.config_version += 1
    job.save()
    worker(rows.newest()).advance()

    rows.cycle()

    assert manager_of(rows, bo) == rows.state(boss).target_id


def test_nobody_is_asked_when_nothing_moved(rows: RowWorld) -> None:
    boss = rows.person()
    rows.person(manager=boss)
    rows.cycle()
    rows.service.requests.clear()
    change.save(boss.directory, make_user())

    assert (counts(rows.cycle()), dict(rows.service.requests)) == ({}, {})


def test_who_failed_in_this_cycle_is_not_tried_again_for_the_manager(rows: RowWorld) -> None:
    boss = make_user()
    bo = rows.person(manager=boss)
    rows.cycle()
    rows.assign(boss)
    rows.change(bo, surname="Changed")
    rows.service.fail("update", Rejected(say("no")))

    cycle = rows.cycle()

    assert counts(cycle) == {"created": 1, "failed": 1}


# --- what was sent, whatever the attribute is called


class Enterprise(Memory):
    """Keeps the manager under the name that SCIM gives it, and once more under one with a quote."""

    key = "memory"
    names = (URN, "a.b", "manager", "o'clock")
    schemas = MappingProxyType(
        {
            **Memory.schemas,
            USER: TargetSchema(
                name="User",
                attributes=(
                    *(each for each in Memory.schemas[USER].attributes if not each.reference),
                    *(TargetAttribute(name=name, exact_case=True, reference=True) for name in names),
                ),
            ),
        }
    )


@pytest.mark.parametrize("name", Enterprise.names)
@pytest.mark.parametrize(("sent", "referring"), [("boss-1", False), ("boss-0", True), (None, True)])
def test_what_was_sent_is_compared_whatever_the_attribute_is_called(
    rows: RowWorld, monkeypatch: pytest.MonkeyPatch, name: str, sent: str | None, referring: bool
) -> None:
    monkeypatch.setattr(schemas, "connector_class", lambda key: Enterprise)
    AttributeMapping.objects.filter(mapping__job=rows.job, source="manager").update(target=name)
    boss = rows.person()
    bo = rows.person(manager=boss)
    make_state(rows.job, boss, target_id="boss-1")
    make_state(rows.job, bo, sent={} if sent is None else {name: sent})

    found = references.referring_keys(make_cycle(refreshed(rows)), 0, None)

    assert list(found.values_list("source_key", flat=True)) == ([bo.pk] if referring else [])


def test_without_a_row_for_the_manager_nobody_refers(rows: RowWorld) -> None:
    AttributeMapping.objects.filter(mapping__job=rows.job, source="manager").delete()
    boss = rows.person()
    make_state(rows.job, rows.person(manager=boss), sent={})
    make_state(rows.job, boss)

    assert references.referring_keys(make_cycle(refreshed(rows)), 0, None).count() == 0


def test_the_epoch_rises_once_in_a_cycle(rows: RowWorld) -> None:
    rows.person()
    first = refreshed(rows).epoch

    rows.cycle()
    rows.cycle()

    job = ProvisioningJob.objects.get(pk=rows.job.pk)
    assert (job.epoch, job.references_done) == (first + 2, first + 1)
