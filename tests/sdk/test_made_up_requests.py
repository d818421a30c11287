"""Requests made up from the description: none of them breaks the portal, and every answer is as described."""

import json
import os
import subprocess
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from django.test import override_settings

from provisioning.api import authentication
from provisioning.directory.base import NO_ROLE
from provisioning.jobs import change
from tests.factories import make_application, make_group, make_job, make_users
from tests.parts import SDK_PYTHON

pytestmark = pytest.mark.sdk
PHASES = os.environ.get("PORTAL_TEST_PHASES", "fuzzing")
EXAMPLES = os.environ.get("PORTAL_TEST_EXAMPLES", "2")
"""How many requests are made up for each operation; a run by hand takes hundreds."""
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def known_ids() -> list[str]:
    """Ids of things that are there: requests with random ones would never come far."""
    people = make_users(30)
    groups = [make_group(members=people[:5]), make_group(members=people[5:9])]
    application = make_application()
    make_job(application)
    change.assign(application, people[:5], application.roles.first())
    change.delete(people[29])
    found = [*people[20:], *groups, application]
    return [*(str(each.object_id) for each in found), str(application.application_id), NO_ROLE]


def describe(portal: Mapping[str, str], ids: list[str], path: Path) -> None:
    """Write the description down, with ids in it that lead somewhere."""
    document: dict[str, Any] = requests.get(
        f"{portal['root']}/graph/openapi.json", verify=portal["ca"], timeout=30
    ).json()
    for methods in document["paths"].values():
        for operation in methods.values():
            for each in operation["parameters"]:
                if each["in"] == "path":
                    each["schema"] = {"anyOf": [{"enum": ids}, {"type": "string", "minLength": 1}]}
    path.write_text(json.dumps(document))


def token(portal: Mapping[str, str]) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": portal["client_id"],
        "client_secret": portal["client_secret"],
        "scope": "https://graph.microsoft.com/.default",
    }
    address = f"{portal['root']}/{portal['tenant_id']}/oauth2/v2.0/token"
    return str(requests.post(address, form, verify=portal["ca"], timeout=30).json()["access_token"])


@override_settings(PORTAL_API_REQUESTS=10**9)
def test_no_request_that_the_description_allows_breaks_the_portal(
    portal: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authentication, "LIFE", timedelta(days=1))  # a long run outlasts a token: all would be 401
    describe(portal, known_ids(), tmp_path / "openapi.json")
    argv = [
        SDK_PYTHON.parent / "schemathesis",
        "run",
        tmp_path / "openapi.json",
        "--url",
        f"{portal['root']}/graph/v1.0",
    ]
    argv += ["--checks", CHECKS, "--phases", PHASES, "--max-examples", EXAMPLES, "--continue-on-failure"]
    argv += [
        "--tls-verify",
        portal["ca"],
        "--header",
        f"Authorization: Bearer {token(portal)}",
        "--generation-database",
        "none",
    ]
    argv += ["--suppress-health-check", "all", "--warnings", "off", "--no-color", "--seed", "1"]
    told = tmp_path / "told.txt"  # grows while it runs
    with told.open("w") as out:
        done = subprocess.run(argv, cwd=tmp_path, stdout=out, stderr=out, check=False)

    assert done.returncode == 0, told.read_text()[-14_000:]
