"""A whole application set up, run and read through the API alone: from its template to the logs, with real workers."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.api.face import check_type
from tests.walk.running import ROOT, RunningPortal

PATIENCE = 90
DEMO_PASSWORD = "Demo-admin-1"


class Program:
    """A script with an app registration, which speaks plain HTTP."""

    def __init__(self, portal: RunningPortal) -> None:
        made = subprocess.run(
            [sys.executable, "manage.py", "register_client", "Setup script", "--scope", "manage", "--json"],
            cwd=ROOT, env=portal.environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        facts = json.loads(made.stdout)
        self.http = requests.Session()
        self.http.trust_env = False
        form = {
            "grant_type": "client_credentials",
            "client_id": facts["client_id"],
            "client_secret": facts["client_secret"],
            "scope": f"{portal.url}/.default",
        }
        token = self.http.post(f"{portal.url}/{facts['tenant_id']}/oauth2/v2.0/token", data=form, timeout=30)
        token.raise_for_status()
        self.http.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        self.root = f"{portal.url}/graph/v1.0"

    def get(self, path: str) -> Any:
        return self._call("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        return self._call("POST", path, body)

    def put(self, path: str, body: Any) -> Any:
        return self._call("PUT", path, body)

    def delete(self, path: str) -> Any:
        return self._call("DELETE", path)

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"{self.root}{path}", json=body, timeout=60)
        assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def program(portal: RunningPortal) -> Iterator[Program]:
    made = Program(portal)
    yield made
    made.http.close()


def until(look: Callable[[], Any]) -> Any:
    """What `look` gives as soon as it is something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.5)
    raise AssertionError("It took too long.")


def demo_credentials(portal: RunningPortal) -> list[dict[str, str]]:
    """The client and the addresses of the demo service are known to the portal."""
    return [{"key": "UserName", "value": "admin@contoso.example"}, {"key": "Password", "value": DEMO_PASSWORD}]


def test_from_the_template_to_the_logs(portal: RunningPortal, program: Program) -> None:
    (template,) = program.get("/applicationTemplates?$filter=displayName eq 'Citrix GoToMeeting'")["value"]
    made = program.post(f"/applicationTemplates/{template['id']}/instantiate", {"displayName": "By script"})
    principal = made["servicePrincipal"]
    root = f"/servicePrincipals/{principal['id']}"
    role = next(each["id"] for each in principal["appRoles"] if each["value"] == "GoToMeeting")

    people = program.get("/users?$filter=accountEnabled eq true&$top=3")["value"]
    for person in people:
        body = {"principalId": person["id"], "resourceId": principal["id"], "appRoleId": role}
        check_type(program.post(f"{root}/appRoleAssignedTo", body), "AppRoleAssignment")

    sync = f"{root}/synchronization"
    (kind,) = program.get(f"{sync}/templates")["value"]
    job = program.post(f"{sync}/jobs", {"templateId": kind["id"]})
    path = f"{sync}/jobs/{job['id']}"
    credentials = demo_credentials(portal)
    program.post(f"{path}/validateCredentials", {"templateId": kind["id"], "credentials": credentials})
    program.put(f"{sync}/secrets", {"value": credentials})
    program.post(f"{path}/validateCredentials", {"useSavedCredentials": True})
    program.post(f"{path}/start")

    def has_run() -> Any:
        found = program.get(path)
        check_type(found, "SynchronizationJob")
        return found if found["status"]["code"] == "Active" else None

    status = until(has_run)["status"]
    assert status["lastExecution"]["state"] == "Succeeded"
    assert status["synchronizedEntryCountByType"] == [{"key": "User", "value": len(people)}]
    entries = program.get(f"/auditLogs/provisioning?$filter=jobId eq '{job['id']}'&$top=50")["value"]
    for entry in entries:
        check_type(entry, "ProvisioningObjectSummary")
    created = {each["sourceIdentity"]["id"] for each in entries if each["provisioningAction"] == "create"}
    assert created == {each["id"] for each in people}
    accounts = portal.accounts()
    assert {each["mail"] for each in people} <= set(accounts)
    assert DEMO_PASSWORD not in json.dumps(entries)


def test_one_person_on_demand_with_a_real_worker(portal: RunningPortal, program: Program) -> None:
    (template,) = program.get("/applicationTemplates?$filter=displayName eq 'Citrix GoToMeeting'")["value"]
    made = program.post(f"/applicationTemplates/{template['id']}/instantiate", {"displayName": "On demand"})
    sync = f"/servicePrincipals/{made['servicePrincipal']['id']}/synchronization"
    job = program.post(f"{sync}/jobs", {"templateId": "citrix_gotomeeting"})
    program.put(f"{sync}/secrets", {"value": demo_credentials(portal)})
    schema = program.get(f"{sync}/jobs/{job['id']}/schema")
    person = program.get("/users?$top=1")["value"][0]
    subject = {"objectId": person["id"], "objectTypeName": "User"}
    rule = {"ruleId": schema["synchronizationRules"][0]["id"], "subjects": [subject]}

    answer = program.post(f"{sync}/jobs/{job['id']}/provisionOnDemand", {"parameters": [rule]})

    key, value = json.loads(answer["key"]), json.loads(answer["value"])
    assert (key["result"], key["details"]["errorCode"]) == ("Skipped", "NotEffectivelyEntitled")
    assert value["sourceIdentity"]["id"] == person["id"]

    program.delete(f"{sync}/jobs/{job['id']}")
    program.delete(f"/applications/{made['application']['id']}")
    names = [each["displayName"] for each in program.get("/servicePrincipals")["value"]]
    assert "On demand" not in names
