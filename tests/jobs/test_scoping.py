"""Scoping filters: saved with both values in the audit trail, and counted over who is entitled within a time limit."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count as numbers

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import AuditEntry
from provisioning.choices import ObjectType, Operator, Scope
from provisioning.jobs import scoping
from provisioning.jobs.mappings import editing
from provisioning.models import ObjectMapping, ScopingFilterRow, User
from provisioning.records import Clause, ScopingFilter
from tests.factories import change_user, make_administrator, make_assignment, make_state, make_user, make_users
from tests.jobs.tenant import Tenant

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
NOW = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)


@pytest.fixture
def tenant() -> Tenant:
    """Ann is in Sales, Ben in Legal; Direct has no department."""
    tenant = Tenant()
    change_user(tenant.ann, department="Sales")
    change_user(tenant.ben, department="Legal")
    return tenant


@pytest.fixture
def mapping(tenant: Tenant) -> ObjectMapping:
    return tenant.job.mappings.get()


def one(attribute: str, operator: Operator, value: str = "", title: str = "") -> ScopingFilter:
    return ScopingFilter(title=title, clauses=(Clause(attribute=attribute, operator=operator, value=value),))


SALES = one("department", Operator.EQUALS, "Sales", title="Sales")
LEGAL = one("department", Operator.EQUALS, "Legal", title="Legal")
NOBODY = one("city", Operator.EQUALS, "Nowhere", title="Nobody")
EVERYBODY = one("objectId", Operator.IS_NOT_NULL, title="Everybody")
ENDLESS = one("department", Operator.REGEX_MATCH, "(?:a|aa)+b", title="Endless")


def ticking(step: float) -> Callable[[], float]:
    """A clock that is `step` seconds later with each look."""
    ticks: Iterator[int] = numbers()
    return lambda: next(ticks) * step


def store(mapping: ObjectMapping, *filters: ScopingFilter) -> list[ScopingFilterRow]:
    rows = []
    for each in filters:
        row = ScopingFilterRow(mapping=mapping)
        row.become(each)
        row.save()
        rows.append(row)
    return rows


# --- saving
def test_a_new_filter_is_saved_behind_the_others(mapping: ObjectMapping) -> None:
    by = make_administrator()
    with editing(mapping.job.pk, 0, by, NOW):
        scoping.save_filter(ScopingFilterRow(mapping=mapping), SALES, by)
        scoping.save_filter(ScopingFilterRow(mapping=mapping), LEGAL, by)

    mapping.job.refresh_from_db()
    assert [row.as_filter() for row in mapping.filters.all()] == [SALES, LEGAL]
    assert (mapping.job.saves, mapping.job.config_version, mapping.job.watermark) == (1, 2, None)


def test_the_audit_trail_has_the_filter_before_and_after(mapping: ObjectMapping) -> None:
    (row,) = store(mapping, SALES)

    scoping.save_filter(row, LEGAL, make_administrator())

    entry = AuditEntry.objects.get()
    assert (entry.activity, entry.old["Scoping Filter Title"], entry.new["Scoping Filter Title"]) == (
        "Edit scoping filter",
        "Sales",
        "Legal",
    )
    assert entry.new["clauses"] == [{"attribute": "department", "operator": "EQUALS", "value": "Legal"}]


def test_a_deleted_filter_stays_in_the_audit_trail(mapping: ObjectMapping) -> None:
    (row,) = store(mapping, SALES)

    scoping.delete_filter(row, make_administrator())

    assert not mapping.filters.exists()
    assert AuditEntry.objects.get().old["Scoping Filter Title"] == "Sales"


# --- counting
def test_who_is_assigned_is_counted_and_nobody_else(mapping: ObjectMapping) -> None:
    found = scoping.count(mapping, [SALES])

    assert (found.looked_at, found.passed, found.failed, found.is_whole) == (3, 1, 2, True)


def test_filters_are_joined_by_or(mapping: ObjectMapping) -> None:
    assert scoping.count(mapping, [SALES, LEGAL]).passed == 2


def test_without_filters_everybody_passes(mapping: ObjectMapping) -> None:
    assert scoping.count(mapping, []).passed == 3


def test_in_sync_all_everybody_in_the_directory_is_counted(tenant: Tenant, mapping: ObjectMapping) -> None:
    mapping.job.scope = Scope.ALL

    assert scoping.count(mapping, [NOBODY]).failed == 5


def test_who_was_deleted_or_has_only_default_access_is_not_counted(tenant: Tenant, mapping: ObjectMapping) -> None:
    change_user(tenant.ann, deleted_at=NOW)
    make_assignment(tenant.application, make_user())

    assert scoping.count(mapping, []).looked_at == 2


def test_groups_are_counted_by_their_own_attributes(tenant: Tenant) -> None:
    mapping = ObjectMapping.objects.create(job=tenant.job, object_type=ObjectType.GROUP)

    found = scoping.count(mapping, [one("displayName", Operator.EQUALS, "Assigned")])

    assert (found.passed, found.failed) == (1, 0)


def test_examples_name_of_each_filter_the_first_clause_that_fails(tenant: Tenant, mapping: ObjectMapping) -> None:
    two = ScopingFilter(title="Two", clauses=(*EVERYBODY.clauses, *NOBODY.clauses))

    found = scoping.count(mapping, [SALES, two])

    by_name = {each.label: each for each in found.examples}
    assert by_name.keys() == {"Direct", "Ben"}
    assert by_name["Ben"].clauses == ["Sales department EQUALS Sales", "Two city EQUALS Nowhere"]
    assert by_name["Ben"].id == str(tenant.ben.object_id)


def test_examples_are_few(tenant: Tenant, mapping: ObjectMapping) -> None:
    for each in make_users(12):
        make_assignment(tenant.application, each, tenant.role)

    found = scoping.count(mapping, [NOBODY])

    assert (found.failed, len(found.examples)) == (15, scoping.SAMPLE)


def test_a_pattern_that_takes_too_long_is_told_apart(tenant: Tenant, mapping: ObjectMapping) -> None:
    change_user(tenant.ann, department="a" * 60)

    found = scoping.count(mapping, [ENDLESS])

    assert (found.passed, found.failed, found.undecided) == (0, 2, 1)
    assert found.trouble is not None
    assert "takes too long" in str(found.trouble)


# --- a large directory
def test_counting_ends_when_its_time_is_over(mapping: ObjectMapping) -> None:
    found = scoping.count(mapping, [SALES], seconds=2, clock=ticking(0.8))

    assert (found.looked_at, found.is_whole) == (2, False)


def test_the_time_is_looked_at_within_a_batch(mapping: ObjectMapping, tenant: Tenant) -> None:
    for each in (tenant.ann, tenant.ben, tenant.direct):
        change_user(each, department="a" * 60)

    found = scoping.count(mapping, [ENDLESS], seconds=0.1)

    assert (found.undecided, found.is_whole) == (1, False)


@pytest.mark.parametrize("batch", [1, 2, 3, 500])
def test_nobody_is_left_out_between_two_batches(
    mapping: ObjectMapping, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoping, "BATCH", batch)

    assert scoping.count(mapping, [SALES]).looked_at == 3


@pytest.mark.parametrize("number", [1, 30])
def test_a_batch_asks_as_often_for_many_as_for_one(tenant: Tenant, mapping: ObjectMapping, number: int) -> None:
    for each in make_users(number):
        make_assignment(tenant.application, each, tenant.role)

    with CaptureQueriesContext(connection) as queries:
        scoping.count(mapping, [SALES])

    assert len(queries) == 11


# --- who leaves
@pytest.fixture
def account(tenant: Tenant) -> User:
    """Ben, who has an account. Ann has none."""
    make_state(tenant.job, tenant.ben)
    return tenant.ben


@pytest.mark.parametrize("how", [scoping.count, scoping.count_leaving])
def test_who_has_an_account_and_would_not_pass_any_more_leaves(
    mapping: ObjectMapping, account: User, how: Callable[..., scoping.Count]
) -> None:
    found = how(mapping, [SALES])

    assert (found.leaving, found.leavers) == (1, ["Ben"])


def test_who_passes_keeps_the_account(mapping: ObjectMapping, account: User) -> None:
    assert scoping.count_leaving(mapping, [SALES, LEGAL]).leaving == 0


def test_who_is_kept_out_by_the_saved_filters_already_does_not_leave(mapping: ObjectMapping, account: User) -> None:
    store(mapping, SALES)

    assert scoping.count_leaving(mapping, [NOBODY]).leaving == 0


def test_who_is_not_assigned_any_more_does_not_leave_because_of_a_filter(
    tenant: Tenant, mapping: ObjectMapping
) -> None:
    assert tenant.state.target_id

    assert scoping.count_leaving(mapping, [NOBODY]).leaving == 0


@pytest.mark.parametrize("values", [{"disabled": True}, {"target_id": ""}, {"was_in_scope": False}])
def test_an_account_that_cycles_would_not_touch_does_not_leave(
    tenant: Tenant, mapping: ObjectMapping, values: dict[str, object]
) -> None:
    make_state(tenant.job, tenant.ben, **values)

    assert scoping.count_leaving(mapping, [SALES]).leaving == scoping.count(mapping, [SALES]).leaving == 0


def test_an_account_that_a_broken_filter_kept_would_leave(mapping: ObjectMapping, account: User) -> None:
    change_user(account, department="a" * 60)
    store(mapping, ENDLESS)

    assert scoping.count_leaving(mapping, [SALES]).leavers == ["Ben"]


def test_only_accounts_are_looked_at_for_who_leaves(mapping: ObjectMapping, account: User) -> None:
    assert scoping.count_leaving(mapping, [SALES]).looked_at == 1
