"""The columns of the provisioning logs: which there are, which somebody chose, and the entries' cells."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from provisioning.models import EnterpriseApplication
from provisioning.models.preference import prefer, preferred
from provisioning.views.loading import application_for
from provisioning.views.log_addresses import back_to_list

COLUMNS: dict[str, tuple[str | Promise, str]] = {
    "action": (_("Action"), ""),
    "status": (_("Status"), ""),
    "reason": (_("Reason"), "why"),
    "source": (_("Source System"), "col-2 col-3"),
    "application": (_("Target System"), "col-2"),
    "date": (_("Date"), ""),
    "duration": (_("Duration"), ""),
    "cycle": (_("Cycle"), ""),
    "target-name": (_("Target name"), ""),
    "source-id": (_("Source ID"), ""),
    "target-id": (_("Target ID"), ""),
    "cycle-id": (_("Cycle ID"), ""),
    "change-id": (_("Change ID"), ""),
    "job-id": (_("Job ID"), ""),
    "initiator": (_("Initiated by"), ""),
}
"""By name in the address: heading, and what hides it where there is little room. The identity always comes first."""
USUAL = ("action", "status", "reason", "source", "application", "date")
USUAL_OF_ALL = ("action", "status", "reason", "application", "date")


def columns_of(request: HttpRequest, application: EnterpriseApplication | None) -> dict[str, Any]:
    """Heads and choices, as this person left them."""
    usual = USUAL if application else USUAL_OF_ALL
    chosen: Sequence[str] = preferred(request.user, _name(application)) or usual
    shown = [key for key in COLUMNS if key in chosen]
    return {
        "heads": [(key, *COLUMNS[key], "date" if key == "date" else "") for key in shown],
        "column_choices": [(key, label) for key, (label, _css) in COLUMNS.items()],
        "chosen_columns": shown,
    }


@require_POST
def choose(request: HttpRequest, application_id: uuid.UUID | None = None) -> HttpResponse:
    """Keep the columns of this person; none chosen are the usual ones."""
    application = application_for(request, application_id) if application_id else None
    prefer(request.user, _name(application), [each for each in request.POST.getlist("column") if each in COLUMNS])
    return back_to_list(request, application)


def _name(application: EnterpriseApplication | None) -> str:
    return "columns of logs" if application else "columns of all logs"
