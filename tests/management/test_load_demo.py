"""The demo tenant: who is in it, that it is the same every time, and that it is loaded once."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from provisioning.management import demo_tenant
from provisioning.models import Directory, Group, Membership, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def said() -> str:
    """The demo is loaded; this is what the command told."""
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def test_the_command_tells_what_it_loaded(said: str) -> None:
    assert said == "Demo: 250 people and 12 groups of Contoso.\n"


def test_a_second_start_loads_nothing_and_takes_no_change_number(said: str) -> None:
    head, out = Directory.objects.the_one().head, StringIO()

    call_command("load_demo", stdout=out)

    assert (out.getvalue(), Directory.objects.the_one().head, User.objects.count()) == ("", head, 250)


def test_a_directory_with_somebody_in_it_is_left_alone() -> None:
    user = make_user()

    call_command("load_demo")

    assert [each.pk for each in User.objects.all()] == [user.pk]


def test_all_rows_have_the_change_number_that_was_taken_first(said: str) -> None:
    numbers = {
        number for model in (User, Group, Membership) for number in model.objects.values_list("change", flat=True)
    }

    assert numbers == {Directory.objects.the_one().head}


def test_the_demo_fits_into_one_transaction_that_takes_a_number(said: str) -> None:
    assert User.objects.count() + Group.objects.count() + Membership.objects.count() <= 1000


def test_loading_takes_few_queries() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        call_command("load_demo")

    assert len(queries) < 40


def test_object_ids_are_the_same_on_every_machine(said: str) -> None:
    bo = User.objects.get(user_principal_name="bo.bell@contoso.example")
    aurora = Group.objects.get(display_name="Project Aurora")

    assert str(bo.object_id) == "bf78c983-d07b-5a32-9b8f-225e766a33f3"
    assert str(aurora.object_id) == "37dc0c66-e494-56ae-b0e9-9a47dcd4c0d4"
    assert str(Directory.objects.the_one().tenant_id) == "cb2405df-6427-5f91-af10-be155c9c57bb"


def test_the_two_people_of_the_walk_are_ordinary_and_enabled(said: str) -> None:
    found = User.objects.present().filter(
        user_principal_name__in=["bo.bell@contoso.example", "cy.cole@contoso.example"],
        account_enabled=True,
        user_type="Member",
    )

    assert [user.display_name for user in found.order_by("display_name")] == ["Bo Bell", "Cy Cole"]


def test_the_administrator_of_the_stand_in_is_not_in_the_directory(said: str) -> None:
    assert not User.objects.filter(
        user_principal_name__in=["admin@contoso.example", "helpdesk@contoso.example"]
    ).exists()


def test_managers_form_one_tree(said: str) -> None:
    members = {user.pk: user for user in User.objects.filter(user_type="Member", employee_id__gt="")}

    def depth(user: User) -> int:
        return 0 if user.manager_id is None else 1 + depth(members[user.manager_id])

    depths = [depth(user) for user in members.values()]
    assert (depths.count(0), max(depths)) == (1, 3)


def test_there_are_disabled_people_guests_and_deleted_people(said: str) -> None:
    assert User.objects.filter(account_enabled=False).count() == 7
    guests = User.objects.filter(user_type="Guest")
    assert all("#EXT#" in guest.user_principal_name and "contoso" not in guest.mail for guest in guests)
    assert guests.count() == 4
    assert User.objects.exclude(deleted_at=None).count() == 2


def test_some_lack_a_name_that_gotomeeting_demands(said: str) -> None:
    assert set(User.objects.filter(surname="").values_list("display_name", flat=True)) == {"Wulandari"}
    assert set(User.objects.filter(given_name="").values_list("display_name", flat=True)) == {"Reception Leeds"}


def test_languages_are_many_and_some_are_bare_or_empty(said: str) -> None:
    languages = set(User.objects.values_list("preferred_language", flat=True))

    assert languages >= {"en-US", "sv-SE", "de-DE", "fr-FR", "ja-JP", "en", ""}


def test_names_have_accents_apostrophes_and_other_letters_and_addresses_do_not(said: str) -> None:
    users = User.objects.filter(user_type="Member")
    letters = {letter for user in users for letter in user.display_name}

    assert {"ö", "é", "Ł", "ß", "'", "美", "Ε", "-"} <= letters
    assert all(user.user_principal_name.isascii() and "'" not in user.user_principal_name for user in users)


def test_every_column_holds_only_what_fits(said: str) -> None:
    for user in User.objects.all():
        user.full_clean()


def test_groups_are_empty_nested_large_and_overlapping(said: str) -> None:
    sizes = dict(Group.objects.values_list("display_name", Count("memberships__user")))

    assert sizes == {
        "All Company": 244,
        "Meeting Hosts": 122,
        "Sales – EMEA": 31,
        "Sales – Americas": 11,
        "Sales – Asia Pacific": 7,
        "Sales": 0,
        "Webinar Team": 15,
        "Trainers": 10,
        "People Managers": 33,
        "Partners & Guests": 4,
        "Company News": 38,
        "Project Aurora": 0,
    }
    assert Membership.objects.exclude(member_group=None).count() == 3
    assert set(Group.objects.filter(security_enabled=False).values_list("display_name", flat=True)) == {"Company News"}


def test_addresses_are_made_of_plain_letters() -> None:
    assert demo_tenant.as_address("Björn O'Leary-Voß Łoś") == "bjorn.oleary-voss.los"
