"""A walk of one person down the one way, and what it left behind."""

from typing import Any

from provisioning.connectors.memory import Memory
from provisioning.engine.pipeline import provision
from provisioning.records import Candidate, JobRules, ObjectState, Outcome, TargetObject
from tests.engine.values import NOW, make_rules, make_source

UNASSIGNED: dict[str, Any] = {"assigned": False, "roles": (), "direct": False}
"""What makes `make_source` give somebody who is not assigned."""


def walk(target: Memory, state: ObjectState | None = None, rules: JobRules | None = None, **source: Any) -> Outcome:
    """Person 1 goes down the one way; only what this sends is counted."""
    target.service.requests.clear()
    return provision(Candidate(make_source(**source), state), rules or make_rules(), target, NOW)


def sent(target: Memory) -> dict[str, int]:
    return dict(target.service.requests)


def known(outcome: Outcome) -> ObjectState:
    assert outcome.state is not None
    return outcome.state


def account(target: Memory, id_: str = "1") -> TargetObject:
    return target.service.users[id_]
