"""Rows of scoping filters as the engine reads them."""

from provisioning.choices import Operator
from provisioning.models import ScopingFilterRow
from provisioning.records import Clause, ScopingFilter


def test_a_row_is_read_as_a_filter() -> None:
    row = ScopingFilterRow(
        title="Swiss",
        clauses=[
            {"attribute": "city", "operator": "EQUALS", "value": "Bern"},
            {"attribute": "mail", "operator": "IS NOT NULL", "value": None},
        ],
    )

    assert row.as_filter() == ScopingFilter(
        title="Swiss",
        clauses=(
            Clause(attribute="city", operator=Operator.EQUALS, value="Bern"),
            Clause(attribute="mail", operator=Operator.IS_NOT_NULL),
        ),
    )
    assert str(row) == "Swiss"


def test_a_row_takes_over_a_filter() -> None:
    swiss = ScopingFilter(title="Swiss", clauses=(Clause(attribute="mail", operator=Operator.IS_NOT_NULL),))
    row = ScopingFilterRow()

    row.become(swiss)

    assert row.clauses == [{"attribute": "mail", "operator": "IS NOT NULL", "value": ""}]
    assert row.as_filter() == swiss
