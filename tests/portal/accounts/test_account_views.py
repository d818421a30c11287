"""The page Accounts: made, changed, disabled, given a new password; and nobody locks everybody out."""

import re

import pytest
from django.test import Client

from portal.accounts import people
from portal.accounts.models import Account, AuditEntry, Role, SignInAttempt
from tests.factories import PASSWORD, make_account, make_administrator
from tests.views.reading import rows, toasts, words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NEW = {"username": "Mia", "display_name": "Mia Chen", "email": "", "role": "reports_reader", "principal_name": ""}
TYPED = {"way": "typed", "password": "a-much-better-one"}


def path(account: Account, end: str = "") -> str:
    return f"/settings/accounts/{account.pk}/{end}"


def changed(account: Account, **values: str) -> dict[str, str]:
    names = ("username", "display_name", "email", "role", "principal_name")
    return {**{name: getattr(account, name) for name in names}, **values}


def sign_in(username: str, password: str) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": username, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_the_list_says_who_what_role_and_when_they_signed_in_last(signed_in: Client) -> None:
    make_account(Role.REPORTS_READER, username="mia", display_name="Mia Chen", is_active=False)
    make_account(username="zoe", display_name="Zoe", principal_name="zoe@contoso.example", password=None)

    found = rows(signed_in.get("/settings/accounts/", {"role": ["reports_reader", "none"]}))

    assert found == [
        "MC Mia Chen mia Reports Reader Disabled Password Never",
        "Z Zoe zoe No role Enabled Microsoft Never",
    ]
    assert len(rows(signed_in.get("/settings/accounts/", {"q": "zoe@"}))) == 1


def test_a_made_up_password_is_shown_once_and_works_until_another_is_chosen(signed_in: Client) -> None:
    page = signed_in.post("/settings/accounts/new/", {**NEW, "way": "made_up"}).content.decode()
    (password,) = re.findall(r"\b(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\b", words(page.partition("Copy the password now")[2]))
    mia = Account.objects.get(username="mia")

    client = sign_in("mia", password)

    assert password not in signed_in.get(path(mia)).content.decode()
    assert client.get("/users/")["Location"] == "/account/"
    client.post("/account/", {"current": password, "new": "a-much-better-one", "again": "a-much-better-one"})
    assert client.get("/users/").status_code == 200
    entry = AuditEntry.objects.get(activity="Create account")
    assert (entry.target, entry.new["Role"], password in str(entry.new)) == ("mia", "reports_reader", False)


def test_a_typed_password_is_never_shown(signed_in: Client) -> None:
    response = signed_in.post("/settings/accounts/new/", NEW | TYPED, follow=True)

    assert "a-much-better-one" not in response.content.decode()
    assert is_in(sign_in("mia", "a-much-better-one"))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"username": "ROSA"}, "Another account has this user name."),
        ({"principal_name": "Rosa@contoso.example"}, "Another account has this user principal name."),
        ({"username": ""}, "This field is required."),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": ""}, "at least 10 characters"),
        ({"password": "password123"}, "too common"),
        ({"username": "miachenmia", "password": "miachenmia"}, "too similar to the user name"),
        ({"role": "king"}, "Select a valid choice."),
        ({"way": "without"}, "Select a valid choice."),
    ],
)
def test_what_will_not_do_is_said_at_its_field(signed_in: Client, values: dict[str, str], said: str) -> None:
    make_administrator(username="rosa", principal_name="rosa@contoso.example")

    response = signed_in.post("/settings/accounts/new/", NEW | TYPED | values)

    assert response.status_code == 422
    assert said in words(response)
    assert not Account.objects.filter(display_name="Mia Chen").exists()


def test_a_change_of_role_holds_at_once_and_is_audited(signed_in: Client) -> None:
    mia = make_account(Role.REPORTS_READER, username="mia")
    client = sign_in("mia", PASSWORD)
    assert client.get("/users/").status_code == 200

    signed_in.post(path(mia, "edit/"), changed(mia, role="none"))

    entry = AuditEntry.objects.get(activity="Change account")
    assert client.get("/users/").status_code == 403
    assert (entry.old["Role"], entry.new["Role"]) == ("reports_reader", "none")


def test_another_principal_name_is_another_person_at_microsoft(signed_in: Client) -> None:
    mia = make_account(principal_name="mia@contoso.example", microsoft_id="11111111-2222-4333-8444-555555555555")

    signed_in.post(path(mia, "edit/"), changed(mia, principal_name="MIA.new@contoso.example"))

    mia.refresh_from_db()
    assert (mia.principal_name, mia.microsoft_id) == ("mia.new@contoso.example", None)


def test_nobody_takes_their_own_role_or_access(signed_in: Client, administrator: Account) -> None:
    make_administrator()

    edited = signed_in.post(path(administrator, "edit/"), changed(administrator, role="reports_reader"))
    disabled = signed_in.post(path(administrator, "disable/"))

    administrator.refresh_from_db()
    assert "You cannot take your own role or access away." in words(edited)
    assert "You cannot take your own role or access away." in toasts(disabled)[-1]
    assert (administrator.role, administrator.is_active) == (Role.APPLICATION_ADMINISTRATOR, True)


def test_the_last_administrator_stays_one(administrator: Account) -> None:
    """Whoever asks was an administrator when the page was drawn, and is none any more."""
    last = make_administrator()
    administrator.role = Role.REPORTS_READER
    administrator.save()

    with pytest.raises(people.NotAllowed, match="last Application Administrator"):
        people.disable(last, administrator)
    with pytest.raises(people.NotAllowed, match="last Application Administrator"):
        people.change(last, {"role": Role.NONE}, administrator)
    make_administrator(is_active=False)
    with pytest.raises(people.NotAllowed, match="last Application Administrator"):
        people.disable(last, administrator)

    make_administrator()
    people.disable(last, administrator)
    last.refresh_from_db()
    assert not last.is_active


def test_disabling_signs_out_at_once_and_enabling_lets_in_again(signed_in: Client) -> None:
    mia = make_account(username="mia", display_name="Mia Chen")
    client = sign_in("mia", PASSWORD)

    assert toasts(signed_in.post(path(mia, "disable/"))) == ["Mia Chen was disabled\nIts sessions have ended."]
    assert (is_in(client), is_in(sign_in("mia", PASSWORD))) == (False, False)

    signed_in.post(path(mia, "enable/"))
    assert is_in(sign_in("mia", PASSWORD))


def test_a_reset_password_ends_sessions_and_the_wait_after_wrong_ones(signed_in: Client) -> None:
    mia = make_account(username="mia")
    client = sign_in("mia", PASSWORD)
    for _ in range(5):
        sign_in("mia", "wrong-password")
    assert SignInAttempt.objects.filter(username="mia").exists()

    signed_in.post(path(mia, "password/"), TYPED)

    assert not is_in(client)
    assert is_in(sign_in("mia", "a-much-better-one"))
    assert AuditEntry.objects.filter(activity="Reset password", target="mia").exists()


def test_sessions_are_listed_and_ended(signed_in: Client) -> None:
    mia = make_account(username="mia")
    client = sign_in("mia", PASSWORD)

    assert len(rows(signed_in.get(path(mia)))) == 1
    assert toasts(signed_in.post(path(mia, "end-sessions/"))) == ["1 session was ended"]
    assert not is_in(client)


def test_an_act_or_an_account_that_there_is_not_is_not_found(signed_in: Client, administrator: Account) -> None:
    assert signed_in.post(path(administrator, "promote/")).status_code == 404
    assert signed_in.get("/settings/accounts/999999/").status_code == 404


def test_sign_ins_that_fail_are_audited_and_never_with_a_password_in_the_wrong_field() -> None:
    make_account(username="mia")

    sign_in("mia", "wrong-password")
    sign_in("my-secret-password", "mia")

    known, unknown = AuditEntry.objects.filter(activity="Sign-in failed").order_by("pk")
    assert (known.target, known.new["User name exists"]) == ("mia", True)
    assert (unknown.target, unknown.new["User name exists"]) == ("", False)
    assert "my-secret-password" not in str(unknown.new)


def test_many_wrong_passwords_for_a_name_from_anywhere_close_it() -> None:
    make_account(username="mia")
    for number in range(20):
        SignInAttempt.objects.note("mia", f"198.51.100.{number}")

    assert not is_in(sign_in("mia", PASSWORD))


def test_many_names_from_one_address_close_the_address() -> None:
    make_account(username="mia")
    for number in range(50):
        SignInAttempt.objects.note(f"name{number}", "127.0.0.1")

    assert not is_in(sign_in("mia", PASSWORD))
