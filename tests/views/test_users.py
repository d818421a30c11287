"""Users: the list, and adding and changing a person."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import Account, AuditEntry
from provisioning.models import Directory, User
from tests.factories import change_user, make_user, make_users
from tests.html_forms import fields_of
from tests.views.reading import rows, toasts, words

HTMX = {"HX-Request": "true"}


def url_of(user: User, deed: str = "") -> str:
    return f"/users/{user.object_id}/{deed}"


def form_of(client: Client, url: str, **edits: Any) -> dict[str, str]:
    """What a browser would send from the page, with these edits."""
    return fields_of(client.get(url).content.decode(), "edit", **edits)


# --- the list ------------------------------------------------------------------------------------
def test_the_list_shows_who_is_in_the_directory_by_name(signed_in: Client) -> None:
    make_user(display_name="Bo Ek", user_principal_name="bo@contoso.example", account_enabled=False)
    make_user(
        display_name="Ann Berg",
        user_principal_name="ann@contoso.example",
        department="Sales",
        job_title="Clerk",
        user_type="Guest",
    )
    make_user(deleted_at=timezone.now())

    assert rows(signed_in.get("/users/")) == [
        "AB Ann Berg ann@contoso.example Enabled Guest Sales Clerk",
        "BE Bo Ek bo@contoso.example Disabled Member – –",
    ]


def test_search_and_filters(signed_in: Client) -> None:
    ann = make_user(display_name="Ann Berg", surname="Berg", department="B")
    make_user(display_name="Bo Ek", account_enabled=False, user_type="Guest", department="A")
    make_user(display_name="Cy Gone", deleted_at=timezone.now())
    make_user(display_name="Di Purged", deleted_at=timezone.now(), purged_at=timezone.now())

    def found(**query: Any) -> list[str]:
        return [row.split()[1] for row in rows(signed_in.get("/users/", query))]

    assert found(q="berg") == ["Ann"]
    assert found(q=str(ann.object_id)) == ["Ann"]
    assert found(account="disabled") == ["Bo"]
    assert found(account=["enabled", "deleted"]) == ["Ann", "Cy"]
    assert found(type="Guest") == ["Bo"]
    assert found(sort="-name") == ["Bo", "Ann"]
    assert found(sort="department") == ["Bo", "Ann"]
    assert found(q="\0", account="lost", type="Robot", sort="size", page="x") == ["Ann", "Bo"]


def test_no_hit_offers_to_clear_the_filters(signed_in: Client) -> None:
    assert "No user matches Clear filters" in words(signed_in.get("/users/", {"q": "nobody"}))


def test_an_empty_directory_offers_to_add_somebody(signed_in: Client) -> None:
    assert "Nobody is in the directory yet New user" in words(signed_in.get("/users/"))


def test_shows_fifty_a_page(signed_in: Client) -> None:
    make_users(51)

    assert len(rows(signed_in.get("/users/"))) == 50
    assert len(rows(signed_in.get("/users/", {"page": 2}))) == 1


def test_htmx_gets_the_list_alone(signed_in: Client) -> None:
    part = signed_in.get("/users/", {"q": "", "account": "enabled"}, headers=HTMX)

    assert part.headers["HX-Push-Url"] == "/users/?account=enabled"
    assert "<main" not in part.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_needs_the_same_queries_for_any_number_of_rows(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    make_users(number)

    with django_assert_num_queries(6):
        signed_in.get("/users/")


# --- adding and changing -------------------------------------------------------------------------
def test_adding_a_user(signed_in: Client) -> None:
    data = form_of(
        signed_in, "/users/new/", display_name="Ann Berg", user_principal_name="ann@contoso.example", country="Sweden"
    )

    answer = signed_in.post("/users/new/", data)

    user = User.objects.get()
    assert (answer.status_code, answer.url) == (303, url_of(user))
    assert toasts(answer) == ["Ann Berg was added\nApplications follow with their next cycle."]
    assert (user.country, user.account_enabled, user.user_type) == ("Sweden", True, "Member")
    assert user.change == Directory.objects.the_one().head
    assert AuditEntry.objects.get().new["user_principal_name"] == "ann@contoso.example"


def test_the_second_of_two_clicks_on_save_meets_the_name(signed_in: Client) -> None:
    data = form_of(signed_in, "/users/new/", display_name="Ann", user_principal_name="ann@contoso.example")
    signed_in.post("/users/new/", data)

    answer = signed_in.post("/users/new/", {**data, "user_principal_name": "ANN@contoso.example"})

    assert answer.status_code == 422
    assert "User principal name: Another user has this user principal name." in words(answer)
    assert User.objects.count() == 1


def test_the_name_of_a_deleted_user_can_be_given_again(signed_in: Client) -> None:
    make_user(user_principal_name="ann@contoso.example", deleted_at=timezone.now())
    data = form_of(signed_in, "/users/new/", display_name="Ann", user_principal_name="ann@contoso.example")

    assert signed_in.post("/users/new/", data).status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", ""),
        ("display_name", "x" * 257),
        ("given_name", "a\0b"),
        ("user_principal_name", "no address"),
        ("user_principal_name", "a@" + "b" * 300 + ".example"),
        ("mail", "nowhere"),
        ("preferred_language", "english, please"),
        ("user_type", "Robot"),
        ("employee_id", "1" * 17),
    ],
)
def test_what_does_not_do_is_refused_at_its_field_and_nothing_is_saved(
    signed_in: Client, field: str, value: str
) -> None:
    user = make_user(display_name="Ann")
    head = Directory.objects.the_one().head

    answer = signed_in.post(url_of(user, "edit/"), form_of(signed_in, url_of(user, "edit/"), **{field: value}))

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert Directory.objects.the_one().head == head


def test_changing_a_user_writes_what_changed_with_a_change_number_and_an_audit_entry(
    signed_in: Client, administrator: Account
) -> None:
    user = make_user(user_principal_name="ann@contoso.example", department="Sales")
    data = form_of(signed_in, url_of(user, "edit/"), department="Legal", account_enabled=None)

    answer = signed_in.post(url_of(user, "edit/"), data)

    before, user = user.change, User.objects.get()
    assert (answer.status_code, answer.url) == (303, url_of(user))
    assert (user.department, user.account_enabled) == ("Legal", False)
    assert user.change == Directory.objects.the_one().head > before
    entry = AuditEntry.objects.get()
    assert (entry.who, entry.activity, entry.target) == (administrator, "Update user", "ann@contoso.example")
    assert entry.old == {"department": "Sales", "account_enabled": True}
    assert entry.new == {"department": "Legal", "account_enabled": False}


def test_a_guest_can_be_saved_with_the_marker_in_the_name(signed_in: Client) -> None:
    user = make_user(user_principal_name="bo_fabrikam.example#EXT#@contoso.example", user_type="Guest")
    data = form_of(signed_in, url_of(user, "edit/"), city="Oslo")

    assert signed_in.post(url_of(user, "edit/"), data).status_code == 303


def test_a_type_that_only_the_source_knows_is_kept(signed_in: Client) -> None:
    user = make_user(user_type="Contractor")

    signed_in.post(url_of(user, "edit/"), form_of(signed_in, url_of(user, "edit/"), city="Oslo"))

    assert User.objects.get().user_type == "Contractor"


def test_whoever_saves_second_is_told_what_the_first_changed(signed_in: Client) -> None:
    user = make_user(department="Sales", city="Oslo")
    data = form_of(signed_in, url_of(user, "edit/"), department="Legal")
    change_user(user, department="Finance", city="Bergen")

    answer = signed_in.post(url_of(user, "edit/"), data)

    assert answer.status_code == 409
    assert "Department Finance Legal" in words(answer)
    assert "City Bergen Not edited by you" in words(answer)
    assert User.objects.get().department == "Finance"


def test_saving_once_more_keeps_ones_own_edits_and_takes_over_the_others(signed_in: Client) -> None:
    user = make_user(department="Sales", city="Oslo")
    data = form_of(signed_in, url_of(user, "edit/"), department="Legal")
    change_user(user, department="Finance", city="Bergen", account_enabled=False)
    told = signed_in.post(url_of(user, "edit/"), data)

    answer = signed_in.post(url_of(user, "edit/"), fields_of(told.content.decode(), "edit"))

    user = User.objects.get()
    assert answer.status_code == 303
    assert (user.department, user.city, user.account_enabled) == ("Legal", "Bergen", False)


def test_a_deleted_user_is_restored_before_they_are_changed(signed_in: Client) -> None:
    user = make_user(deleted_at=timezone.now())

    answer = signed_in.get(url_of(user, "edit/"))

    assert (answer.status_code, answer.url) == (303, url_of(user))
    assert toasts(answer) == ["This user is deleted. Restore them first."]
