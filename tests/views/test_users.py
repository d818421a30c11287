"""Users: the list, its search, filters, columns and pages, and the recycle bin."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.forms.user_lists import UserFilter
from provisioning.jobs.keyset import Order, page_of
from provisioning.models import Directory
from tests.factories import make_application, make_assignment, make_directory, make_group, make_user, make_users
from tests.views.reading import rows, words

HTMX = {"HX-Request": "true"}


def names(client: Client, **query: Any) -> list[str]:
    return [row.split()[1] for row in rows(client.get("/users/", query))]


def test_the_list_shows_who_is_in_the_directory_by_name(signed_in: Client) -> None:
    make_user(display_name="Bo Ek", user_principal_name="bo@contoso.example", account_enabled=False)
    make_user(
        display_name="ann Berg",
        user_principal_name="ann@contoso.example",
        department="Sales",
        job_title="Clerk",
        user_type="Guest",
    )
    make_user(deleted_at=timezone.now())

    page = signed_in.get("/users/")

    assert rows(page) == [
        "AB ann Berg ann@contoso.example Enabled Guest Sales Clerk",
        "BE Bo Ek bo@contoso.example Disabled Member – –",
    ]
    assert "2 users found" in words(page)


def test_search_and_filters(signed_in: Client) -> None:
    ann = make_user(display_name="Ann Berg", given_name="Ann", surname="Berg", department="Board")
    bo = make_user(display_name="Bo Ek", account_enabled=False, user_type="Guest", department="accounts")
    make_user(display_name="Cy Gone", deleted_at=timezone.now())
    make_user(display_name="Di Purged", deleted_at=timezone.now(), purged_at=timezone.now())
    make_assignment(make_application(), make_group(members=[bo]))

    def found(**query: Any) -> list[str]:
        return names(signed_in, **query)

    assert found(q="BERG") == ["Ann"]
    assert found(q=str(ann.object_id)) == ["Ann"]
    assert found(q="erg") == []
    assert found(account="disabled") == ["Bo"]
    assert found(account=["enabled", "deleted"]) == ["Ann", "Cy"]
    assert found(type="Guest") == ["Bo"]
    assert found(department="ACC") == ["Bo"]
    assert found(assigned="yes") == ["Bo"]
    assert found(assigned="no") == ["Ann"]
    assert found(assigned=["yes", "no"]) == ["Ann", "Bo"]
    assert found(sort="-name") == ["Bo", "Ann"]
    assert found(sort="department") == ["Bo", "Ann"]
    assert found(q="\0", account="lost", type="Robot", sort="size", size="7", older="x", column="shoe") == ["Ann", "Bo"]


def test_direct_assignments_count_and_removed_ones_do_not(signed_in: Client) -> None:
    ann, bo = make_user(display_name="Ann"), make_user(display_name="Bo")
    application = make_application()
    make_assignment(application, ann)
    removed = make_assignment(application, bo)
    removed.removed = True
    removed.save()

    assert [row.split()[1] for row in rows(signed_in.get("/users/", {"assigned": "yes"}))] == ["Ann"]


@pytest.mark.parametrize("text", ["Åsa", "åsa", "ÅSA"])
def test_letters_beyond_ascii_are_found_in_either_case(signed_in: Client, text: str) -> None:
    make_user(display_name="Åsa Lind")

    assert names(signed_in, q=text[:2]) == ["Åsa"]


def test_search_and_sorting_are_served_by_indexes(signed_in: Client) -> None:
    directory = Directory.objects.the_one()
    for query, expected in (
        ({"q": "an"}, "USING INDEX user_by_folded_name (directory_id=? AND <expr>>? AND <expr><?)"),
        ({"q": "an"}, "USING INDEX user_by_mail (directory_id=? AND <expr>>? AND <expr><?)"),
        ({}, "USING INDEX user_by_folded_name (directory_id=? AND <expr>>?)"),
        ({"sort": "department"}, "USING INDEX user_by_department"),
    ):
        form = UserFilter(query)
        with CaptureQueriesContext(connection) as statements:
            page_of(form.found(directory), {"older": "an~1"} if not query else {}, 2, Order("place", form.sorted_by[1]))
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + statements[-1]["sql"])
            plan = " ".join(row[3] for row in cursor.fetchall())

        assert expected in plan, plan


def test_columns_are_chosen_and_remembered(signed_in: Client) -> None:
    user = make_user(display_name="Ann Berg", city="Oslo", extensions={"extensionAttribute1": "x"})

    assert rows(signed_in.get("/users/", {"column": ["city", "id"]})) == [f"AB Ann Berg Oslo {user.object_id}"]
    assert rows(signed_in.get("/users/")) == [f"AB Ann Berg Oslo {user.object_id}"]
    assert rows(signed_in.get("/users/", {"column": ["city"]})) == ["AB Ann Berg Oslo"]


def test_all_columns_can_be_shown(signed_in: Client) -> None:
    make_user(display_name="Ann Berg")
    page = signed_in.get("/users/")

    for key, _label in page.context["column_choices"]:
        assert signed_in.get("/users/", {"column": key, "sort": key}).status_code == 200


def test_no_hit_offers_to_clear_the_filters(signed_in: Client) -> None:
    assert "No user matches Clear filters" in words(signed_in.get("/users/", {"q": "nobody"}))
    assert "No user matches Clear filters" in words(signed_in.get("/users/", {"department": "nowhere"}))


def test_an_empty_directory_offers_to_add_somebody(signed_in: Client) -> None:
    assert "Nobody is in the directory yet New user" in words(signed_in.get("/users/"))


def test_pages_go_on_by_key(signed_in: Client) -> None:
    for number in range(120):
        make_user(display_name=f"Person {number % 7}")
    first = signed_in.get("/users/")
    second = signed_in.get(f"/users/{first.context['older']}")
    third = signed_in.get(f"/users/{second.context['older']}")

    walked = [[person.pk for person, _cells in page.context["rows"]] for page in (first, second, third)]

    assert [len(page) for page in walked] == [50, 50, 20]
    assert len({key for page in walked for key in page}) == 120
    assert [p.pk for p, _c in signed_in.get(f"/users/{third.context['newer']}").context["rows"]] == walked[1]
    assert len(rows(signed_in.get("/users/", {"size": "200"}))) == 120


def test_htmx_gets_the_list_alone(signed_in: Client) -> None:
    part = signed_in.get("/users/", {"q": "", "account": "enabled"}, headers=HTMX)

    assert part.headers["HX-Push-Url"] == "/users/?account=enabled"
    assert "<main" not in part.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_needs_the_same_queries_for_any_number_of_rows(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    make_users(number)

    with django_assert_num_queries(8):
        signed_in.get("/users/")


# --- the recycle bin ------------------------------------------------------------------------------
def test_deleted_users_are_listed_latest_first(signed_in: Client) -> None:
    make_user(display_name="Ann", deleted_at=timezone.now() - timezone.timedelta(days=1), department="Sales")
    make_user(display_name="Bo", deleted_at=timezone.now())
    make_user(display_name="Cy", deleted_at=timezone.now(), purged_at=timezone.now())
    make_user(display_name="Di")

    page = signed_in.get("/users/deleted/")

    assert [row.split()[1] for row in rows(page)] == ["Bo", "Ann"]
    assert "Restore Delete permanently" in words(page)
    assert [row.split()[1] for row in rows(signed_in.get("/users/deleted/", {"q": "an"}, headers=HTMX))] == ["Ann"]
    assert "No deleted user matches" in words(signed_in.get("/users/deleted/", {"q": "x"}))


def test_an_empty_recycle_bin_says_so(signed_in: Client) -> None:
    assert "The recycle bin is empty" in words(signed_in.get("/users/deleted/"))


def test_people_from_elsewhere_are_shown_with_a_note(signed_in: Client) -> None:
    user = make_user()
    make_directory(source="graph")
    note = "People and groups come from Azure Active Directory. Change them there."

    for url in ("/users/", f"/users/{user.object_id}/", "/groups/"):
        page = signed_in.get(url)
        assert note in words(page)
        assert "aria-disabled" in page.content.decode()
    assert signed_in.get("/users/new/").status_code == 303
    assert signed_in.get(f"/users/{user.object_id}/edit/").status_code == 303
    assert signed_in.post(f"/users/{user.object_id}/delete/").status_code == 303
    user.refresh_from_db()
    assert user.deleted_at is None
