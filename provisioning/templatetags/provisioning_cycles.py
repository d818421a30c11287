"""The parts of a cycle as pages show them: which phases it has, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import template

from provisioning.choices import CycleKind, CycleStatus, Phase
from provisioning.models import Cycle
from provisioning.templatetags.provisioning_texts import word

register = template.Library()

LEFT_OUT = {
    CycleKind.PREVIEW: (Phase.DECIDE, Phase.REMOVALS),
    CycleKind.RECONCILE: (Phase.REFERENCES,),
    CycleKind.INCREMENTAL: (Phase.SURVEY,),
}
"""Phases that a kind of cycle never has, or hardly ever."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One phase in the row of phases. `state`: done, now, todo."""

    label: str
    state: str


@register.filter
def phase_marks(cycle: Cycle) -> Sequence[Mark]:
    """`{% for mark in cycle|phase_marks %}`: in their order; none for a cycle that ended early."""
    if cycle.ended_at and cycle.status != CycleStatus.COMPLETED:
        return []
    left_out = LEFT_OUT.get(CycleKind(cycle.kind), ())
    here = Phase(cycle.phase)
    shown = [phase for phase in Phase if phase not in left_out or (phase is here and not cycle.ended_at)]
    order = list(Phase)
    return [Mark(word(phase), _state(cycle, order.index(phase) - order.index(here))) for phase in shown]


def _state(cycle: Cycle, ahead: int) -> str:
    if cycle.ended_at or ahead < 0:
        return "done"
    return "now" if ahead == 0 else "todo"
