"""The phases of a cycle as pages show them."""

import pytest
from django.utils import timezone

from provisioning.choices import CycleKind, CycleStatus, Phase
from provisioning.models import Cycle
from provisioning.templatetags.provisioning_cycles import phase_marks


def marks(kind: CycleKind, phase: Phase, status: CycleStatus = CycleStatus.RUNNING) -> list[tuple[str, str]]:
    ended = timezone.now() if status in (CycleStatus.COMPLETED, CycleStatus.SUPERSEDED) else None
    cycle = Cycle(kind=kind, phase=phase, status=status, ended_at=ended)
    return [(mark.label, mark.state) for mark in phase_marks(cycle)]


def test_phases_before_are_done_and_those_after_are_to_do() -> None:
    assert marks(CycleKind.INITIAL, Phase.GROUPS) == [
        ("List accounts", "done"),
        ("Users", "done"),
        ("Groups", "now"),
        ("References", "todo"),
        ("Guard", "todo"),
        ("Removals", "todo"),
        ("Finish", "todo"),
    ]


def test_all_phases_of_a_completed_cycle_are_done() -> None:
    assert {state for _label, state in marks(CycleKind.INITIAL, Phase.FINISH, CycleStatus.COMPLETED)} == {"done"}


def test_a_cycle_that_ended_early_shows_none() -> None:
    assert marks(CycleKind.INITIAL, Phase.FINISH, CycleStatus.SUPERSEDED) == []


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        (CycleKind.PREVIEW, {"Guard", "Removals"}),
        (CycleKind.RECONCILE, {"References"}),
        (CycleKind.INCREMENTAL, {"List accounts"}),
    ],
)
def test_phases_that_a_kind_does_not_have_are_left_out(kind: CycleKind, missing: set[str]) -> None:
    everything = {label for label, _state in marks(CycleKind.INITIAL, Phase.USERS)}

    assert everything - {label for label, _state in marks(kind, Phase.USERS)} == missing


def test_a_phase_it_is_in_is_shown_all_the_same() -> None:
    assert ("List accounts", "now") in marks(CycleKind.INCREMENTAL, Phase.SURVEY)
