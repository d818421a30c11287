"""Exports on the pages: what the list shows, as a file."""

from typing import Any

import pytest
from django.test import Client

from provisioning.directory.csvfile_columns import WRITTEN, What
from tests.factories import make_group, make_user


def lines(answer: Any) -> list[str]:
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    ann = make_user(display_name="Ann", given_name="Ann", mail="=ann@contoso.example")
    make_group("Sales", members=[ann, make_user(display_name="Bo", given_name="Bo", account_enabled=False)])
    make_group("Other", members=[ann])


def test_whoever_the_list_shows_is_exported(signed_in: Client) -> None:
    answer = signed_in.get("/csv/users/export/", {"account": "enabled", "page": "7"})

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="users-')
    (header, line) = lines(answer)
    assert header.startswith("Object ID [objectId],User name [userPrincipalName],Name [displayName]")
    assert ",Ann," in line
    assert ",'=ann@contoso.example," in line
    assert len(lines(signed_in.get("/csv/users/export/", {"q": "bo"}))) == 2


def test_groups_and_their_members_are_exported(signed_in: Client) -> None:
    assert len(lines(signed_in.get("/csv/groups/export/"))) == 3
    assert len(lines(signed_in.get("/csv/groups/export/", {"q": "sal"}))) == 2
    assert len(lines(signed_in.get("/csv/members/export/"))) == 4
    assert len(lines(signed_in.get("/csv/members/export/", {"q": "sal"}))) == 3


def test_one_groups_members_are_exported(signed_in: Client) -> None:
    group = make_group("New", members=[make_user()])

    assert len(lines(signed_in.get(f"/groups/{group.object_id}/export/"))) == 2


def test_an_empty_file_has_every_column(signed_in: Client) -> None:
    (header,) = lines(signed_in.get("/csv/users/template/"))

    assert header.split(",") == [each.header for each in WRITTEN[What.USERS]]


def test_strangers_get_nothing(client: Client) -> None:
    assert client.get("/csv/users/export/").status_code == 302
