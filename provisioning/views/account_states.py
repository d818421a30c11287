"""What became of people in a target, in the words of the column Provisioned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from provisioning.choices import ObjectType, Status
from provisioning.engine.scope import INACTIVE, NOT_ENTITLED
from provisioning.engine.values import as_texts
from provisioning.models import ObjectStateRow, ProvisioningJob, User

WHY_SKIPPED = {
    NOT_ENTITLED: _("No role that is provisioned"),
    INACTIVE: _("Not active in the directory"),
    "CreateSwitchedOff": _("The action Create is off"),
}


@dataclass(frozen=True)
class AccountState:
    """`status` is a key of the status words, which gives it icon and colour."""

    status: str
    label: str | Promise
    note: str | Promise = ""


NOT_YET = AccountState("not set up", _("Not yet"))
PROVISIONED = AccountState("ok", _("Provisioned"))
DISABLED = AccountState("stopped", _("Disabled"))
OUT_OF_SCOPE = AccountState("skip", _("Out of scope"))
IDLE_ROLE = AccountState("skip", _("Not provisioned"), _("No row of the attribute mapping sends this role"))
NO_ROLE = AccountState("skip", _("Not provisioned"), _("Default Access is not provisioned"))


def account_state(row: ObjectStateRow | None) -> AccountState:
    """From what the job remembers of a person; nothing is remembered before the first cycle that looks at them."""
    if row is None:
        return NOT_YET
    if row.status == Status.FAILURE:
        return AccountState("failure", _("Failed"), row.code)
    if row.disabled:
        return replace(DISABLED, note=_taken(row)) if row.taken else DISABLED
    if row.target_id:
        return PROVISIONED if row.managed else OUT_OF_SCOPE
    if row.status == Status.SKIPPED:
        return AccountState("skipped", _("Skipped"), WHY_SKIPPED.get(row.code, ""))
    return NOT_YET


def _taken(row: ObjectStateRow) -> str:
    values = row.as_value().taken
    return gettext("Taken away: %(what)s") % {"what": "; ".join(f"{name}: {v}" for name, v in as_texts(values).items())}


def states_by_user(job: ProvisioningJob, users: Iterable[User]) -> Mapping[int, ObjectStateRow]:
    """What the job remembers of these people, by their key."""
    keys = [user.pk for user in users]
    rows = ObjectStateRow.objects.filter(job=job, object_type=ObjectType.USER, source_key__in=keys)
    return {row.source_key: row for row in rows}
