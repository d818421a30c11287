"""Where the assignments of an application are made: in this portal, or at a service principal of the source."""

import uuid

from django.db import transaction
from django.utils.translation import gettext_noop

from portal.accounts.audit import record
from portal.accounts.models import Account
from provisioning.choices import AssignmentsFrom
from provisioning.jobs.imports.asking import locked
from provisioning.models import EnterpriseApplication

CHANGE_ORIGIN = gettext_noop("Change where assignments come from")


@transaction.atomic
def set_origin(application_id: int, origin: AssignmentsFrom, principal: uuid.UUID | None, by: Account) -> bool:
    """False when it was like this already. Nobody is assigned or loses access by it: that is the next import's part.

    Back in this portal, roles and assignments stay as the source told them last, and can be edited.
    """
    application = EnterpriseApplication.objects.get(pk=application_id)
    locked(application.directory_id)
    application.refresh_from_db()
    before = _told(application)
    application.assignments_from, application.source_principal = origin, principal
    after = _told(application)
    if before == after:
        return False
    application.save(update_fields=["assignments_from", "source_principal"])
    record(by, CHANGE_ORIGIN, application, old=before, new=after)
    return True


def _told(application: EnterpriseApplication) -> dict[str, str]:
    principal = application.source_principal
    return {"From": application.assignments_from, "Service principal": str(principal) if principal else ""}
