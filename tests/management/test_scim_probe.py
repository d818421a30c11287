"""`manage.py scim_probe` against the stand-in: what it reports, how it ends, and that it leaves nothing behind."""

import json
import tomllib
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from provisioning.connectors.scim_advice import PARAGRAPHS
from provisioning.connectors.scim_profile import faults, flat
from provisioning.connectors.scim_schema import USER
from provisioning.connectors.scim_trial import STEPS
from tests.connectors.scim_servers import Server
from tests.goto_service import GotoService


def probe(service: GotoService, *options: str, token: str = "") -> tuple[int, str]:
    """Its exit code and what it prints."""
    out, code = StringIO(), 0
    try:
        call_command("scim_probe", service.scim2_url, f"--token={token or service.scim2_token}", *options, stdout=out)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, out.getvalue()


def held(service: GotoService) -> list[int]:
    """How many users and groups there are."""
    server = Server(service.scim2_url, service.scim2_token)
    with server.http:
        return [server.ask("GET", path)["totalResults"] for path in ("/Users", "/Groups")]


def findings(service: GotoService, *options: str) -> list[dict[str, Any]]:
    return list(json.loads(probe(service, "--json", *options)[1])["findings"])


def test_reading_reports_and_changes_nothing(service: GotoService) -> None:
    before = held(service)

    code, told = probe(service)

    assert code == 0
    assert "works  Works: users can be listed" in told
    assert "[RFC 7644, 3.4.2.2]" in told
    assert held(service) == before


def test_writing_tries_a_user_and_a_group_and_leaves_nothing_behind(service: GotoService) -> None:
    before = held(service)

    found = findings(service, "--write")

    assert [each["name"] for each in found if each["verdict"] == "fails"] == []
    assert {*STEPS} <= {each["name"] for each in found}
    assert all(each["exchanges"] for each in found if each["name"] in STEPS)
    assert held(service) == before


def test_what_does_not_work_ends_with_1_and_tells_the_paragraph(service: GotoService) -> None:
    service.manners(filters="ignored", patch=False)
    server = Server(service.scim2_url, service.scim2_token)
    with server.http:
        server.ask("POST", "/Users", {"schemas": [USER], "userName": "bo@contoso.example"})

    code, told = probe(service)
    profile = tomllib.loads(told.partition("\n\n")[2])["profile"]

    assert code == 1
    assert any(line.strip().startswith("fails") and "RFC 7644, 3.4.2.2" in line for line in told.splitlines())
    assert flat(profile)["filter.supported"] is False
    assert faults(flat(profile)) == []


def test_a_step_that_fails_is_told_and_the_rest_is_cleaned_up(service: GotoService) -> None:
    before = held(service)
    service.fault("scim2.users.update", "html", times=0)

    found = findings(service, "--write")

    assert "change user" in [each["name"] for each in found if each["verdict"] == "fails"]
    assert held(service) == before


def test_every_finding_has_its_paragraph(service: GotoService) -> None:
    assert {each["name"] for each in findings(service, "--write")} <= {*PARAGRAPHS}


def test_a_refused_token_is_told(service: GotoService) -> None:
    with pytest.raises(CommandError):
        probe(service, token="wrong")


def test_the_token_is_never_printed(service: GotoService) -> None:
    assert service.scim2_token not in probe(service, "--json", "--write")[1]
