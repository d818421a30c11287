"""The values that flow through a cycle: frozen, plain, without Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from provisioning.choices import (
    Action,
    FlowType,
    Kind,
    MappingType,
    ObjectType,
    Operator,
    Origin,
    Staging,
    Status,
    StepType,
)
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
class Reference:
    """Another object of the directory that this one refers to. `target_id` is empty while that one has no account."""

    type: ObjectType
    key: int
    label: str
    target_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceObject:
    """A user or group of the directory as one cycle sees it.

    `key` is the integer key of its row (slices are ranges of it), `id` its object id. `assigned` is true when anything
    assigns it, `roles` count for provisioning, `idle_roles` would if a mapping sent them; for the reports `direct` is
    true when it is assigned itself, and `via` names the groups through which it is assigned. `references` holds those
    with one value, such as the manager, by source attribute; members are compared apart.
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
    idle_roles: tuple[str, ...] = ()
    direct: bool = False
    via: tuple[str, ...] = ()
    references: Mapping[str, Reference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectState:
    """What is remembered of one source object in one job between cycles.

    `sent` holds what was last sent and accepted, by target attribute. `managed` is true while it is in scope;
    `disabled` after we disabled the account, `taken` what that took from it, until it is enabled. `uncertain`: there
    may be an account that we do not know, or what the known one has is in doubt: the link was forgotten on request, an
    answer was lost, a worker died. `failures` and `first_failed_at` drive the times of the next tries between cycles,
    `tries` and `deferred_until` those within one. `members_failed`: it was the members that failed, not the group.
    """

    target_id: str = ""
    origin: Origin = Origin.NONE
    was_in_scope: bool = False
    managed: bool = False
    disabled: bool = False
    uncertain: bool = False
    sent: Attributes = field(default_factory=dict)
    taken: Attributes = field(default_factory=dict)
    status: Status | None = None
    code: str = ""
    failures: int = 0
    first_failed_at: datetime | None = None
    next_try_at: datetime | None = None
    tries: int = 0
    deferred_until: datetime | None = None
    members_failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetObject:
    """An account or group as the target tells it. `active` is None when the target has no such notion."""

    id: str
    attributes: Attributes
    active: bool | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A removal that waits for the guard's decision, or for a person's. `number`: so many members, or one account."""

    kind: Kind
    action: Action
    code: str
    reason: Message
    number: int = 1
    status: Staging = Staging.STAGED


@dataclass(frozen=True, slots=True)
class Candidate:
    """One object to look at: what the directory says and what we remember (nothing, when it is new to the job).

    `surveyed` holds the accounts with one of its matching values, when the target was listed (None: ask the target);
    in a reconcile cycle also its own account. `staged` is the removal of its account that was staged before.
    """

    source: SourceObject
    state: ObjectState | None = None
    surveyed: tuple[TargetObject, ...] | None = None
    staged: Staged | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberWork:
    """One request's worth of changes to a group's members. `more`: further ones wait, so the group comes again;
    `removals` counts all members to be taken out."""

    candidate: Candidate
    add: tuple[Reference, ...] = ()
    remove: tuple[Reference, ...] = ()
    more: bool = False
    removals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One attribute mapping. `source`: an attribute, a constant or an expression, by the `type`. `matching`: the
    precedence, 0 when objects are not matched by it. `flow_empty`: an empty value clears the target attribute."""

    target: str
    type: MappingType = MappingType.DIRECT
    source: str = ""
    default: str = ""
    matching: int = 0
    flow: FlowType = FlowType.ALWAYS
    flow_empty: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A condition on one source attribute. `value` is empty when the operator needs none."""

    attribute: str
    operator: Operator
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopingFilter:
    """Passes who meets every clause; in scope is who passes any filter."""

    title: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRules:
    """The mapping of one object type: its rows and which actions may be done to target objects. `matching` are those
    rows that match objects, in order of precedence."""

    type: ObjectType
    rules: tuple[Rule, ...]
    create: bool = True
    update: bool = True
    delete: bool = True
    filters: tuple[ScopingFilter, ...] = ()
    matching: tuple[Rule, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        matching = sorted((rule for rule in self.rules if rule.matching), key=lambda rule: rule.matching)
        object.__setattr__(self, "matching", tuple(matching))


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRules:
    """The limits of the guard: more removals than `number`, or more than `percent` of at least `least` are held."""

    number: int = 500
    percent: int = 10
    least: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRules:
    """The configuration one cycle runs by; `version` tells whether it is still the job's.

    `guard` None: nothing is held. `leaving`: nobody is in scope any more. `reconcile`: what the target really holds
    counts, and differences are told, or with `repair` mended. `preview`: nothing is sent, nothing is remembered.
    """

    version: int
    directory_label: str
    target_label: str
    objects: Mapping[ObjectType, ObjectRules]
    everyone: bool = False
    leaving: bool = False
    role_required: bool = True
    default_domain: str = ""
    skip_out_of_scope_deletions: bool = False
    guard: GuardRules | None = None
    reconcile: bool = False
    repair: bool = False
    preview: bool = False


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
    what was remembered. Looked at and equal is only counted; `same`: nothing new is remembered either. `target_id` is
    the account it was about; the state of one that was deleted no longer knows it. `transient` failures say nothing
    about the object: the target was not reached, or did not answer as it should. `retry_after`: the target named, or
    implied, a time for the whole job.

    `deferred` objects wait for another try in this cycle; `staged` ones for the guard. Neither is counted yet.
    `references` are those that were sent or wanted, by target attribute; `members` what the target accepted.
    """

    source: SourceObject
    action: Action
    status: Status
    reason: Message
    code: str = ""
    remedy: str = ""
    state: ObjectState | None = None
    logged: bool = True
    same: bool = False
    transient: bool = False
    deferred: bool = False
    retry_after: float | None = None
    staged: Staged | None = None
    references: Mapping[str, Reference] = field(default_factory=dict)
    members: MemberWork | None = None
    target_id: str = ""
    target_label: str = ""
    steps: tuple[Step, ...] = ()
    modified: tuple[ModifiedProperty, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    milliseconds: int = 0
