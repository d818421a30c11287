"""Applying app roles: those of a service principal become those of its application here."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from provisioning.jobs.imports.links import applications
from provisioning.jobs.imports.steps import Staged, Written
from provisioning.models import AppRole, Import
from provisioning.texts import gettext_noop

VALUE_TAKEN = gettext_noop("Another role of the application has this value.")


def write_roles(run: Import, rows: Sequence[Staged], number: int) -> Written:
    """A role is known by its ID, else by its value: so those of the gallery become the source's own."""
    written, mine = Written(), applications(run, rows)
    known: dict[int, list[AppRole]] = defaultdict(list)
    for each in AppRole.objects.filter(application__in=mine.values()):
        known[each.application_id].append(each)
    told = {row.role for row in rows}
    for order, row in enumerate(rows, 1):
        application = mine.get(row.holder)
        if application is None:
            continue
        value = str(row.payload.get("value") or row.payload.get("label") or row.role)[:120]
        role = _same(known[application], row, value, told)
        if any(other is not role and other.value == value for other in known[application]):
            written.waits[VALUE_TAKEN].append(row.pk)
            continue
        label = str(row.payload.get("label") or value)[:120]
        values = {"role_id": row.role, "value": value, "label": label, "enabled": bool(row.payload.get("enabled"))}
        if role is None:
            role = AppRole(application_id=application, order=order)
            known[application].append(role)
        if role.pk is None or any(getattr(role, name) != wanted for name, wanted in values.items()):
            for name, wanted in values.items():
                setattr(role, name, wanted)
            role.change = number
            role.save()
            written.changed += 1
    return written


def disable_roles(run: Import, rows: Sequence[Staged], number: int) -> Written:
    """A role that is gone entitles nobody; its row stays with the assignments that had it."""
    mine = applications(run, rows)
    roles = AppRole.objects.filter(application__in=mine.values(), role_id__in={row.role for row in rows}, enabled=True)
    changed = roles.update(enabled=False, change=number)
    return Written(changed=changed, removed=changed)


def _same(known: Iterable[AppRole], row: Staged, value: str, told: set[uuid.UUID]) -> AppRole | None:
    by_id = next((each for each in known if each.role_id == row.role), None)
    return by_id or next((each for each in known if each.value == value and each.role_id not in told), None)
