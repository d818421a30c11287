"""Provision on demand through the API: the answer is that of the run, in Microsoft's form."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from provisioning import tasks
from provisioning.api.resources import provision_on_demand as resource
from provisioning.api.resources.provision_on_demand import PATIENCE, TooSlow, finished
from provisioning.jobs import change, on_demand
from provisioning.jobs.schema_json import rule_id
from provisioning.models import Activity, Group, OnDemandRun, User
from provisioning.texts import say
from tests.api.face import Face
from tests.factories import make_user
from tests.jobs.world import RowWorld
from tests.views.waiting import entry, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> RowWorld:
    """Runs are done when they are queued: no cluster is needed."""
    monkeypatch.setattr(tasks, "queue_run", lambda key: on_demand.run(key, lambda seconds: None))
    return RowWorld(monkeypatch)


def asked(face: Face, world: RowWorld, source: User | Group, **values: Any) -> Any:
    type_ = "User" if isinstance(source, User) else "Group"
    subject = {"objectId": str(source.object_id), "objectTypeName": type_, **values.pop("subject", {})}
    rule = {"ruleId": rule_id(world.job), "subjects": [subject], **values}
    return face.post(path(world), {"parameters": [rule]})


def path(world: RowWorld) -> str:
    jobs = f"/servicePrincipals/{world.application.object_id}/synchronization/jobs"
    return f"{jobs}/{world.job.full_id}/provisionOnDemand"


def told(response: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both texts are JSON."""
    body = response.json()
    return json.loads(body["key"]), json.loads(body["value"])


def test_somebody_is_created_and_the_answer_tells_each_step(face: Face, world: RowWorld) -> None:
    bo = world.person(display_name="Bo Berg")

    key, value = told(asked(face, world, bo))

    assert key == {"result": "Success", "details": {"errorCode": None, "errorMessage": key["details"]["errorMessage"]}}
    assert (value["action"], value["statusInfo"]["status"]) == ("Create", "Success")
    assert [each["type"] for each in value["provisioningSteps"]][:2] == ["Import", "Scoping"]
    assert value["sourceIdentity"]["displayName"] == "Bo Berg"
    assert value["sourceIdentity"]["details"]["userPrincipalName"] == bo.user_principal_name
    assert value["changeId"] == str(Activity.objects.get().change_id)
    assert {each["displayName"] for each in value["modifiedProperties"]} >= {"userName"}
    assert world.account(bo) is not None


def test_a_second_time_there_is_nothing_to_do(face: Face, world: RowWorld) -> None:
    bo = world.person()
    asked(face, world, bo)

    key, value = told(asked(face, world, bo))

    assert (key["result"], key["details"]["errorCode"]) == ("Skipped", "RedundantExport")
    assert (value["action"], value["statusInfo"]["status"]) == ("Other", "Skipped")


def test_who_is_not_assigned_is_skipped(face: Face, world: RowWorld) -> None:
    key, _value = told(asked(face, world, make_user()))

    assert (key["result"], key["details"]["errorCode"]) == ("Skipped", "NotEffectivelyEntitled")


def test_a_run_that_could_not_begin_says_why(world: RowWorld) -> None:
    bo = world.person()
    run = make_run(world.job, bo, message={**say("Too slow.").as_json(), "code": "Timeout", "remedy": ""})
    key, value = (json.loads(text) for text in resource.run_json(run, world.job, "").values())

    assert (key["result"], key["details"]) == ("Failure", {"errorCode": "Timeout", "errorMessage": "Too slow."})
    assert (value["statusInfo"]["errorCategory"], value["sourceIdentity"]["id"]) == ("Failure", str(bo.object_id))


def test_a_group_walks_with_its_members(face: Face, world: RowWorld) -> None:
    bo = world.person()
    group = world.group("Sales", [bo])
    asked(face, world, bo)
    links = {"links": {"members": [{"objectId": str(bo.object_id), "objectTypeName": "User"}]}}

    key, _value = told(asked(face, world, group, subject=links))

    assert key["result"] == "Success"
    assert world.members(group) == {bo.user_principal_name}


def test_somebody_in_the_recycle_bin_is_found_and_nobody_else(face: Face, world: RowWorld) -> None:
    bo = world.person()
    change.delete(bo)

    assert asked(face, world, bo).status_code == 200
    assert asked(face, world, bo, subject={"objectId": str(uuid.uuid4())}).status_code == 404
    assert asked(face, world, bo, subject={"objectTypeName": "Group"}).status_code == 404


@pytest.mark.parametrize(
    "change_of",
    [
        lambda rule: {"parameters": []},
        lambda rule: {"parameters": [rule, rule]},
        lambda rule: {"parameters": [{**rule, "subjects": []}]},
        lambda rule: {"parameters": [{**rule, "subjects": rule["subjects"] * 2}]},
        lambda rule: {"parameters": [{**rule, "ruleId": "another"}]},
        lambda rule: {"parameters": [{**rule, "subjects": [{"objectId": "x", "objectTypeName": "Device"}]}]},
        lambda rule: {"parameters": "x"},
        lambda rule: {},
    ],
)
def test_anything_but_one_object_of_the_one_rule_is_refused(
    face: Face, world: RowWorld, change_of: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    subject = {"objectId": str(world.person().object_id), "objectTypeName": "User"}

    response = face.post(path(world), change_of({"ruleId": rule_id(world.job), "subjects": [subject]}))

    assert response.status_code == 400
    assert not OnDemandRun.objects.exists()


def test_five_runs_in_ten_seconds_are_enough(face: Face, world: RowWorld) -> None:
    people = world.people(6)
    codes = [asked(face, world, each).status_code for each in people]
    OnDemandRun.objects.update(asked_at=timezone.now() - timedelta(seconds=11))

    assert codes == [200] * 5 + [429]
    assert asked(face, world, people[5]).status_code == 200


def test_it_waits_for_the_run_and_gives_up_in_the_end(world: RowWorld) -> None:
    bo = world.person()
    run = on_demand.ask(world.job, bo, "admin", timezone.now())
    slept: list[float] = []

    with pytest.raises(TooSlow):
        finished(run, slept.append)

    def ends(seconds: float) -> None:
        OnDemandRun.objects.update(status="done", entry=entry(bo), ended_at=timezone.now())

    assert sum(slept) == PATIENCE
    assert finished(run, ends).entry["source_id"] == str(bo.object_id)
