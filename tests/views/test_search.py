"""Search in the top bar: what it finds, and where that leads."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import make_activity, make_application, make_cycle, make_group, make_job, make_owner, make_user
from tests.views.reading import words

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def found(client: Client, text: str) -> str:
    return words(client.get("/search/", {"q": text}))


def test_an_application_is_found_by_any_part_of_its_name(signed_in: Client) -> None:
    application = make_application("Citrix GoToMeeting")

    page = signed_in.get("/search/", {"q": "meeting"})

    assert "1 result for “meeting” Applications CG Citrix GoToMeeting" in words(page)
    assert f'href="{application.get_absolute_url()}"' in page.content.decode()


@pytest.mark.parametrize("text", ["citrix", "GoToMeet"])
def test_an_application_is_found_by_its_name_in_the_gallery_and_by_the_publisher(signed_in: Client, text: str) -> None:
    make_application("Meetings", "citrix_gotomeeting")
    make_application("Expenses", "scim")

    page = found(signed_in, text)

    assert "1 result" in page
    assert "Applications Me Meetings Citrix GoToMeeting" in page


def test_applications_with_the_text_in_their_own_name_come_first(signed_in: Client) -> None:
    make_application("A wiki", "citrix_gotomeeting")
    make_application("Our citrix", "scim")

    page = found(signed_in, "citrix")

    assert page.index("Our citrix") < page.index("A wiki")


def test_an_application_is_found_by_each_of_its_ids(signed_in: Client) -> None:
    job = make_job(make_application("Meetings"))

    for id_ in (job.application.application_id, job.application.object_id, job.job_id):
        assert "Applications Me Meetings" in found(signed_in, str(id_))


def test_people_and_groups_are_found_by_the_beginning_of_a_name(signed_in: Client) -> None:
    make_user(display_name="Bo Bell", given_name="Bo", surname="Bell", user_principal_name="bo@contoso.example")
    make_group("Bell ringers")
    make_user(display_name="Abel Ay", given_name="Abel", surname="Ay", user_principal_name="abel@contoso.example")

    page = found(signed_in, "bell")

    assert "Users BB Bo Bell bo@contoso.example" in page
    assert "Groups Bell ringers" in page
    assert "Abel" not in page


def test_pages_are_found_by_a_word_of_their_name(signed_in: Client) -> None:
    page = signed_in.get("/search/", {"q": "logs"})

    assert "Pages Provisioning logs" in words(page)
    assert 'href="/logs/"' in page.content.decode()


def test_an_entry_of_the_logs_and_a_cycle_are_found_by_their_id(signed_in: Client) -> None:
    entry = make_activity(make_cycle(make_job(make_application("Meetings"))), make_user(display_name="Bo Bell"))
    assert entry.cycle is not None

    assert "Logs Bo Bell Meetings" in found(signed_in, str(entry.activity_id))
    assert "Logs Cycle Meetings" in found(signed_in, str(entry.cycle.cycle_id))


def test_who_has_no_role_finds_the_own_applications_and_nobody(client: Client) -> None:
    owner = make_owner(make_application("Bo's meetings"))
    make_application("Bo's wiki")
    make_user(display_name="Bo Bell")
    client.force_login(owner)

    page = found(client, "bo")

    assert "1 result for “bo”" in page
    assert "Bo's meetings" in page
    assert "Bo Bell" not in page


def test_nothing_that_matches_says_how_to_search(signed_in: Client) -> None:
    assert "0 results for “zzz” Nothing matches Applications are found by any part" in found(signed_in, "zzz")


def test_an_empty_search_is_a_page_with_the_box(signed_in: Client) -> None:
    page = signed_in.get("/search/")

    assert page.status_code == 200
    assert "results" not in words(page)


def test_while_typing_a_few_of_each_kind_are_shown_with_a_way_to_all(signed_in: Client) -> None:
    for number in range(7):
        make_user(display_name=f"Bo {number}")

    part = signed_in.get("/search/", {"q": "bo"}, headers=HTMX)

    assert part.content.decode().count("<li>") == 5
    assert "Show all results for “bo”" in words(part)
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]


def test_what_is_found_is_text_and_no_markup(signed_in: Client) -> None:
    make_application("<b>Bold</b>")

    assert "<b>Bold" not in signed_in.get("/search/", {"q": "bold"}).content.decode()
    assert "&lt;i&gt;" in signed_in.get("/search/", {"q": "<i>"}).content.decode()


def test_a_search_costs_the_same_few_queries_however_much_it_finds(
    signed_in: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        make_user(display_name=f"Bo {number}")
        make_application(f"Bo {number}")

    with django_assert_max_num_queries(12):
        signed_in.get("/search/", {"q": "bo"})
