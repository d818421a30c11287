"""The events that become notices: each is told by the code in which it happens, in the same transaction."""

from datetime import datetime

from django.db.models import Count, Sum
from django.urls import reverse

from provisioning.choices import CycleKind, NoticeKind, Status
from provisioning.errors import ProvisioningError
from provisioning.jobs.notices.raising import end, keep, known, raise_
from provisioning.models import Activity, Cycle, Notice, ProvisioningJob, StagedRemoval
from provisioning.texts import Message, gettext_noop, say

MOST_CODES = 5
"""So many error codes are told, the most frequent first."""
CODES = gettext_noop("The most frequent error codes: %(codes)s.")


def quarantined(job: ProvisioningJob, now: datetime) -> None:
    """Provisioning of an application failed as a whole."""
    _tell_of_quarantine(NoticeKind.QUARANTINED, job, now)


def given_up(job: ProvisioningJob, now: datetime) -> None:
    """It failed for so long that it was switched off: nothing is tried any more until somebody starts it."""
    end(now, NoticeKind.QUARANTINED, job=job)
    _tell_of_quarantine(NoticeKind.GIVEN_UP, job, now)


def _tell_of_quarantine(kind: NoticeKind, job: ProvisioningJob, now: datetime) -> None:
    notice = Notice(kind=kind, job=job, path=_page("application", job), key=job.quarantine_code)
    notice.values, notice.reason = {"code": job.quarantine_code}, job.quarantine_message
    notice.remedy, notice.next_at = job.quarantine_remedy, job.next_start_at
    raise_(notice, now)


def recovered(job: ProvisioningJob, now: datetime) -> None:
    """The application can be provisioned again."""
    quarantine_is_over(job, now)
    raise_(Notice(kind=NoticeKind.RECOVERED, job=job, path=_page("application", job), ended_at=now), now)


def quarantine_is_over(job: ProvisioningJob, now: datetime) -> None:
    """Also when a person has ended it: whoever did so knows."""
    end(now, NoticeKind.QUARANTINED, NoticeKind.GIVEN_UP, job=job)


def held(job: ProvisioningJob, now: datetime) -> None:
    """The guard holds removals: they wait for a person, everything else goes on."""
    rows = StagedRemoval.objects.filter(job=job).held().order_by()
    number = rows.aggregate(sum=Sum("number", default=0))["sum"]
    raise_(Notice(kind=NoticeKind.HELD, job=job, path=_page("held", job), values={"number": number}), now)


def nothing_is_held(job: ProvisioningJob, now: datetime) -> None:
    end(now, NoticeKind.HELD, job=job)


def cycle_ended(cycle: Cycle, job: ProvisioningJob, now: datetime) -> None:
    """Failures of objects, told once for the same error codes. Those of a job in quarantine have been told as that."""
    if cycle.kind == CycleKind.PREVIEW or job.quarantine:
        return
    told = known(NoticeKind.CYCLE_FAILED, now, job=job)
    failures = Activity.objects.filter(cycle=cycle, status=Status.FAILURE).order_by()
    counted = list(failures.values_list("code").annotate(n=Count("pk")).order_by("-n", "code"))
    if not counted:
        if told and not job.object_states.filter(status=Status.FAILURE).exists():
            end(now, NoticeKind.CYCLE_FAILED, job=job)
        return
    codes = sorted(code for code, _number in counted)
    if told and set(codes) <= set(told.values["codes"]):
        keep(told)
        return
    named = ", ".join(f"{code or '?'} ({number})" for code, number in counted[:MOST_CODES])
    path = f"{_page('logs', job)}?cycle={cycle.cycle_id}&status={Status.FAILURE}"
    values = {"number": sum(number for _code, number in counted), "codes": codes}
    reason = say(CODES, codes=named).as_json()
    raise_(Notice(kind=NoticeKind.CYCLE_FAILED, job=job, path=path, values=values, reason=reason), now)


def source_failed(error: ProvisioningError, now: datetime) -> None:
    """The directory could not be read to its end; once per reason."""
    told = known(NoticeKind.SOURCE_INCOMPLETE, now)
    if told and told.key == error.code:
        keep(told)
        return
    notice = Notice(kind=NoticeKind.SOURCE_INCOMPLETE, path=reverse("directory"), key=error.code, remedy=error.remedy)
    notice.values, notice.reason = {"code": error.code}, error.message.as_json()
    raise_(notice, now)


def import_held(reason: Message, remedy: str, now: datetime) -> None:
    """Each import that is held takes the place of the one before: one notice stands for them."""
    end(now, NoticeKind.SOURCE_INCOMPLETE)
    if told := known(NoticeKind.IMPORT_HELD, now):
        keep(told)
        return
    notice = Notice(kind=NoticeKind.IMPORT_HELD, path=reverse("directory"), reason=reason.as_json(), remedy=remedy)
    raise_(notice, now)


def import_decided(now: datetime) -> None:
    """A person has discarded it."""
    end(now, NoticeKind.IMPORT_HELD)


def import_completed(now: datetime) -> None:
    """The directory is what its source is."""
    end(now, NoticeKind.SOURCE_INCOMPLETE, NoticeKind.IMPORT_HELD)


def _page(name: str, job: ProvisioningJob) -> str:
    return reverse(name, args=[job.application.application_id])
