"""The lookup `beginning`."""

import pytest
from django.db import connection

from provisioning.models import Activity, Directory, Group, User
from provisioning.models.prefix import BEGINNING, Folded
from tests.factories import make_activity, make_cycle, make_group, make_job, make_user


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("an", {"an", "an_x", "an%y", "anna", "an\U0001f600"}),
        ("an%", {"an%y"}),
        ("an_", {"an_x"}),
        ("ann", {"anna"}),
        ("an\\", set()),
        ("å", {"åsa"}),
        ("*", set()),
    ],
)
def test_it_finds_texts_that_begin_so_and_no_others(db: None, text: str, found: set[str]) -> None:
    cycle = make_cycle(make_job())
    for identity in ("an", "an_x", "an%y", "anna", "an\U0001f600", "åsa", "ao", "bann", "am"):
        make_activity(cycle, identity=identity)

    rows = Activity.objects.filter(**{f"identity__{BEGINNING}": text})

    assert set(rows.values_list("identity", flat=True)) == found


def test_an_index_serves_it_on_sqlite(db: None) -> None:
    rows = Activity.objects.filter(**{f"identity__{BEGINNING}": "an"}).order_by()
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        plan = " ".join(row[3] for row in cursor.fetchall())

    assert "USING INDEX activity_by_identity (identity>? AND identity<?)" in plan


@pytest.mark.both_databases
def test_people_are_found_by_the_beginning_of_any_of_their_names(db: None) -> None:
    ann = make_user(display_name="Ann Berg", surname="Berg", mail="a.b_c@contoso.example")
    bo = make_user(display_name="berg, Bo", surname="Ek", mail="axb@contoso.example")
    make_user(display_name="Åsa", given_name="Åsa", surname="Öhman", mail="")

    def found(text: str) -> set[str]:
        return {each.display_name for each in User.objects.present().search(text)}

    assert found("BERG") == {"Ann Berg", "berg, Bo"}
    assert found("a.b_") == {"Ann Berg"}
    assert found("åsa") == found("ÅSA"[:1]) == found("öh") == {"Åsa"}
    assert found(str(bo.object_id).upper()) == {"berg, Bo"}
    assert found("%") == found("erg") == set()
    assert ann.pk


@pytest.mark.both_databases
def test_lists_are_sorted_by_code_points_of_small_letters_on_both_databases(db: None) -> None:
    for name in ("beta", "Alpha", "alpha-b", "Alpha b", "_x", "Zeta", "älpha"):
        make_group(name)

    rows = Group.objects.annotate(place=Folded("display_name")).order_by("place", "pk")

    assert [each.display_name for each in rows] == ["_x", "Alpha", "Alpha b", "alpha-b", "beta", "Zeta", "älpha"]


@pytest.mark.postgres
def test_an_index_serves_search_and_order_on_postgresql(db: None) -> None:
    names = [f"{letter}{number}" for letter in "abcdefghij" for number in range(100)]
    directory = Directory.objects.the_one()
    User.objects.bulk_create(
        User(
            directory=directory,
            display_name=f"D {name}",
            given_name=name,
            surname=f"S {name}",
            mail=f"m{name}@contoso.example",
            user_principal_name=f"{name}@contoso.example",
        )
        for name in names
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE provisioning_user")  # else the plan hangs on what was known of the table by chance
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        plans = []
        ordered = (
            User.objects.filter(directory=directory).annotate(place=Folded("display_name")).order_by("place", "pk")
        )
        for rows in (User.objects.search("an").order_by(), ordered[:50]):
            sql, values = rows.query.sql_with_params()
            cursor.execute(f"EXPLAIN {sql}", values)
            plans.append(" ".join(row[0] for row in cursor.fetchall()))

    for name in ("user_by_folded_name", "user_by_folded_upn", "user_by_mail", "user_by_surname", "user_by_given_name"):
        assert name in plans[0]
    # From where the texts begin, not through the whole index.
    assert plans[0].count("Index Cond: ((directory_id = ") == 5
    assert "user_by_folded_name" in plans[1]
    assert "Sort" not in plans[1]
