"""The order of a cycle's parts and the rules of its bookkeeping, which rows and tests share: all of it pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from types import MappingProxyType

from provisioning.choices import Action, ObjectType, Phase, Staging, Status, Work
from provisioning.engine.export import LINKED
from provisioning.records import Outcome, Staged

WORKS: Mapping[Phase, tuple[tuple[Work, ObjectType], ...]] = MappingProxyType(
    {
        Phase.SURVEY: ((Work.SURVEY, ObjectType.USER), (Work.SURVEY, ObjectType.GROUP)),
        Phase.USERS: ((Work.OBJECTS, ObjectType.USER),),
        Phase.GROUPS: ((Work.OBJECTS, ObjectType.GROUP),),
        Phase.REFERENCES: (
            (Work.REFERENCES, ObjectType.USER),
            (Work.REFERENCES, ObjectType.GROUP),
            (Work.MEMBERS, ObjectType.GROUP),
        ),
        Phase.DECIDE: (),
        Phase.REMOVALS: (
            (Work.REMOVALS, ObjectType.USER),
            (Work.REMOVALS, ObjectType.GROUP),
            (Work.MEMBER_REMOVALS, ObjectType.GROUP),
        ),
        Phase.FINISH: (),
    }
)
"""What a phase opens slices for, when there is anything to do. Seats are tried again at the end of the removals."""

NOT_IN_A_PREVIEW = frozenset({Phase.REFERENCES, Phase.DECIDE, Phase.REMOVALS})
"""Nothing got an account, and removals were walked to their end, so there is nothing for these."""

MEMBER_WORK = frozenset({Work.MEMBERS, Work.MEMBER_REMOVALS})
DONE = MappingProxyType(
    {Action.CREATE: "created", Action.UPDATE: "updated", Action.DISABLE: "disabled", Action.DELETE: "deleted"}
)
"""What a success counts as; without an action of these the account was linked, or left as it is."""


class Move(Enum):
    """What a phase does next."""

    STAY = auto()  # slices are open
    AGAIN = auto()  # open slices over the objects that wait for another try
    SEATS = auto()  # open slices over who had no seat
    NEXT = auto()  # go to the next phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a phase stands. `waiting`: deferred objects of this cycle; `seats`: some are free now and were missed."""

    phase: Phase
    is_open: bool
    waiting: bool
    seats: bool = False


def move(standing: Standing) -> Move:
    if standing.is_open:
        return Move.STAY
    if standing.waiting:
        return Move.AGAIN
    return Move.SEATS if standing.seats and standing.phase is Phase.REMOVALS else Move.NEXT


def following(phase: Phase, *, preview: bool) -> Phase:
    """The phase after this one."""
    phases = [each for each in Phase if not (preview and each in NOT_IN_A_PREVIEW)]
    return phases[phases.index(phase) + 1]


def restaged(before: Staged | None, now: Staged) -> Staged:
    """What a removal that was found again becomes, beside what was decided on it before.

    An approval is for what was approved: another action or reason, or more members, is decided on anew.
    """
    if before is None or now.status is not Staging.STAGED:
        return now
    if before.status is Staging.REJECTED:
        return replace(now, status=Staging.HELD)
    same = (before.action, before.code) == (now.action, now.code)
    if same and before.status is Staging.HELD:
        return replace(now, status=Staging.HELD)
    return before if same and before.status is Staging.APPROVED and now.number <= before.number else now


def keeps_staged(outcome: Outcome) -> bool:
    """Whether a removal stays staged although this outcome tells of none: it failed, or it is not known any better."""
    is_open = outcome.deferred or outcome.status is Status.FAILURE
    return is_open and outcome.action not in (Action.CREATE, Action.UPDATE)


def settles_references(outcome: Outcome) -> bool:
    """Whether the references that the outcome tells are what the target has now: not after a failure, or mere drift."""
    return not outcome.deferred and outcome.status in (Status.SUCCESS, Status.SKIPPED)


def counter_of(outcome: Outcome) -> str:
    """The counter that an outcome moves, empty while it is not final."""
    if outcome.deferred:
        return ""
    if outcome.status is Status.FAILURE:
        return "failed"
    if outcome.staged:
        return "held" if outcome.staged.status is Staging.HELD else ""
    if outcome.status is not Status.SUCCESS:
        return "skipped" if outcome.logged else "unchanged"
    return DONE.get(outcome.action, "linked" if outcome.code == LINKED else "unchanged")
