"""A walk of one person down the one way, and what it left behind."""

from typing import Any

from provisioning.connectors.base import Connector
from provisioning.connectors.memory import Memory
from provisioning.engine.pipeline import adopt, provision
from provisioning.engine.taken import TakenInMemory
from provisioning.engine.walk import Found, Walk
from provisioning.records import Candidate, JobRules, ObjectState, Outcome, Staged, TargetObject
from tests.engine.values import NOW, make_rules, make_source

UNASSIGNED: dict[str, Any] = {"assigned": False, "roles": (), "direct": False}
DISABLED: dict[str, Any] = {"active": False}
PURGED: dict[str, Any] = {"soft_deleted": True, "purged": True}
"""What makes `make_source` give somebody who is not assigned, disabled in the directory, deleted for good."""


def walk(target: Memory, state: ObjectState | None = None, rules: JobRules | None = None, **source: Any) -> Outcome:
    """Person 1 goes down the one way, removals included; only what this sends is counted."""
    target.service.requests.clear()
    return walked(Candidate(make_source(**source), state), target, rules)


def walked(candidate: Candidate, target: Connector, rules: JobRules | None = None, **how: Any) -> Outcome:
    """As in a cycle: an account that was found is linked, then sent what it needs. `how`: values of the `Walk`."""
    way = make_walk(target, rules, **how)
    result = provision(candidate, way)
    return adopt(result, way) if isinstance(result, Found) else result


def make_walk(target: Connector, rules: JobRules | None = None, **how: Any) -> Walk:
    return Walk(rules=rules or make_rules(), target=target, **{"now": NOW, "taken": TakenInMemory(), **how})


def staged(target: Connector, candidate: Candidate, rules: JobRules | None = None) -> Staged:
    """What the cycle's first look at a leaver stages."""
    outcome = walked(candidate, target, rules, stage=True)
    assert outcome.staged is not None
    return outcome.staged


def sent(target: Memory) -> dict[str, int]:
    return dict(target.service.requests)


def known(outcome: Outcome) -> ObjectState:
    assert outcome.state is not None
    return outcome.state


def account(target: Memory, id_: str = "1") -> TargetObject:
    return target.service.users[id_]
