"""The throw-away user and group against applications that do what the stand-in does not: each lie is seen."""

import json
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.scim_findings import Finding, Left, Verdict, kept, report, revived
from provisioning.connectors.scim_schema import GROUP, USER
from provisioning.connectors.scim_trial import name_of
from provisioning.texts import say
from tests.connectors.scim_application import Application, failing, trial_of, tried, with_user
from tests.wire.answers import Asked, Reply


def test_who_keeps_the_standard_passes_and_is_left_as_before() -> None:
    trial, found, application = tried()

    assert failing(found) == []
    assert (application.held, trial.left, trial.is_there) == ({}, [], False)


def test_a_second_user_of_the_same_name_is_seen_and_both_are_deleted() -> None:
    def takes(asked: Asked, answer: Reply) -> Reply | None:
        if answer[0] != 409:
            return None
        made = {**asked.json, "id": "id-3", "meta": {"resourceType": "User"}}
        application.held["id-3"] = made
        return 201, made

    application = Application(takes)
    trial = trial_of(application)
    found = list(trial.run())

    assert "create twice" in failing(found)
    assert [each.name for each in found].count("delete user") == 2
    assert (application.held, trial.left) == ({}, [])


def test_one_who_is_given_back_in_place_of_a_second_one_is_no_refusal() -> None:
    def gives_back(asked: Asked, answer: Reply) -> Reply | None:
        return (200, {"id": "id-0"}) if answer[0] == 409 else None

    trial, found, _ = tried(gives_back)

    assert failing(found) == ["create twice"]
    assert trial.left == []


def test_a_lost_answer_to_the_second_creation_is_looked_into() -> None:
    def fails(asked: Asked, answer: Reply) -> Reply | None:
        return (500, {"detail": "oh"}) if answer[0] == 409 else None

    trial, found, application = tried(fails)

    assert failing(found) == ["create twice"]
    assert (application.held, trial.left) == ({}, [])


def test_another_refusal_than_409_is_told_as_it_is() -> None:
    def refuses(asked: Asked, answer: Reply) -> Reply | None:
        return (422, {"detail": "no"}) if answer[0] == 409 else None

    assert failing(tried(refuses)[1]) == ["create twice"]


def test_a_creation_that_is_refused_leaves_nothing_in_doubt() -> None:
    def refuses(asked: Asked, answer: Reply) -> Reply | None:
        return (400, {"detail": "no"}) if asked.method == "POST" else None

    trial, found, _ = tried(refuses)

    assert [each.name for each in found] == ["create user"]
    assert trial.left == []


def test_a_creation_is_to_be_answered_by_201() -> None:
    def other(asked: Asked, answer: Reply) -> Reply | None:
        return (200, answer[1]) if answer[0] == 201 else None

    assert failing(tried(other)[1]) == ["create answer"]


@pytest.mark.parametrize(
    ("values", "name", "verdict"),
    [
        ({"schemas": None}, "schemas listed", "fails"),
        ({"schemas": [GROUP]}, "schemas listed", "fails"),
        ({"schemas": [USER.upper()]}, "", ""),
        ({"meta": None}, "meta", "fails"),
        ({"meta": {"resourceType": "User"}}, "meta", "noted"),
        ({"meta": {"resourceType": "User", "location": "https://scim.contoso.example/Users/id-0/"}}, "", ""),
        ({"meta": {"resourceType": "User", "location": "https://scim.contoso.example/Users/id-9"}}, "meta", "fails"),
        ({"active": "True"}, "active type", "fails"),
        ({"active": None}, "", ""),
    ],
    ids=str,
)
def test_what_a_user_looks_like_is_held_against_the_standard(values: dict[str, Any], name: str, verdict: str) -> None:
    def looks(asked: Asked, answer: Reply) -> Reply | None:
        return with_user(asked, answer, **values) if answer[1] and answer[1].get("active") is True else None

    _, found, _ = tried(looks)

    told = {(each.name, str(each.verdict)) for each in found if each.verdict is not Verdict.WORKS}
    assert told == ({(name, verdict)} if name else set())


def test_values_that_are_not_kept_are_seen() -> None:
    _, found, _ = tried(lambda asked, answer: with_user(asked, answer, name={"givenName": "Other"}))

    assert failing(found) == ["read user", "change user"]


def test_names_in_other_letters_are_noted_and_plain_json_too() -> None:
    def shouts(asked: Asked, answer: Reply) -> Reply | None:
        if asked.method == "GET" and answer[0] == 200 and "userName" in (answer[1] or {}):
            return 200, {("UserName" if name == "userName" else name): value for name, value in answer[1].items()}
        return None

    _, found, _ = tried(shouts, content_type="application/json")

    noted = [each.name for each in found if each.verdict is Verdict.NOTED]
    assert noted == ["content type", "attribute names"]
    assert failing(found) == []


def test_a_user_who_can_not_be_read_is_told_once_for_each_step() -> None:
    def hides(asked: Asked, answer: Reply) -> Reply | None:
        return (403, {"detail": "no"}) if asked.method == "GET" and asked.path.endswith("/Users/id-0") else None

    trial, found, application = tried(hides)

    assert failing(found).count("read user") == 2
    assert "delete user" in failing(found)
    assert [each.id for each in trial.left] == ["id-0"]
    assert application.held == {}


def test_what_is_still_there_after_its_deletion_is_left() -> None:
    def keeps(asked: Asked, answer: Reply) -> Reply | None:
        if asked.method == "GET" and asked.path.endswith(("/Groups/id-1", "/Users/id-0")) and answer[0] == 404:
            return 200, {"id": asked.path.rpartition("/")[2], "active": True}
        return None

    trial, found, _ = tried(keeps)

    assert failing(found) == ["delete group", "delete user"]
    assert [(each.type, each.id, each.off) for each in trial.left] == [
        (ObjectType.GROUP, "id-1", False),
        (ObjectType.USER, "id-0", False),
    ]


def test_a_search_that_is_answered_by_404_finds_nobody() -> None:
    def nobody(asked: Asked, answer: Reply) -> Reply | None:
        empty = asked.method == "GET" and "filter" in asked.query and not answer[1]["Resources"]
        return (404, {"detail": "nobody"}) if empty else None

    assert failing(tried(nobody)[1]) == []


def test_a_member_that_does_not_come_or_does_not_go_is_seen() -> None:
    def other(asked: Asked, answer: Reply) -> Reply | None:
        is_group = asked.method == "GET" and asked.path.endswith("/Groups/id-1") and answer[0] == 200
        return (200, {**answer[1], "members": [{"value": "someone"}]}) if is_group else None

    assert failing(tried(other)[1]) == ["add member"]


def test_whoever_stops_listening_leaves_nothing_behind() -> None:
    application = Application()
    steps = trial_of(application).run()
    next(steps)
    assert len(application.held) == 1
    steps.close()

    assert application.held == {}


def test_a_finding_is_the_same_after_it_was_kept() -> None:
    _, found, _ = tried(lambda asked, answer: (500, None) if asked.method == "PATCH" else None)

    assert [Finding.from_row(json.loads(json.dumps(each.as_row()))) for each in found] == found


def test_a_message_inside_a_message_is_kept() -> None:
    message = say("%(a)s and %(b)s", a=say("inner %(c)s", c=1), b=2)

    assert revived(json.loads(json.dumps(kept(message)))) == message


def test_the_report_names_paragraph_advice_and_what_is_left() -> None:
    finding = Finding(name="find user", verdict=Verdict.FAILS, text=say("No."))
    left = Left(type=ObjectType.USER, name=name_of("x", ObjectType.USER))

    told = report([finding], {"etag": True}, [left])

    assert finding.address == "https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2"
    assert told["findings"][0]["advice"].startswith("A search by userName")
    assert (told["profile"], told["left_over"][0]["name"]) == ({"etag": True}, "x@contoso.example")
    assert Finding(name="rest", verdict=Verdict.NOTED, text=say("No.")).address == ""


def test_an_id_that_is_a_number_and_another_content_are_told() -> None:
    _, found, _ = tried(lambda asked, answer: with_user(asked, answer, id=0), content_type="text/plain")

    assert {"content type", "id type"} <= {*failing(found)}


def test_a_lost_answer_to_the_first_creation_is_cleaned_up_by_name() -> None:
    def lost(asked: Asked, answer: Reply) -> Reply | None:
        return (500, {"detail": "oh"}) if asked.method == "POST" and asked.path.endswith("/Users") else None

    trial, found, application = tried(lost)

    assert [each.name for each in found] == ["create user", "delete user"]
    assert (application.held, trial.left) == ({}, [])


def test_where_the_name_can_not_be_looked_for_it_may_be_left() -> None:
    def silent(asked: Asked, answer: Reply) -> Reply | None:
        return (500, {"detail": "oh"}) if asked.path.endswith("/Users") else None

    trial, found, _ = tried(silent)

    assert failing(found) == ["create user", "clean up"]
    assert [(each.type, each.id) for each in trial.left] == [(ObjectType.USER, "")]


def test_a_group_that_is_refused_and_a_search_that_fails_are_told() -> None:
    def poor(asked: Asked, answer: Reply) -> Reply | None:
        is_search = asked.method == "GET" and "filter" in asked.query
        return (403, {"detail": "no"}) if is_search or asked.path.endswith("/Groups") else None

    assert failing(tried(poor)[1]) == ["find user", "create group"]


def test_who_is_only_switched_off_is_left_without_a_failure() -> None:
    def keeps(asked: Asked, answer: Reply) -> Reply | None:
        is_gone = asked.method == "GET" and asked.path.endswith("/Users/id-0") and answer[0] == 404
        return (200, {"id": "id-0", "active": False}) if is_gone else None

    trial, found, _ = tried(keeps)

    assert failing(found) == []
    assert [each.name for each in found if each.verdict is Verdict.NOTED] == ["delete user"]
    assert [(each.id, each.off) for each in trial.left] == [("id-0", True)]


def test_an_id_that_is_not_told_is_looked_for_and_that_is_noted() -> None:
    _, found, _ = tried(
        lambda asked, answer: (201, None) if asked.path.endswith("/Users") and answer[0] == 201 else None
    )

    assert [each.name for each in found if each.verdict is Verdict.NOTED] == ["create answer"]
    assert failing(found) == []
