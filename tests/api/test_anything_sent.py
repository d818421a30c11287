"""Whatever is sent to the synchronization half, the answer is one of Graph's and never a mistake of ours."""

import json
import random
import uuid
from typing import Any
from urllib.parse import quote

import pytest

from provisioning import tasks
from provisioning.api import saving
from provisioning.api.resources import provision_on_demand
from provisioning.api.routes import Route, all_routes
from provisioning.jobs.connection import ConnectionTest, TooManyTests
from provisioning.models import ProvisioningJob
from provisioning.texts import say
from tests.api.face import Face
from tests.api.synchronizing import set_up
from tests.factories import make_activity, make_cycle, make_state, make_user

pytestmark = pytest.mark.django_db

OURS = {"application_templates", "applications", "object_connections", "provision_on_demand", "provisioning_logs"}
OURS |= {"synchronization_jobs", "synchronization_language", "synchronization_schemas", "synchronization_secrets"}
ODD: list[Any] = [None, True, 0, -1, 3.5, 10**30, "", "x", [], {}, [None], [{}], {"key": 1}, [["a"]], {"a": {"b": [1]}}]
WORDS = (
    "Full", "None", "User", "UserName", "Password", "SyncAll", "true", "SyncNotificationSettings", '{"Enabled":true}',
    '{"Recipients":7}', "citrix_gotomeeting", "QuarantineTooManyDeletesThreshold", "PT40M", "P1DT", "Trim([mail])",
)  # fmt: skip
FILTERS = (
    "jobid eq 'x'", "contains(id,'a')", "id eq null", "provisioningAction eq null", "activityDateTime gt null",
    "activityDateTime eq 0001-01-01", "activityDateTime lt 9999-12-31T23:59:59Z", "cycleid in ('a',null)",
    "durationInMilliseconds eq 999999999999999999", "contains(sourceIdentity/displayName,'%')", "displayName ne 'x'",
)  # fmt: skip
CALLS = 6


class Busy:
    """No connection is tested: nothing may be sent in the transaction of a test."""

    def run(self, *_args: Any, **_options: Any) -> ConnectionTest:
        return ConnectionTest(error=TooManyTests(say("busy")))


def made_up(chance: random.Random, schema: dict[str, Any], depth: int = 0) -> Any:
    """Something that fits the schema, or does not."""
    if depth > 5 or chance.random() < 0.25:
        return chance.choice(ODD)
    type_ = schema.get("type")
    type_ = type_[0] if isinstance(type_, list) else type_
    if type_ == "object":
        named = schema.get("properties", {}).items()
        return {name: made_up(chance, inner, depth + 1) for name, inner in named if chance.random() < 0.8}
    if type_ == "array":
        return [made_up(chance, schema.get("items", {}), depth + 1) for _ in range(chance.randint(0, 3))]
    return chance.choice(WORDS) if type_ == "string" else chance.choice(ODD)


def address(chance: random.Random, route: Route, job: ProvisioningJob, object_id: uuid.UUID) -> str:
    """The path of something that is there, now and then with a part that is not."""
    application = job.application
    id_ = application.object_id if "servicePrincipals" in route.path else application.application_id
    known = {"id": "citrix_gotomeeting" if "applicationTemplates" in route.path else str(id_)}
    known |= {"jobId": str(job.job_id), "objectId": str(object_id), "quotedId": f"'{object_id}'"}
    known |= {"templateId": "citrix_gotomeeting", "directoryId": "Citrix GoToMeeting"}
    path = route.path
    for name, value in known.items():
        odd = chance.choice(["x", "%00", "..", "a%2Fb", "''", "%F0%9F%98%80"])
        path = path.replace(f"{{{name}}}", odd if chance.random() < 0.05 else value)
    wanted = route.method == "GET" and bool(route.options)
    return f"{path}?$filter={quote(chance.choice(FILTERS))}" if wanted else path


@pytest.mark.parametrize("seed", range(40))
def test_no_answer_is_a_mistake_of_ours(face: Face, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("queue_run", "queue_job"):
        monkeypatch.setattr(tasks, name, lambda key: None)
    monkeypatch.setattr(provision_on_demand, "PATIENCE", 0.0)
    monkeypatch.setattr(saving, "TESTS", Busy())
    chance, job, bo = random.Random(seed), set_up(), make_user()
    make_state(job, bo)
    make_activity(make_cycle(job, status="completed"), bo)
    routes = [each for each in all_routes() if each.tag in OURS]

    for _ in range(CALLS):
        route = chance.choice(routes)
        content = b"" if route.body is None else json.dumps(made_up(chance, dict(route.body))).encode()
        path = address(chance, route, job, bo.object_id)
        response = face.send(route.method, path, content)
        told = (route.method, path, content, response.content)
        assert response.status_code < 500 or response.status_code == 504, told
