"""Signing in to a SCIM application: by a token, by OAuth client credentials, by a password."""

from base64 import b64encode
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.scim import Scim
from provisioning.errors import CredentialsRejected, SettingsInvalid, UnexpectedAnswer
from tests.connectors.scim_samples import BO, Answer, scim
from tests.wire.answers import Answers, Asked, Reply, session_with

USER = ObjectType.USER
CLIENT = {
    "sign_in": "client_credentials",
    "token": "",
    "token_url": "https://scim.contoso.example/token",
    "client_id": "a client",
    "client_secret": "s/1",
}
BASIC = {"sign_in": "basic", "token": "", "username": "ada", "password": "pässword"}


def read(token_replies: list[Reply], *statuses: int, **settings: str) -> list[Asked]:
    """Read somebody as this client; `statuses` of the reads come in turn. Gives everything that was asked."""
    left = [*statuses]

    def user(_: Asked) -> Reply:
        status = left.pop(0) if left else 200
        return status, BO if status == 200 else None

    replies: dict[str, Answer] = {"POST /token": lambda _: token_replies.pop(0), "GET /Users/7": user}
    target, transport = scim(replies, **{**CLIENT, **settings})
    assert target.get(USER, "7") is not None
    return transport.asked


def test_a_token_goes_with_every_request_and_an_empty_one_with_none() -> None:
    for token, sent in ((" secret-token-1\n", "Bearer secret-token-1"), ("", None)):
        target, transport = scim({"GET /Users/7": (200, BO)}, token=token)
        target.get(USER, "7")
        assert transport.asked[0].headers.get("Authorization") == sent


def test_a_token_that_can_not_be_one_is_told() -> None:
    with pytest.raises(SettingsInvalid, match="Secret Token holds spaces"):
        scim({}, token="two words")[0].get(USER, "7")


def test_a_refused_token_is_not_sent_again() -> None:
    target, transport = scim({"GET /Users/7": (401, None)})

    with pytest.raises(CredentialsRejected):
        target.get(USER, "7")
    assert len(transport.asked) == 1


def test_a_password_goes_in_the_header() -> None:
    target, transport = scim({"GET /Users/7": (200, BO)}, **BASIC)

    target.get(USER, "7")

    assert transport.asked[0].headers["Authorization"] == "Basic " + b64encode("ada:pässword".encode()).decode()
    assert target.signed_in_as == "ada"


def test_a_client_gets_a_token_with_its_secret_in_the_header() -> None:
    first, second = read([(200, {"access_token": "t1", "expires_in": "3600"})], scope="scim.write")

    assert first.text == "grant_type=client_credentials&scope=scim.write"
    assert first.headers["Authorization"] == "Basic " + b64encode(b"a+client:s%2F1").decode()
    assert second.headers["Authorization"] == "Bearer t1"


def test_a_client_that_is_refused_in_the_header_is_tried_in_the_form() -> None:
    asked = read([(401, {"error": "invalid_client"}), (200, {"access_token": "t1"})])

    assert asked[1].text == "grant_type=client_credentials&client_id=a+client&client_secret=s%2F1"
    assert "Authorization" not in asked[1].headers


def test_a_token_that_ended_is_replaced_once() -> None:
    asked = read([(200, {"access_token": "t1"}), (200, {"access_token": "t2"})], 401)

    assert [each.headers["Authorization"][-2:] for each in asked if each.method == "GET"] == ["t1", "t2"]


@pytest.mark.parametrize(
    ("replies", "error", "told"),
    [
        ([(401, {"error": "invalid_client"})] * 2, CredentialsRejected, "does not accept the client"),
        ([(400, {"error": "unauthorized_client"})], CredentialsRejected, "by client credentials"),
        ([(404, None)], SettingsInvalid, "Nobody can sign in"),
        ([(200, {})], UnexpectedAnswer, "no access token"),
        ([(200, b"<html>")], UnexpectedAnswer, "text/html"),
    ],
)
def test_a_refused_client_is_told_with_its_cause(replies: list[Reply], error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        read([*replies])


@pytest.mark.parametrize(
    ("settings", "told"), [({"tenant_url": ""}, "Tenant URL is missing"), ({"token_url": ""}, "token endpoint is")]
)
def test_a_missing_address_is_told(settings: dict[str, Any], told: str) -> None:
    target = Scim({"tenant_url": "https://x.example", **CLIENT, **settings}, session_with(Answers(lambda _: (200, BO))))

    with pytest.raises(SettingsInvalid, match=told):
        target.get(USER, "7")


def test_what_else_stands_in_the_tenant_url_goes_with_every_request() -> None:
    url = "https://scim.contoso.example/scim/v2/?tenant=7&AzureAdScimPatch2017"
    target, transport = scim({"GET /Users": (200, {"Resources": [], "totalResults": 0})}, tenant_url=url)

    target.list(USER)

    assert transport.asked[0].query == "tenant=7&startIndex=1&count=100"
