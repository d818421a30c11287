"""The picker of Add Assignment: who is offered, what is found, what is selected."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.forms.add_assignment import pick_of
from provisioning.models import EnterpriseApplication
from tests.factories import make_application, make_assignment, make_group, make_user, make_users
from tests.views.reading import words

HTMX = {"HX-Request": "true"}


@pytest.fixture
def application(db: None) -> EnterpriseApplication:
    return make_application("Citrix GoToMeeting")


def url_of(application: EnterpriseApplication) -> str:
    return f"/applications/{application.application_id}/users/add/"


def test_people_and_groups_are_offered_by_name_with_the_number_of_members(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    make_user(display_name="Zoë Lind", user_principal_name="zoe@contoso.example")
    gone = make_user(display_name="Gone", deleted_at=timezone.now())
    make_group("Meeting Hosts", [make_user(display_name="Ann Berg"), make_user(display_name="Bo Ek"), gone])

    page = words(signed_in.get(url_of(application)))

    assert "MH" not in page
    assert page.index("Ann Berg") < page.index("Meeting Hosts Group, 2 direct members") < page.index("Zoë Lind")


def test_the_deleted_and_groups_that_give_no_access_are_not_offered(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    make_user(display_name="Gone", deleted_at=timezone.now())
    make_group("Mailing list", security_enabled=False)
    make_group("Old group", deleted_at=timezone.now())

    assert "Nobody and no group of the directory matches." in words(signed_in.get(url_of(application)))


@pytest.mark.parametrize(("show", "found"), [("users", "Ann"), ("groups", "Anniversary")])
def test_tabs_show_only_people_or_only_groups(
    signed_in: Client, application: EnterpriseApplication, show: str, found: str
) -> None:
    make_user(display_name="Ann")
    make_group("Anniversary")

    part = signed_in.post(url_of(application), {"q": "ann", "show": show}, headers=HTMX)

    assert part.content.decode().count('type="checkbox"') == 1
    assert found in words(part)


def test_search_on_the_server_goes_beyond_what_is_listed(signed_in: Client, application: EnterpriseApplication) -> None:
    make_users(60)
    make_user(display_name="Zoë Lind")

    page = signed_in.get(url_of(application))
    part = signed_in.post(url_of(application), {"q": "zo"}, headers=HTMX)

    assert page.content.decode().count('name="pick"') == 50
    assert "There are more. Search to find them." in words(page)
    assert "Zoë Lind" in words(part)


def test_the_selection_survives_a_search_that_does_not_list_it(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    ann, bo = make_user(display_name="Ann"), make_user(display_name="Bo")

    page = signed_in.post(url_of(application), {"do": "search", "q": "bo", "pick": [pick_of(ann), pick_of(bo)]})

    html = page.content.decode()
    assert page.status_code == 200
    assert "Selected (2)" in words(page)
    assert f'<input type="hidden" name="pick" value="{pick_of(ann)}">' in html
    assert f'<input type="checkbox" name="pick" id="pick-{pick_of(bo)}" value="{pick_of(bo)}" checked>' in html


def test_one_can_be_taken_out_again_or_all(signed_in: Client, application: EnterpriseApplication) -> None:
    picks = [pick_of(make_user(display_name="Ann")), pick_of(make_user(display_name="Bo"))]

    dropped = signed_in.post(url_of(application), {"pick": picks, "drop": picks[0]}, headers=HTMX)
    reset = signed_in.post(url_of(application), {"pick": picks, "do": "reset"}, headers=HTMX)

    assert "Selected (1) Reset Bo" in words(dropped)
    assert "Selected (0) None selected" in words(reset)


def test_ticking_a_box_answers_the_whole_picker_and_the_selection(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    """A tick takes the place of a search under way, so its answer must show what the search would have."""
    ann, _ = make_user(display_name="Ann"), make_user(display_name="Bo")

    part = signed_in.post(url_of(application), {"pick": pick_of(ann), "q": "an"}, headers=HTMX)

    assert "Selected (1) Reset Ann" in words(part)
    assert "Bo" not in words(part)


def test_every_request_of_the_picker_takes_the_place_of_the_one_under_way(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    """Or an answer that does not know the newest tick would untick it."""
    ann = make_user(display_name="Ann")

    html = signed_in.post(url_of(application), {"pick": pick_of(ann)}).content.decode()

    assert html.count('hx-post="/applications/') == html.count('hx-sync="#add:replace"') > 3


def test_existing_roles_stand_beside_the_name(signed_in: Client, application: EnterpriseApplication) -> None:
    ann = make_user(display_name="Ann", account_enabled=False)
    make_assignment(application, ann, "OpenVoice")

    assert f"Ann {ann.user_principal_name} Account disabled OpenVoice" in words(signed_in.get(url_of(application)))


@pytest.mark.parametrize("number", [1, 3])
def test_needs_the_same_queries_for_any_number_of_choices(
    signed_in: Client,
    application: EnterpriseApplication,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    people = make_users(number)
    for person in people:
        make_assignment(application, person)
        make_assignment(application, make_group(members=[person]))

    with django_assert_num_queries(9):
        signed_in.post(url_of(application), {"pick": [pick_of(person) for person in people]}, headers=HTMX)
