"""A SCIM application in memory that keeps the standard but where it is told to lie, and what a trial finds there."""

from collections.abc import Callable
from typing import Any

from provisioning.connectors.scim_findings import Finding, Verdict
from provisioning.connectors.scim_trial import Trial
from tests.connectors.scim_samples import listed
from tests.connectors.scim_samples import scim as connector
from tests.wire.answers import Asked, Reply

Change = Callable[[Asked, Reply], Reply | None]


class Application:
    """Users and groups in memory. `change` may answer in place of it, knowing what it would answer."""

    def __init__(self, change: Change = lambda asked, answer: None) -> None:
        self.change = change
        self.held: dict[str, dict[str, Any]] = {}

    def __call__(self, asked: Asked) -> Reply:
        answer = self._answer(asked)
        changed = self.change(asked, answer)
        return answer if changed is None else changed

    def _answer(self, asked: Asked) -> Reply:
        _, kind, id_ = f"{asked.path.removeprefix('/scim/v2')}/".split("/")[:3]
        if not id_:
            return self._of_all(asked, kind)
        if id_ not in self.held:
            return 404, {"detail": "not there"}
        if asked.method == "DELETE":
            del self.held[id_]
            return 204, None
        if asked.method == "PATCH":
            for each in asked.json["Operations"]:
                self._apply(self.held[id_], each)
        return 200, self.held[id_]

    def _of_all(self, asked: Asked, kind: str) -> Reply:
        if asked.method == "GET":
            found = [each for each in self.held.values() if each["meta"]["resourceType"] in kind]
            return listed(*(each for each in found if f'"{each.get("userName")}"' in asked.query))
        body = asked.json
        if any(each.get("userName") == body.get("userName", "") for each in self.held.values()):
            return 409, {"scimType": "uniqueness"}
        id_ = f"id-{len(self.held)}"
        made = {**body, "id": id_, "meta": {"resourceType": kind[:-1], "location": f"/{kind}/{id_}"}}
        self.held[made["id"]] = made
        return 201, made

    def _apply(self, held: dict[str, Any], operation: dict[str, Any]) -> None:
        path, value = operation["path"], operation.get("value")
        if path.startswith("members"):
            held["members"] = value if operation["op"] == "add" else []
        elif path == "name.givenName":
            held["name"]["givenName"] = value
        else:
            held[path] = value


def trial_of(application: Application, content_type: str = "application/scim+json") -> Trial:
    calls = ("GET", "POST", "PATCH", "PUT", "DELETE")
    paths = ["/Users", "/Groups", *(f"/{kind}/id-{n}" for kind in ("Users", "Groups") for n in range(4))]
    target, transport = connector({f"{call} {path}": application for call in calls for path in paths})
    transport.headers["Content-Type"] = content_type
    return Trial(target)


def tried(change: Change = lambda asked, answer: None, **more: str) -> tuple[Trial, list[Finding], Application]:
    application = Application(change)
    trial = trial_of(application, **more)
    return trial, list(trial.run()), application


def failing(found: list[Finding]) -> list[str]:
    return [each.name for each in found if each.verdict is Verdict.FAILS]


def with_user(asked: Asked, answer: Reply, **values: Any) -> Reply | None:
    """The answer to reading one user with other values; None in it takes one away."""
    if asked.method != "GET" or "/Users/" not in asked.path or answer[0] != 200:
        return None
    changed = {name: value for name, value in {**answer[1], **values}.items() if value is not None}
    return 200, changed
