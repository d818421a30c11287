"""What is kept of an exchange, and what never is."""

import json
import threading

import pytest
import requests

from provisioning.wire.exchanges import BODY_LIMIT, KEPT, Recorder, cleaned, cut, strike_body, strike_url

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("name", ["password", "access_token", "refresh_token", "client_secret", "pat", "Token"])
def test_secrets_are_hidden_by_name_in_json_at_any_depth(name: str) -> None:
    text = json.dumps({"users": [{name: "geheim", "email": "bo@contoso.example"}]})

    struck = strike_body(text, JSON, [])

    assert json.loads(struck) == {"users": [{name: "[hidden]", "email": "bo@contoso.example"}]}


def test_secrets_that_are_no_texts_are_hidden_whole() -> None:
    assert json.loads(strike_body('{"secret": {"a": ["geheim"]}}', JSON, [])) == {"secret": "[hidden]"}


@pytest.mark.parametrize("name", ["password", "refresh_token", "client_secret", "pat", "code", "code_verifier"])
def test_secrets_are_hidden_by_name_in_forms(name: str) -> None:
    assert strike_body(f"grant_type=x&{name}=ge%20heim&a=", FORM, []) == f"grant_type=x&{name}=[hidden]&a="


def test_an_error_code_in_json_stays() -> None:
    text = '{"errors": [{"code": "user.not.found"}]}'

    assert strike_body(text, JSON, []) == text


@pytest.mark.parametrize(
    "text",
    [
        '{"password": "ge\\"heim", "cut off he',
        "<p>password=geheim</p>",
        "Token: geheim",
        "{'secret': 'geheim'}",
        "access_token=geheim&x=1",
    ],
)
def test_secrets_are_hidden_by_name_in_what_is_neither(text: str) -> None:
    struck = strike_body(text, "text/html", [])

    assert "heim" not in struck
    assert "[hidden]" in struck


@pytest.mark.parametrize("written", ['"pass wörd+"', "pass%20w%C3%B6rd%2B", "pass+w%C3%B6rd%2B", "pass w\\u00f6rd+"])
def test_known_secrets_are_hidden_however_they_are_written(written: str) -> None:
    struck = strike_body(f"you sent {written}, which is wrong", "text/plain", ["pass wörd+"])

    assert struck.strip('"').replace('"', "") == "you sent [hidden], which is wrong"


def test_a_very_short_secret_does_not_garble_every_word() -> None:
    assert strike_body("a banana", "text/plain", ["a", ""]) == "a banana"


def test_bodies_are_cut_at_8_kb_between_letters() -> None:
    struck = strike_body("å" * 10_000, "text/plain", [])

    assert len(struck.encode()) <= BODY_LIMIT
    assert struck.endswith("å…")
    assert cut("short", 10) == "short"


def test_a_secret_at_the_cut_is_struck_before_cutting() -> None:
    text = "x" * (BODY_LIMIT - 6) + "geheimnis"

    assert "geh" not in strike_body(text, "text/plain", ["geheimnis"])


def test_what_databases_refuse_is_taken_out() -> None:
    assert strike_body("a\x00b\ud800c", "text/plain", []) == "abc"
    assert cleaned({"a\x00": ["b\udfff", 1, None, {"c": "\x00"}]}) == {"a": ["b", 1, None, {"c": ""}]}


def test_addresses_lose_passwords_and_secret_parameters() -> None:
    url = "https://ada:geheim@contoso.example/x?filter=a%20eq%20%22b%22&access_token=geheim"

    assert strike_url(url) == "https://contoso.example/x?filter=a+eq+%22b%22&access_token=[hidden]"
    assert strike_url("https://contoso.example/a%20b?x=%20") == "https://contoso.example/a%20b?x=%20"


def prepared(body: str = "", **headers: str) -> requests.PreparedRequest:
    return requests.Request("POST", "https://contoso.example/", headers, data=body).prepare()


def test_a_header_is_never_kept_nor_its_token_in_a_body() -> None:
    recorder = Recorder(["geheim"])

    recorder.record(prepared("I am eyJtoken and geheim", Authorization="Bearer eyJtoken"), None, 12)

    (said,) = recorder.take()
    assert said.request == "I am [hidden] and [hidden]"
    assert (said.method, said.url, said.status, said.milliseconds) == ("POST", "https://contoso.example/", 0, 12)


def test_each_thread_gets_its_own_and_once() -> None:
    recorder = Recorder()
    recorder.record(prepared("mine"), None, 1)
    others: list[str] = []

    def other() -> None:
        recorder.record(prepared("theirs"), None, 1)
        others.extend(each.request for each in recorder.take())

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()

    assert others == ["theirs"]
    assert [each.request for each in recorder.take()] == ["mine"]
    assert recorder.take() == ()


def test_what_nobody_asks_for_does_not_grow() -> None:
    recorder = Recorder()
    for number in range(KEPT + 10):
        recorder.record(prepared(str(number)), None, 1)

    said = recorder.take()
    assert len(said) == KEPT
    assert said[-1].request == str(KEPT + 9)
