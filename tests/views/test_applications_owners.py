"""Enterprise applications, All applications: by owner, and the columns that a person chose."""

from django.test import Client

from portal.accounts.models import Account
from tests.factories import make_application, make_owner
from tests.views.reading import rows, words


def test_columns_stay_chosen_where_the_person_signs_in_again(
    signed_in: Client, administrator: Account, client: Client
) -> None:
    make_application("One")
    signed_in.get("/applications/", {"column": ["owners"]})

    client.logout()
    client.force_login(administrator)

    assert rows(client.get("/applications/")) == ["On One –"]


def test_owners_are_a_filter_and_a_column(signed_in: Client) -> None:
    mine = make_application("Mine")
    bo = make_owner(mine, display_name="Bo Ek")
    make_owner(mine, display_name="Ann Berg")
    make_application("Nobodys")

    shown = {"column": "owners"}
    assert rows(signed_in.get("/applications/", shown)) == ["Mi Mine Ann Berg, Bo Ek", "No Nobodys –"]
    assert rows(signed_in.get("/applications/", {**shown, "owner": str(bo.pk)})) == ["Mi Mine Ann Berg, Bo Ek"]
    assert rows(signed_in.get("/applications/", {**shown, "owner": "none"})) == ["No Nobodys –"]
    page = words(signed_in.get("/applications/"))
    assert "Owner : All Owner Nobody Ann Berg Bo Ek" in page


def test_who_has_no_role_is_offered_owners_of_the_own_applications_only(client: Client, db: None) -> None:
    mine = make_application("Mine")
    client.force_login(make_owner(mine, display_name="Bo Ek"))
    make_owner(make_application("Others"), display_name="Somebody Else")

    assert "Somebody Else" not in client.get("/applications/").content.decode()
