"""Saving a change of what cycles go by, and telling when it takes effect."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.accounts.models import Account
from provisioning.jobs import effect
from provisioning.jobs import mappings as changes
from provisioning.jobs.save import SavedMeanwhile
from provisioning.models import ProvisioningJob
from provisioning.views.answers import SeeOther


@dataclass(frozen=True, slots=True)
class Deed:
    """A change: what does it, what it is called in the history, what is said after it, and where one goes then."""

    do: Callable[[Account], None]
    activity: str
    title: str | Promise
    url: str


def commit(request: HttpRequest, job: ProvisioningJob, deed: Deed) -> HttpResponse:
    """Do it as one change of the job that was shown. Saved by another meanwhile: nothing is done, which is told."""
    by = cast(Account, request.user)
    try:
        with changes.editing(job.pk, job.saves, by, timezone.now(), deed.activity) as changed:
            deed.do(by)
    except SavedMeanwhile:
        messages.error(request, f"{_('Nothing was saved')}\n{_('Somebody else saved at the same moment. Try again.')}")
        return SeeOther(request.path)
    return done(request, changed, deed.title, deed.url)


def done(request: HttpRequest, job: ProvisioningJob, title: str | Promise, url: str) -> HttpResponse:
    """Say that it was saved and what the next cycle makes of it."""
    messages.success(request, f"{title}\n{effect.of_mapping(job, timezone.now())}")
    return SeeOther(url)
