"""Filters, sorting and pages of the SCIM lists."""

import pytest

from tests.goto_service import GotoService
from tests.sandbox.api import Scim


def names(scim: Scim, query: str) -> list[str]:
    answer = scim.get(f"Users?{query}")
    assert answer.status_code == 200, answer.text
    return [user["userName"].partition("@")[0] for user in answer.json()["resources"]]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ('userName eq "BO.bell@contoso.example"', ["bo.bell"]),
        ('userName sw "bo."', ["bo.bell"]),
        ('name.givenName eq "cy"', ["cy.cole"]),
        ('name.familyName sw "Ex"', ["zed.extra"]),
        ('displayName eq "Bo Bel"', ["bo.bell"]),
        ('userName eq "nobody@contoso.example"', []),
    ],
)
def test_one_condition_finds(scim: Scim, condition: str, found: list[str]) -> None:
    assert names(scim, f"filter={condition.replace(' ', '%20')}") == found
    assert names(scim, f"filter={condition.replace(' ', '+')}") == found


def test_a_quote_in_a_value_is_escaped(scim: Scim) -> None:
    scim.add("ann.ek@contoso.example", displayName='Ann "The" Ek')

    assert names(scim, 'filter=displayName eq "Ann \\"The\\" Ek"') == ["ann.ek"]


@pytest.mark.parametrize(
    "condition",
    ['userName co "bo"', 'email eq "x"', 'userName eq "a" and userName eq "b"', "userName eq bo", '(userName="bo")'],
)
def test_another_filter_is_refused(scim: Scim, condition: str) -> None:
    answer = scim.get("Users", params={"filter": condition})

    assert (answer.status_code, answer.json()["code"]) == (400, "filter.invalid")


def test_pages_count_from_one(scim: Scim) -> None:
    assert names(scim, "startIndex=2&count=2") == ["bo.bell", "cy.cole"]
    assert names(scim, "startIndex=5") == ["zed.extra"]
    assert scim.get("Users?startIndex=2&count=2").json()["totalResults"] == 5


def test_lists_are_sorted_as_asked(scim: Scim) -> None:
    assert names(scim, "sortBy=name.givenName&sortOrder=descending&count=2") == ["zed.extra", "helpdesk"]
    assert names(scim, "sortBy=name.familyName&count=1") == ["admin"]


def test_users_can_come_without_pages(scim: Scim, service: GotoService) -> None:
    service.strict(scim_users_paging=False)

    assert len(names(scim, "startIndex=2&count=2")) == 5


@pytest.mark.parametrize("query", ["startIndex=0", "count=-1", "count=many", "sortBy=password"])
def test_a_wrong_number_or_sorting_is_refused(scim: Scim, query: str) -> None:
    assert scim.get(f"Users?{query}").status_code == 400
