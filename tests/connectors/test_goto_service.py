"""Signing in to GoTo, and what the errors of its services mean."""

from collections.abc import Mapping
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.goto import GoTo
from provisioning.errors import (
    Conflict,
    CredentialsRejected,
    InsufficientRights,
    LicenseLimitExceeded,
    PermissionMissing,
    ProvisioningError,
    Rejected,
    ServerError,
    SettingsInvalid,
    TargetObjectMissing,
    TooManyRequests,
    UnexpectedAnswer,
)
from provisioning.wire import client
from tests.connectors.goto_samples import ACCOUNT, ME, TOKEN, USER, goto, problem
from tests.wire.answers import Asked, Reply

PERSON = ObjectType.USER


@pytest.mark.parametrize(
    ("reply", "error", "text"),
    [
        ((400, {"error": "invalid_grant", "error_description": "bad password"}), CredentialsRejected, "bad password"),
        ((401, {"error": "invalid_grant"}), CredentialsRejected, "user name or the password"),
        ((401, {"error": "invalid_client", "error_description": "client not found"}), CredentialsRejected, "client ID"),
        ((400, {"error": "unauthorized_client"}), CredentialsRejected, "new clients may no longer"),
        ((400, {"error": "unsupported_grant_type"}), SettingsInvalid, "does not know"),
        ((403, None), CredentialsRejected, "refused the sign-in: .*403"),
        ((404, {"message": "no such path"}), SettingsInvalid, "no such path"),
        ((404, b"<html>"), UnexpectedAnswer, "text/html"),
        ((503, {"error": "invalid_grant"}), ServerError, "503"),
        ((429, None), TooManyRequests, "asks to wait"),
        ((200, {}), UnexpectedAnswer, "no access token"),
        ((200, ["x"]), UnexpectedAnswer, "no access token"),
        ((200, {"access_token": "two\nlines"}), UnexpectedAnswer, "no access token"),
        ((200, b"<html>"), UnexpectedAnswer, "text/html"),
    ],
)
def test_a_failed_sign_in_names_its_cause(reply: Reply, error: type[Exception], text: str) -> None:
    target, _ = goto({"POST /oauth/token": reply})

    with pytest.raises(error, match=text):
        target.test_connection()


@pytest.mark.parametrize(
    ("reply", "error", "text"),
    [
        ((400, {"error": "invalid_grant"}), CredentialsRejected, "personal access token. It may have expired"),
        ((400, {"error": "unauthorized_client"}), CredentialsRejected, "Enable that grant for the client"),
        ((401, {"error": "invalid_client"}), CredentialsRejected, "client ID"),
        ((400, {"error": "unsupported_grant_type"}), SettingsInvalid, "does not know"),
    ],
)
def test_a_refused_personal_access_token_is_told_as_such(reply: Reply, error: type[Exception], text: str) -> None:
    target, _ = goto({"POST /oauth/token": reply}, sign_in="personal_access_token", pat="A-token-1")

    with pytest.raises(error, match=text):
        target.test_connection()


def test_a_personal_access_token_is_sent_in_its_own_grant() -> None:
    target, transport = goto({"GET users/77": (404, None)}, sign_in="personal_access_token", pat=" A-token-1\n")

    target.get(PERSON, "77")

    assert transport.asked[0].text == "grant_type=personal_access_token&pat=A-token-1"


@pytest.mark.parametrize("seconds", [0, "1"])
def test_a_token_is_replaced_before_it_ends(seconds: object, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(0, 1000, 10))
    monkeypatch.setattr(client.time, "monotonic", lambda: float(next(now)))
    target, transport = goto(
        {"POST /oauth/token": (200, {**TOKEN, "expires_in": seconds}), "GET users/77": (404, None)}
    )

    target.get(PERSON, "77")
    target.get(PERSON, "77")

    assert [each.method for each in transport.asked][:3] == ["POST", "POST", "GET"]


def test_names_are_trimmed_and_passwords_are_not() -> None:
    target, transport = goto({"GET users/77": (404, None)}, username=" ada@contoso.example ", password=" p ")

    target.get(PERSON, "77")

    assert transport.asked[0].text == "grant_type=password&username=ada%40contoso.example&password=+p+"


def test_letters_of_any_kind_may_stand_in_client_and_password() -> None:
    target, transport = goto({"GET users/77": (404, None)}, client_secret="å山", password="å山")

    target.get(PERSON, "77")

    assert transport.asked[0].headers["Authorization"] == "Basic aWQ6w6XlsbE="
    assert transport.asked[0].text.endswith("password=%C3%A5%E5%B1%B1")


def test_addresses_have_the_vendors_as_default_and_no_slash_too_many() -> None:
    assert GoTo({}, goto({})[0].session).base_url == "https://api.getgo.com/admin/rest/v1"
    assert goto({}, api_url="https://api.getgo.com/")[0].base_url == "https://api.getgo.com/admin/rest/v1"


def test_a_403_that_means_an_invalid_token_signs_in_again() -> None:
    fresh = iter(["old", "new"])

    def me(asked: Asked) -> Reply:
        if asked.headers["Authorization"] == "Bearer old":
            return 403, {"int_err_code": "InvalidToken", "msg": "Invalid token passed"}
        return 200, ME

    def token(_: Asked) -> Reply:
        return 200, {**TOKEN, "access_token": next(fresh)}

    target, transport = goto({"POST /oauth/token": token, "GET me": me, "GET users/77": (404, None)})

    assert target.get(PERSON, "77") is None
    assert [each.method for each in transport.asked] == ["POST", "GET", "POST", "GET", "GET"]


def test_a_connection_test_tries_a_refused_password_again() -> None:
    replies: list[Reply] = [(400, {"error": "invalid_grant"}), (400, {"error": "invalid_grant"})]
    target, _ = goto({"POST /oauth/token": lambda _: replies.pop()})

    for _ in range(2):
        with pytest.raises(CredentialsRejected):
            target.test_connection()

    assert replies == []


@pytest.mark.parametrize(
    ("reply", "error", "text"),
    [
        ((409, problem("user.name.conflict", value="bo@contoso.example")), Conflict, r"bo@contoso.example.*incident-7"),
        ((409, problem("license.seats.exceeded")), LicenseLimitExceeded, "seats"),
        ((400, problem("license.limit.reached")), LicenseLimitExceeded, "limit"),
        ((400, problem("user.email.invalid")), Rejected, "user.email.invalid"),
        ((403, problem("forbidden")), InsufficientRights, "forbidden"),
        ((403, {"int_err_code": "InvalidToken", "msg": "Invalid token passed"}), CredentialsRejected, "InvalidToken"),
        ((401, {"code": "not.authenticated"}), PermissionMissing, "identity:"),
        ((401, None), CredentialsRejected, "new access token"),
        ((404, problem("account.not.found")), SettingsInvalid, "account.not.found"),
        ((404, problem("user.not.found")), TargetObjectMissing, "user.not.found"),
    ],
)
def test_an_error_is_of_its_family_and_says_what_goto_said(reply: Reply, error: type[Exception], text: str) -> None:
    target, _ = goto({"PUT users/77": reply, "GET users/77": (200, USER)})

    with pytest.raises(error, match=text):
        target.update(PERSON, "77", {"lastName": "Boll"})


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        ((409, problem("user.name.conflict")), "GoToMeeting has another account with this value: "),
        ((409, problem("license.seats.exceeded")), "GoToMeeting has no free seat for this licence: "),
        ((400, problem("user.email.invalid")), "GoToMeeting refused the values: user.email.invalid"),
        ((403, problem("forbidden")), "GoToMeeting does not allow this: "),
        ((404, problem("user.not.found")), "GoToMeeting does not have what was asked for: "),
        ((404, problem("account.not.found")), "GoToMeeting does not know the account of the connection settings: "),
        ((408, None), "GoToMeeting took too long: "),
        ((500, problem("internal.error")), "GoToMeeting failed: internal.error"),
        ((429, None), "GoToMeeting receives too many requests and asks to wait "),
        ((200, b"<html>"), "Something else than the API of GoToMeeting answered: text/html "),
    ],
)
def test_a_reason_begins_with_what_it_means_and_ends_with_the_request(reply: Reply, sentence: str) -> None:
    target, _ = goto({"PUT users/77": reply, "GET users/77": (200, USER)})

    with pytest.raises(ProvisioningError) as raised:
        target.update(PERSON, "77", {"lastName": "Boll"})

    assert str(raised.value).startswith(sentence)
    assert str(raised.value).endswith(f"(PUT /admin/rest/v1/accounts/{ACCOUNT}/users/77: {reply[0]})")


def test_an_error_carries_what_was_said() -> None:
    target, _ = goto({"PUT users/77": (409, problem("user.name.conflict"))})

    with pytest.raises(Conflict) as raised:
        target.update(PERSON, "77", {"lastName": "Boll"})

    (said,) = raised.value.exchanges
    assert (said.method, said.status, said.request) == ("PUT", 409, '{"lastName": "Boll"}')
    assert "incident-7" in said.response


def test_every_setting_is_explained() -> None:
    named: Mapping[str, Any] = {each.name: each for each in GoTo.settings}

    assert named["username"].label.format(app="Citrix GoToMeeting") == "Citrix GoToMeeting Admin User Name"
    assert named["password"].label.format(app="Citrix GoToMeeting") == "Citrix GoToMeeting Admin Password"
    assert [name for name, each in named.items() if each.secret] == ["password", "pat", "client_secret"]
    assert [name for name, each in named.items() if each.required] == ["sign_in", "username", "password", "pat"]
