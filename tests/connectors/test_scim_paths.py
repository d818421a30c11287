"""Paths of SCIM attributes: what they read, and what they write into a resource."""

from typing import Any

import pytest

from provisioning.connectors.scim_paths import parse, put, read
from provisioning.connectors.scim_schema import ENTERPRISE
from provisioning.errors import SettingsInvalid

CUSTOM = "urn:ietf:params:scim:schemas:extension:Contoso:2.0:User"


@pytest.mark.parametrize(
    ("text", "urn", "name", "selected", "sub"),
    [
        ("userName", "", "userName", (), ""),
        ("name.givenName", "", "name", (), "givenName"),
        ('emails[type eq "work"].value', "", "emails", (("type", "work"),), "value"),
        ('emails[type eq "a.b[c]:d"].value', "", "emails", (("type", "a.b[c]:d"),), "value"),
        ('roles[primary eq "True"].value', "", "roles", (("primary", True),), "value"),
        ("roles[primary eq false].type", "", "roles", (("primary", False),), "type"),
        ('x[type eq "work" and primary eq true].y', "", "x", (("type", "work"), ("primary", True)), "y"),
        (f"{ENTERPRISE}:department", ENTERPRISE, "department", (), ""),
        (f"{ENTERPRISE}:manager.value", ENTERPRISE, "manager", (), "value"),
        (f'{CUSTOM}:cars[type eq "own"].plate', CUSTOM, "cars", (("type", "own"),), "plate"),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName", "", "userName", (), ""),
    ],
)
def test_a_path_is_taken_apart(text: str, urn: str, name: str, selected: tuple[Any, ...], sub: str) -> None:
    path = parse(text)

    assert (path.urn, path.name, path.selected, path.sub) == (urn, name, selected, sub)


@pytest.mark.parametrize("text", ["", "a.b.c", "emails[type", 'emails[type ne "work"]', "emails[].value", "two words"])
def test_what_is_no_path_is_told(text: str) -> None:
    with pytest.raises(SettingsInvalid, match="no SCIM path"):
        parse(text)


def test_the_standard_has_booleans_where_microsoft_has_texts() -> None:
    assert parse('roles[primary eq "True"].value').strict() == "roles[primary eq true].value"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("USERNAME", "bo"),
        ("name.givenName", "Bo"),
        ("name.familyName", None),
        ('emails[type eq "WORK"].value', "bo@contoso.example"),
        ('emails[type eq "home"].value', None),
        ("emails.value", "bo@contoso.example"),
        ('roles[primary eq "True"].value', "writer"),
        (f"{ENTERPRISE}:department", "Sales"),
    ],
)
def test_a_value_is_read_whatever_the_case_of_names(text: str, value: Any) -> None:
    resource = {
        "UserName": "bo",
        "name": {"GivenName": "Bo"},
        "emails": [{"Type": "work", "value": "bo@contoso.example"}],
        "roles": [{"value": "reader"}, {"value": "writer", "primary": "true"}],
        ENTERPRISE.lower(): {"Department": "Sales"},
    }

    assert read(resource, parse(text)) == value


def test_values_are_put_where_they_belong() -> None:
    resource: dict[str, Any] = {}

    for text, value in {
        "userName": "bo",
        "name.givenName": "Bo",
        'addresses[type eq "work"].locality': "Lund",
        'addresses[type eq "work"].country': "SE",
        'addresses[type eq "home"].country': "DK",
        'roles[primary eq "True"].value': "writer",
        f"{ENTERPRISE}:department": "Sales",
    }.items():
        put(resource, parse(text), value)

    assert resource == {
        "userName": "bo",
        "name": {"givenName": "Bo"},
        "addresses": [{"type": "work", "locality": "Lund", "country": "SE"}, {"type": "home", "country": "DK"}],
        "roles": [{"primary": True, "value": "writer"}],
        ENTERPRISE: {"department": "Sales"},
    }


def test_an_empty_value_takes_out_what_is_left_empty() -> None:
    resource: dict[str, Any] = {
        "title": "Boss",
        "name": {"givenName": "Bo"},
        "emails": [{"type": "work", "value": "x"}, {"type": "home", "value": "y"}],
        "addresses": [{"type": "work", "locality": "Lund", "country": "SE"}],
        ENTERPRISE: {"department": "Sales"},
    }

    for text in (
        "title",
        "name.givenName",
        'emails[type eq "work"].value',
        'emails[type eq "other"].value',
        'addresses[type eq "work"].country',
        f"{ENTERPRISE}:department",
    ):
        put(resource, parse(text), "")

    assert resource == {
        "emails": [{"type": "home", "value": "y"}],
        "addresses": [{"type": "work", "locality": "Lund"}],
    }


def test_what_is_there_keeps_its_spelling() -> None:
    resource: dict[str, Any] = {"Emails": [{"Type": "work", "Value": "x"}]}

    put(resource, parse('emails[type eq "work"].value'), "y")

    assert resource == {"Emails": [{"Type": "work", "Value": "y"}]}
