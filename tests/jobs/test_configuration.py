"""Configurations as values: what differs, and how rows are made to follow."""

from dataclasses import replace
from typing import Any

import pytest

from provisioning.choices import FlowType, MappingType, ObjectType, Operator, Side
from provisioning.jobs.configuration import Configuration, CustomValue, apply, configuration
from provisioning.jobs.configuration_changes import Change, Part, as_audited, changes
from provisioning.models import ProvisioningJob
from provisioning.records import Clause, Rule, ScopingFilter
from tests.factories import make_job

pytestmark = pytest.mark.django_db
USER = ObjectType.USER
SALES = ScopingFilter(title="Sales", clauses=(Clause(attribute="department", operator=Operator.EQUALS, value="Sales"),))


@pytest.fixture
def job() -> ProvisioningJob:
    return make_job()


def edited(now: Configuration, **values: Any) -> Configuration:
    """With other rules of users; `enabled` and `custom` are of the object itself."""
    own = {name: values.pop(name) for name in ("enabled", "custom") if name in values}
    return {USER: replace(now[USER], rules=replace(now[USER].rules, **values), **own)}


def test_a_row_keeps_its_key_and_what_the_gallery_requires(job: ProvisioningJob) -> None:
    before = {row.target: row.pk for row in job.mappings.get().rows.all()}
    now = configuration(job)
    kept = tuple(each for each in now[USER].rules.rules if each.target != "firstName")

    apply(job, edited(now, rules=kept))
    apply(job, now)

    rows = {row.target: row for row in job.mappings.get().rows.all()}
    assert {name for name, row in rows.items() if row.pk == before[name]} == rows.keys() - {"firstName"}
    assert (rows["firstName"].required, rows["locale"].required) == (True, False)
    assert list(rows) == [each.target for each in now[USER].rules.rules]


def test_filters_that_stay_the_same_keep_their_rows(job: ProvisioningJob) -> None:
    apply(job, edited(configuration(job), filters=(SALES,)))
    before = job.mappings.get().filters.get()

    apply(job, edited(configuration(job), filters=(SALES,)))

    assert job.mappings.get().filters.get().pk == before.pk


def test_nothing_differs_from_itself_and_the_order_of_rows_does_not_count(job: ProvisioningJob) -> None:
    now = configuration(job)

    assert changes(now, now) == []
    assert changes(now, edited(now, rules=now[USER].rules.rules[::-1])) == []


def test_each_part_that_differs_is_told(job: ProvisioningJob) -> None:
    now = configuration(job)
    email, first, last, locale, _licences = now[USER].rules.rules
    new = Rule(target="extra", source="city", flow=FlowType.ON_CREATE)
    rules = (email, first, last, replace(locale, type=MappingType.CONSTANT, source="sv_SE"), new)
    custom = CustomValue(side=Side.SOURCE, name="costCenter", type="String")

    found = changes(now, edited(now, rules=rules, filters=(SALES,), delete=True, custom=(custom,)))

    told = {(each.part, each.name): (each.old, each.new) for each in found}
    assert told[Part.MAPPING, ""] == ({"delete": False}, {"delete": True})
    assert told[Part.ROW, "locale"] == (
        {"type": "Attribute", "source": "preferredLanguage"},
        {"type": "Constant", "source": "sv_SE"},
    )
    old, added = told[Part.ROW, "extra"]
    assert (old, added and added["source"], added and added["flow"]) == (None, "city", "ObjectAddOnly")
    assert told[Part.ROW, "licenseKeys"][1] is None
    assert told[Part.FILTER, "Sales"] == (None, {"clauses": ["department EQUALS Sales"]})
    assert told[Part.SOURCE_ATTRIBUTE, "costCenter"][0] is None
    assert len(told) == len(found) == 6


def test_two_filters_of_one_title_are_told_apart(job: ProvisioningJob) -> None:
    other = replace(SALES, clauses=(Clause(attribute="city", operator=Operator.EQUALS, value="Oslo"),))
    now = configuration(job)

    (found,) = changes(edited(now, filters=(SALES,)), edited(now, filters=(SALES, other)))

    assert (found.old, found.new) == (None, {"clauses": ["city EQUALS Oslo"]})


def test_a_change_can_be_kept_as_json(job: ProvisioningJob) -> None:
    now = configuration(job)
    found = changes(now, edited(now, enabled=False, filters=(SALES,)))

    assert [Change.from_json(each.as_json()) for each in found] == found
    assert as_audited(found)[1] == {
        "User mapping": {"enabled": False},
        "User scoping filter Sales": {"clauses": ["department EQUALS Sales"]},
    }
