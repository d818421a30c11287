"""The `filter` of a users list in both grammars."""

import pytest

from tests.goto_service import GotoService
from tests.sandbox.api import AdminApi, codes

BO, CY, ZED = "bo.bell@contoso.example", "cy.cole@contoso.example", "zed.extra@contoso.example"


def found(admin: AdminApi, encoded: str) -> list[str]:
    answer = admin.get(f"users?filter={encoded}")
    answer.raise_for_status()
    return [user["email"] for user in answer.json()["results"]]


@pytest.mark.parametrize(
    ("encoded", "emails"),
    [
        ("email%20eq%20%22bo.bell@contoso.example%22", [BO]),
        ("email%20eq%20%22BO.Bell@contoso.example%22", [BO]),
        ("firstName%20eq%20%22Zed%22", [ZED]),
        ("firstName%20eq%20%22zed%22", []),
        ("status%20eq%20%22INVITED%22", [BO]),
        ("key%20eq%20%225348866090871200003%22", [ZED]),
        ("(email=%22bo.bell@contoso.example%22)", [BO]),
        ("(email=%22(?i)BO.BELL@contoso.example%22)", [BO]),
        ("(lastName=%22(?i)cOLE%22)", [CY]),
        ("(lastName=%22cOLE%22)", []),
        ("(status=%22ACTIVE%22)%20%26%20(firstName=%22Cy%22)", [CY]),
        ("email%20eq%20%22nobody@contoso.example%22", []),
        ("(firstName=%22(?i).*%22)", []),
    ],
)
def test_both_grammars_find(admin: AdminApi, encoded: str, emails: list[str]) -> None:
    assert found(admin, encoded) == emails


def test_no_hit_says_a_total_of_none(admin: AdminApi) -> None:
    page = admin.get("users?filter=email%20eq%20%22x@contoso.example%22").json()

    assert page == {"results": [], "fromIndex": 0, "toIndex": 0, "total": 0}


def test_a_plus_for_a_space_is_refused(admin: AdminApi) -> None:
    answer = admin.get("users?filter=email+eq+%22bo.bell@contoso.example%22")

    assert (answer.status_code, codes(answer)) == (400, ["filter.invalid"])


def test_a_plus_in_an_address_is_found_when_encoded(admin: AdminApi) -> None:
    admin.add("bo+test@contoso.example")

    assert found(admin, "email%20eq%20%22bo%2Btest@contoso.example%22") == ["bo+test@contoso.example"]


def test_quotes_and_ampersands_inside_a_value_belong_to_it(admin: AdminApi, service: GotoService) -> None:
    service.edit(service.account(CY)["key"], lastName='Co"le) & (x')

    assert found(admin, "lastName%20eq%20%22Co%5C%22le)%20%26%20(x%22") == [CY]


@pytest.mark.parametrize(
    "encoded",
    ["nonsense", "email%20co%20%22a%22", "shoe%20eq%20%22a%22", "(email=a)", "email%20eq%20'a'", "(shoe=%22a%22)"],
)
def test_anything_else_is_refused(admin: AdminApi, encoded: str) -> None:
    answer = admin.get(f"users?filter={encoded}")

    assert (answer.status_code, codes(answer)) == (400, ["filter.invalid"])
