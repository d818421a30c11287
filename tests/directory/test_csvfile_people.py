"""Lines of CSV files to people: whom they are about, what they say, and what is wrong with them."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.directory.base import NOT_TOLD, Person
from provisioning.directory.csvfile_columns import USERS, What
from provisioning.directory.csvfile_writing import text_of
from tests.directory.csv_files import id_of, read, told, user, written

HEAD = "objectId,userPrincipalName,displayName,department,accountEnabled,manager\n"


def people(path: Path, *found: Any, **options: Any) -> list[Any]:
    reads = read(path, What.USERS, found, **options)
    assert told(reads) == {}
    return [each.record for each in reads]


def wrong(tmp_path: Path, lines: str, *found: Any, **options: Any) -> dict[int, str]:
    return dict(told(read(written(tmp_path, HEAD + lines), What.USERS, found, **options)))


def test_a_new_person_is_made_of_what_the_line_says(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + ",Ann@contoso.example,Ann Berg,Sales,no,\n")
    (entry,) = read(path, What.USERS)

    assert entry.is_new
    assert entry.record == Person(
        id=entry.record.id,
        attributes={
            "userPrincipalName": "Ann@contoso.example",
            "displayName": "Ann Berg",
            "department": "Sales",
            "accountEnabled": False,
        },
        manager=NOT_TOLD,
    )


def test_reading_again_gives_the_same_object_ids(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + ",ann@contoso.example,Ann,,,\n,bo@contoso.example,Bo,,,ann@contoso.example\n")

    first, again = people(path), people(path)

    assert first == again
    assert first[1].manager == first[0].id
    assert people(path, skip=1) == first[1:]


def test_people_are_known_by_name_or_object_id(tmp_path: Path) -> None:
    path = written(
        tmp_path, f"{HEAD},U1@contoso.example,Ann,,,\n{id_of(2)},new@contoso.example,Bo,,,\n{id_of(3)},,Cy,,,\n"
    )

    found = people(path, user(1), user(2), user(3))

    assert [each.id for each in found] == [id_of(1), id_of(2), id_of(3)]
    assert not any(each.is_new for each in read(path, What.USERS, [user(1), user(2), user(3)]))
    assert "userPrincipalName" not in found[2].attributes


def test_an_unknown_object_id_is_kept_for_the_new_person(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEAD}{id_of(9).upper()},ann@contoso.example,Ann,,,\n")

    assert [each.id for each in people(path)] == [id_of(9)]


def test_an_empty_cell_says_nothing_or_empties(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + ",u1@contoso.example,,,,\n")

    (kept,), (cleared,) = people(path, user(1)), people(path, user(1), clear=True)

    assert (kept.attributes, kept.manager) == ({"userPrincipalName": "u1@contoso.example"}, NOT_TOLD)
    assert (cleared.attributes, cleared.manager) == (
        {"userPrincipalName": "u1@contoso.example", "department": ""},
        "",
    )


def test_without_update_known_people_are_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + ",u1@contoso.example,Ann,,,\n,bo@contoso.example,Bo,,,\n")

    known, new = people(path, user(1), update=False)

    assert known == Person(id=id_of(1), attributes={})
    assert new.attributes["displayName"] == "Bo"


def test_block_sign_in_asks_the_other_way_round(tmp_path: Path) -> None:
    head = "User name [userPrincipalName] Required,Name,Block sign in (Yes/No) [accountEnabled] Required\n"
    path = written(tmp_path, head + "a@contoso.example,A,Yes\nb@contoso.example,B,No\n")

    assert [each.attributes["accountEnabled"] for each in people(path)] == [False, True]


def test_managers_stand_anywhere_in_the_file_or_in_the_directory(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        HEAD
        + ",a@contoso.example,A,,,B@contoso.example\n"
        + f",b@contoso.example,B,,,{id_of(5)}\n"
        + f"{id_of(7)},c@contoso.example,C,,,u5@contoso.example\n"
        + f",d@contoso.example,D,,,{id_of(7)}\n"
        + ",e@contoso.example,E,,,c@contoso.example\n",
    )

    first, second, *others = people(path, user(5))

    assert first.manager == second.id
    assert [each.manager for each in (second, *others)] == [id_of(5), id_of(5), id_of(7), id_of(7)]


# --- what is wrong -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",,Ann,,,", "userPrincipalName: The user name is missing."),
        (",ann,Ann,,,", "userPrincipalName: “ann” is no user name."),
        (",a b@contoso.example,Ann,,,", "userPrincipalName: “a b@contoso.example” is no user name."),
        (",ann@contoso.example,,,,", "displayName: A new person needs a name."),
        (",ann@contoso.example,Ann,,perhaps,", "accountEnabled: “perhaps” is neither Yes nor No."),
        (",ann@contoso.example,Ann,,,ghost@contoso.example", "is neither in the directory nor in this file."),
        (",ann@contoso.example,Ann,,,ann@contoso.example", "manager: Nobody is their own manager."),
        (f",ann@contoso.example,Ann,{'x' * 65},,", "department: The value has 65 letters; at most 64 can be stored."),
        ("17,ann@contoso.example,Ann,,,", "objectId: “17” is no object ID."),
        (f"{id_of(4)},u4@contoso.example,Ann,,,", "objectId: This person is deleted."),
        (f"{id_of(1)},u2@contoso.example,Ann,,,", "userPrincipalName: Another person of the directory has this"),
        ("ann@contoso.example,Ann", ": This line has 2 cells, the header has 6."),
        (",ann@contoso.example,Ann,,,,,x", ": This line has 8 cells, the header has 6."),
    ],
)
def test_a_line_says_what_is_wrong_with_it(tmp_path: Path, line: str, said: str) -> None:
    found = wrong(tmp_path, f"{line}\n", user(1), user(2), user(4, is_gone=True))

    assert list(found) == [2]
    assert said in found[2]


def test_empty_cells_at_the_end_of_a_line_are_harmless(tmp_path: Path) -> None:
    assert wrong(tmp_path, ",ann@contoso.example,Ann,,,,,,\n") == {}


def test_nobody_is_told_twice(tmp_path: Path) -> None:
    lines = ",u1@contoso.example,A,,,\n,U1@CONTOSO.EXAMPLE,B,,,\n"
    same = {3: "userPrincipalName: Line 2 is about the same."}

    assert wrong(tmp_path, lines) == same
    assert wrong(tmp_path, f"{id_of(1)},x@contoso.example,A,,,\n,u1@contoso.example,B,,,\n", user(1)) == same
    assert wrong(tmp_path, f"{id_of(1)},x@contoso.example,A,,,\n{id_of(1)},y@contoso.example,B,,,\n", user(1)) == same


def test_a_name_that_somebody_has_already_is_not_judged(tmp_path: Path) -> None:
    odd = user(1, "räv")

    assert wrong(tmp_path, f"{id_of(1)},Räv,Ann,,,\n", odd) == {}
    assert list(wrong(tmp_path, ",Räv,Ann,,,\n", odd)) == [2]


def test_a_deleted_name_is_free_again(tmp_path: Path) -> None:
    assert wrong(tmp_path, ",u4@contoso.example,Ann,,,\n", user(4, is_gone=True)) == {}


def test_every_problem_says_what_to_do(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + ",,Ann,,,\n")

    (entry,) = read(path, What.USERS)

    assert str(entry.problems[0].remedy) == "Fill in the user principal name, like name@contoso.example."


def test_two_people_may_swap_their_names(tmp_path: Path) -> None:
    lines = f"{id_of(1)},u2@contoso.example,Ann,,,\n{id_of(2)},u1@contoso.example,Bo,,,\n"

    assert wrong(tmp_path, lines, user(1), user(2)) == {}


# --- there and back ------------------------------------------------------------------------------
letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
names = st.from_regex(r"[a-z0-9.'_-]{1,20}@[a-z]{1,10}\.example", fullmatch=True)


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = []
    for name in draw(st.lists(names, max_size=5, unique=True)):
        row: dict[str, Any] = {each.name: draw(st.text(letters, max_size=each.limit)) for each in USERS if each.limit}
        row |= {"objectId": id_of(len(made) + 1), "userPrincipalName": name, "accountEnabled": draw(st.booleans())}
        row |= {"displayName": draw(st.text(letters, min_size=1, max_size=20)), "userType": "Member"}
        made.append(row | {"manager": made[0]["userPrincipalName"] if made else ""})
    return made


@given(rows())
def test_what_is_written_is_read_without_a_difference(
    tmp_path_factory: pytest.TempPathFactory, made: list[dict[str, Any]]
) -> None:
    text = "".join(text_of(What.USERS, [[row[each.name] for each in USERS] for row in made]))
    path = written(tmp_path_factory.mktemp("csv"), text)
    known = [user(number, row["userPrincipalName"]) for number, row in enumerate(made, start=1)]

    found = people(path, *known, clear=True)

    left_out = {"objectId", "manager"}
    assert [each.attributes for each in found] == [
        {name: value for name, value in row.items() if name not in left_out} for row in made
    ]
    assert [each.manager for each in found] == ["", *[id_of(1)] * (len(made) - 1)][: len(made)]
