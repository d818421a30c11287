"""Frozen values for tests of the engine: a person, a job's rules, what is remembered."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from provisioning.choices import ObjectType, Origin, Status
from provisioning.records import JobRules, ObjectRules, ObjectState, Role, Rule, SourceObject

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STAFF = Role(id="role-1", value="Staff", label="Staff")

RULES = (
    Rule(target="userName", source="userPrincipalName", matching=1),
    Rule(target="displayName", source="displayName"),
    Rule(target="familyName", source="surname"),
    Rule(target="roles", source="appRoleAssignments"),
)
"""The mapping of the in-memory target that tests use when they ask for nothing else."""


def make_source(key: int = 1, **values: Any) -> SourceObject:
    """A person who is active and assigned with the role Staff; `attributes` are added to the usual ones."""
    attributes = {
        "userPrincipalName": f"user{key}@contoso.example",
        "displayName": f"User {key}",
        "surname": f"Number {key}",
        "appRoleAssignments": ("Staff",),
        **values.pop("attributes", {}),
    }
    defaults: dict[str, Any] = {
        "key": key,
        "id": f"id-{key}",
        "type": ObjectType.USER,
        "label": f"User {key}",
        "attributes": {name: value for name, value in attributes.items() if value is not None},
        "assigned": True,
        "roles": (STAFF,),
        "direct": True,
    }
    return SourceObject(**{**defaults, **values})


def make_rules(*rules: Rule, everyone: bool = False, role_required: bool = True, **actions: Any) -> JobRules:
    """The rules of a job that provisions users; `create`, `update`, `delete` may be switched off, `filters` added."""
    objects = ObjectRules(type=ObjectType.USER, rules=rules or RULES, **actions)
    return JobRules(
        version=1,
        directory_label="Azure Active Directory",
        target_label="Memory",
        objects={ObjectType.USER: objects},
        everyone=everyone,
        role_required=role_required,
    )


def make_group(key: int = 1, **values: Any) -> SourceObject:
    """A group that is assigned itself."""
    attributes = {"displayName": f"Group {key}"}
    return make_source(key, **{"type": ObjectType.GROUP, "label": f"Group {key}", "attributes": attributes, **values})


def make_group_rules(**actions: Any) -> JobRules:
    """The rules of a job that provisions groups and their members."""
    rules = (
        Rule(target="displayName", source="displayName", matching=1),
        Rule(target="members", source="members"),
    )
    objects = ObjectRules(type=ObjectType.GROUP, rules=rules, **actions)
    return replace(make_rules(), objects={ObjectType.GROUP: objects})


def make_state(**values: Any) -> ObjectState:
    """An account that was created, is in scope and was accepted with everything that `make_source(1)` has."""
    defaults: dict[str, Any] = {
        "target_id": "1",
        "origin": Origin.CREATED,
        "was_in_scope": True,
        "managed": True,
        "sent": {
            "userName": "user1@contoso.example",
            "displayName": "User 1",
            "familyName": "Number 1",
            "roles": ("Staff",),
        },
        "status": Status.SUCCESS,
    }
    return ObjectState(**{**defaults, **values})
