"""The connection test of a SCIM application: what it finds out, what it learns, and where it gives up."""

from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.base import ConnectionReport
from provisioning.connectors.scim_probe import SEARCHING, ended_at
from provisioning.connectors.scim_profile import Source, faults, made
from provisioning.errors import (
    CredentialsRejected,
    ProvisioningError,
    Rejected,
    RequestTimeout,
    ServerError,
    SettingsInvalid,
    StopJob,
    UnexpectedAnswer,
    Unreachable,
)
from provisioning.texts import say
from tests.connectors.scim_samples import BO, Answer, listed, scim
from tests.wire.answers import Asked, Reply

USER = ObjectType.USER
GROUP = {"id": "9", "displayName": "Sales"}


def users(*there: Any) -> Answer:
    """A list that heeds filters."""

    def answer(asked: Asked) -> Reply:
        if "filter" not in asked.query:
            return listed(*there)
        return listed(*(each for each in there if f'"{each["userName"]}"' in asked.query))

    return answer


def report(
    replies: dict[str, Answer] | None = None, profile: dict[str, Any] | None = None
) -> tuple[ConnectionReport, list[str]]:
    usual: dict[str, Answer] = {"GET /Users": users(BO), "GET /Users/7": (200, BO), "GET /Groups": listed(GROUP)}
    found = scim({**usual, **(replies or {})}, profile)[0].test_connection()
    assert faults(found.learned) == []
    return found, [str(each) for each in found.findings]


def test_an_application_that_tells_nothing_of_itself_is_tried_out() -> None:
    found, told = report()

    assert found.signed_in_as == "scim.contoso.example"
    assert found.learned == {}
    assert told == [
        "Works: a search for a user who does not exist finds nobody.",
        "Works: users can be listed; there are 1.",
        "Works: a search for bo@contoso.example finds this user and no other.",
        "Works: a user can be read by id.",
        "Works: groups can be listed; there are 1.",
        "Assumed: members of groups are told; the group that was looked at names none.",
        "Assumed: PATCH and searches work; the application does not tell what it can do (404 not found).",
    ]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (listed(BO), "answered with all users"),
        (lambda asked: (400, {"detail": "no"}) if "filter" in asked.query else listed(BO), "searches are refused"),
        (lambda asked: listed() if "filter" in asked.query else listed(BO), "does not find this user"),
    ],
)
def test_searches_that_do_not_work_become_listings(answer: Answer, told: str) -> None:
    found, lines = report({"GET /Users": answer})

    assert found.learned["filter.supported"] is False
    assert any(told in each for each in lines)
    assert not made({Source.DISCOVERED: found.learned}).filter_supported


def test_nobody_may_be_told_by_404() -> None:
    def answer(asked: Asked) -> Reply:
        return listed(BO) if "filter" not in asked.query or BO["userName"] in asked.query else (404, None)

    found, _ = report({"GET /Users": answer})

    assert found.learned == {"filter.nobody": "404"}


def test_numbers_as_ids_are_learned() -> None:
    assert report({"GET /Users": users({**BO, "id": 7})})[0].learned == {"id_type": "number"}


def test_what_it_says_of_itself_is_taken_over() -> None:
    config = {
        "patch": {"supported": False},
        "filter": {"supported": False},
        "bulk": {"supported": True, "maxOperations": 50, "maxPayloadSize": 1000},
        "etag": {"supported": True},
        "pagination": {"cursor": True, "index": False},
    }
    types = {"Resources": [{"name": "User", "endpoint": "/People"}, {"name": "Group", "endpoint": "Groups"}]}
    schemas = [{"id": "urn:ietf:params:scim:schemas:core:2.0:User"}, {"id": "urn:contoso:extra"}]

    found, told = report(
        {
            "GET /ServiceProviderConfigs": (200, config),
            "GET /ResourceTypes": (200, types),
            "GET /Schemas": (200, schemas),
        }
    )

    assert found.learned == {
        "spc_path": "/ServiceProviderConfigs",
        "update_method.user": "put",
        "update_method.group": "put",
        "bulk.ops": 50,
        "bulk.bytes": 1000,
        "paging.style": "cursor",
        "users_path": "/People",
    }
    assert told[6:] == [
        "Does not work, it says: PATCH. Accounts are read and written whole.",
        "It says that searches do not work, but they do.",
        "Works, it says: versions (ETags). Nothing is overwritten that somebody else changed meanwhile.",
        "Works, it says: Bulk. Up to 50 accounts are created or changed with one request.",
        "Works, it says: pages by cursor.",
        "Its users are at /People, its groups at /Groups.",
        "Schemas it has besides: urn:contoso:extra.",
    ]


@pytest.mark.parametrize("endpoint", ["https://elsewhere.example/Users", "/a/b", "", 7, "/Us?ers"])
def test_an_address_that_leads_elsewhere_is_not_taken_over(endpoint: Any) -> None:
    types = {"Resources": [{"name": "User", "endpoint": endpoint}]}

    assert report({"GET /ResourceTypes": (200, types)})[0].learned == {}


def test_who_has_no_groups_is_told_so_and_passes() -> None:
    _, told = report({"GET /Groups": (404, {"detail": "not found"})})

    assert "Does not work: there are no groups at /Groups (404 not found). Only users can be provisioned." in told


def test_groups_that_can_not_be_read_without_members_are_read_with_them() -> None:
    found, _ = report({"GET /Groups": lambda asked: (400, None) if "excluded" in asked.query else listed()})

    assert found.learned == {"members.exclude": False}


def test_discovery_can_be_switched_off() -> None:
    _, told = report({"GET /ServiceProviderConfig": (500, None)}, {"discovery": False})

    assert not any("PATCH" in each for each in told)


def test_a_test_that_takes_too_long_tells_what_it_saw() -> None:
    def slow(_: Asked) -> Reply:
        raise RequestTimeout(say("slow"))

    _, told = report({"GET /Groups": slow})

    assert told[-1] == "Not looked at: the application was too slow for the whole test."
    assert "Works: users can be listed; there are 1." in told


@pytest.mark.parametrize(
    ("reply", "error", "step"),
    [
        ((401, None), CredentialsRejected, "searching"),
        ((403, None), SettingsInvalid, "searching"),
        ((404, None), SettingsInvalid, "listing users"),
        ((200, {"hello": "world"}), UnexpectedAnswer, "searching"),
        ((200, b"<html>"), UnexpectedAnswer, "searching"),
        ((503, None), ServerError, "searching"),
    ],
)
def test_what_can_not_even_list_users_fails_at_its_step(
    reply: Reply, error: type[ProvisioningError], step: str
) -> None:
    with pytest.raises(error) as raised:
        report({"GET /Users": reply})

    assert str(raised.value.step).startswith(step)
    assert isinstance(raised.value, StopJob) or error in (UnexpectedAnswer, ServerError)


BULK_CONFIG = {"bulk": {"supported": True, "maxOperations": 50, "maxPayloadSize": 0}}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("administrator", "It says that Bulk works. By its profile, accounts are created and changed one by one."),
        ("discovered", "Works, it says: Bulk. Up to 50 accounts are created or changed with one request."),
    ],
)
def test_bulk_is_not_told_as_used_where_the_administrator_does_not_want_it(source: str, text: str) -> None:
    target, _ = scim(
        {"GET /ServiceProviderConfig": (200, BULK_CONFIG), "GET /Users": listed(), "GET /Groups": listed()}
    )
    target.adapt({source: {"bulk.use": False}})

    assert text in [str(each) for each in target.test_connection().findings]


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (CredentialsRejected(say("No.")), "sign in"),
        (Unreachable(say("No.")), "sign in"),
        (Rejected(say("No.")), "filter"),
        (ServerError(say("No.")), "filter"),
    ],
)
def test_who_is_not_let_in_is_told_nothing_of_filters(error: ProvisioningError, name: str) -> None:
    error.step = say(SEARCHING)

    assert ended_at(error).name == name
