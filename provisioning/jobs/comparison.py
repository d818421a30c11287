"""A preview beside the cycle that followed it: where what was done is not what was foretold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from provisioning.choices import CycleKind, CycleStatus, Status
from provisioning.engine.members import ADDED, REMOVED
from provisioning.engine.rehearsal import Rehearsal
from provisioning.models import Activity, Cycle, PreviewEntry

READ = 2000
"""So many rows are read at a time."""
COLUMNS = ("pk", "object_type", "source_id", "source_label", "action", "status", "code", "modified")

Key = tuple[str, str, bool]
"""Object type, source id, and whether it is about members."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One object. `foretold` and `done`: keys of the preview's entry and of the activity, None where there is none."""

    label: str
    foretold: int | None
    done: int | None


@dataclass(frozen=True, slots=True)
class Pair:
    """The rows of one difference, side by side."""

    label: str
    foretold: PreviewEntry | None
    done: Activity | None


@dataclass(frozen=True, slots=True)
class _Told:
    pk: int
    label: str
    outcome: tuple[str, str]
    values: Mapping[str, Any]


def follower(preview: Cycle) -> Cycle | None:
    """The first cycle that began after the preview and was completed."""
    kinds = (CycleKind.INITIAL, CycleKind.INCREMENTAL)
    later = Cycle.objects.filter(job=preview.job_id, kind__in=kinds, status=CycleStatus.COMPLETED)
    return later.filter(started_at__gte=preview.started_at).order_by("started_at", "pk").first()


def differences(preview: Cycle, cycle: Cycle) -> Sequence[Difference]:
    """By name, in two queries.

    Of several entries about one object the first success counts, else the last: what follows a success are references
    to accounts that the cycle made on the way, which a preview can't know.
    """
    foretold = _read(PreviewEntry.objects.filter(cycle=preview))
    done = _read(Activity.objects.filter(cycle=cycle))
    found = [
        Difference(told.label, _key(foretold.get(key)), _key(done.get(key)))
        for key, told in {**foretold, **done}.items()
        if _differ(foretold.get(key), done.get(key))
    ]
    return sorted(found, key=lambda each: (each.label.casefold(), each.foretold or 0, each.done or 0))


def pairs(found: Sequence[Difference]) -> Sequence[Pair]:
    """The rows of these differences (those of one page), in two queries."""
    foretold = PreviewEntry.objects.in_bulk([each.foretold for each in found if each.foretold])
    done = Activity.objects.in_bulk([each.done for each in found if each.done])
    return [Pair(each.label, foretold.get(each.foretold or 0), done.get(each.done or 0)) for each in found]


def _read(rows: Any) -> Mapping[Key, _Told]:
    found: dict[Key, _Told] = {}
    for pk, type_, source_id, label, action, status, code, modified in (
        rows.order_by("pk").values_list(*COLUMNS).iterator(chunk_size=READ)
    ):
        key = (type_, source_id, code in (ADDED, REMOVED))
        if key not in found or found[key].outcome[1] != Status.SUCCESS:
            values = {each["displayName"]: each["newValue"] for each in modified}
            found[key] = _Told(pk, label, (action, status), values)
    return found


def _key(told: _Told | None) -> int | None:
    return told.pk if told else None


def _differ(foretold: _Told | None, done: _Told | None) -> bool:
    if foretold is None or done is None:
        return True
    return foretold.outcome != done.outcome or not _is_same(foretold.values, done.values)


def _is_same(foretold: Mapping[str, Any], done: Mapping[str, Any]) -> bool:
    """That an account which was not there yet has its own id now is no difference."""
    is_open = {name for name, value in foretold.items() if str(value).startswith(Rehearsal.STAND_IN)}
    one, other = ({name: each for name, each in all_.items() if name not in is_open} for all_ in (foretold, done))
    return one == other
