"""The values that flow through a cycle: frozen, plain, without Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from provisioning.choices import Action, FlowType, MappingType, ObjectType, Origin, Status, StepType
from provisioning.texts import Message

Attributes = Mapping[str, Any]
"""Attribute name to value: text, number, boolean, or a tuple of texts."""

NOTHING: Attributes = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """An app role that flows to the target. Default Access is no role and never becomes one of these."""

    id: str
    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceObject:
    """A user or group of the directory as one cycle sees it.

    `key` is the integer key of its row (slices are ranges of it), `id` its object id. `assigned` is true when anything
    assigns it, `roles` are those that count for provisioning; for the reports `direct` is true when it is assigned
    itself, and `via` names the groups through which it is assigned.
    """

    key: int
    id: str
    type: ObjectType
    label: str
    attributes: Attributes
    active: bool = True
    soft_deleted: bool = False
    purged: bool = False
    assigned: bool = False
    roles: tuple[Role, ...] = ()
    direct: bool = False
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectState:
    """What is remembered of one source object in one job between cycles.

    `sent` holds what was last sent and accepted, by target attribute. `managed` is true while it is in scope;
    `disabled` after we disabled the account. `failures` and `first_failed_at` drive the times of the next tries.
    """

    target_id: str = ""
    origin: Origin = Origin.NONE
    was_in_scope: bool = False
    managed: bool = False
    disabled: bool = False
    sent: Attributes = field(default_factory=dict)
    status: Status | None = None
    code: str = ""
    failures: int = 0
    first_failed_at: datetime | None = None
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One object to look at: what the directory says and what we remember (nothing, when it is new to the job)."""

    source: SourceObject
    state: ObjectState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetObject:
    """An account or group as the target tells it. `active` is None when the target has no such notion."""

    id: str
    attributes: Attributes
    active: bool | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One attribute mapping. `matching` is the matching precedence, 0 when the attribute does not match objects."""

    target: str
    type: MappingType = MappingType.DIRECT
    source: str = ""
    default: str = ""
    matching: int = 0
    flow: FlowType = FlowType.ALWAYS
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRules:
    """The mapping of one object type: its rows and which actions may be done to target objects."""

    type: ObjectType
    rules: tuple[Rule, ...]
    create: bool = True
    update: bool = True
    delete: bool = True

    @property
    def matching(self) -> tuple[Rule, ...]:
        """Rows that match objects, in order of precedence."""
        return tuple(sorted((rule for rule in self.rules if rule.matching), key=lambda rule: rule.matching))


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRules:
    """The configuration one cycle runs by; `version` tells whether it is still the job's."""

    version: int
    directory_label: str
    target_label: str
    objects: Mapping[ObjectType, ObjectRules]
    everyone: bool = False
    role_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer, secrets struck out. `status` is 0 when no answer came."""

    method: str
    url: str
    request: str = ""
    status: int = 0
    response: str = ""
    milliseconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of an activity; names and types as in Microsoft's provisioning logs."""

    name: str
    type: StepType
    status: Status
    text: Message
    details: Mapping[str, str] = field(default_factory=dict)
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class ModifiedProperty:
    """A target attribute that an action changed (or tried to)."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one candidate. `state` is what to remember, None to remember nothing.

    `logged` says whether it becomes an activity: something was sent, tried or failed, or status or reason differ from
    what was remembered. Looked at and equal is only counted. `target_id` is the account it was about; the state of one
    that was deleted no longer knows it. `transient` failures say nothing about the object: the target was not
    reached, or did not answer as it should.
    """

    source: SourceObject
    action: Action
    status: Status
    reason: Message
    code: str = ""
    remedy: str = ""
    state: ObjectState | None = None
    logged: bool = True
    transient: bool = False
    target_id: str = ""
    target_label: str = ""
    steps: tuple[Step, ...] = ()
    modified: tuple[ModifiedProperty, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    milliseconds: int = 0
