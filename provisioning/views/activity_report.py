"""The activity report in its classic form: Import, Synchronization rule action, Export, Process escrow, Quarantine."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.components.lists import address
from provisioning.forms.logs import PERIODS, ActivityFilter, OwnActivityFilter
from provisioning.jobs.activity_report import Deed, lines, stopped_within, with_last
from provisioning.jobs.keyset import NEWEST, KeyPage, page_of, place_of
from provisioning.models import Activity, Cycle, EnterpriseApplication, ProvisioningJob
from provisioning.views.answers import filtered_list
from provisioning.views.loading import application_for
from provisioning.views.log_addresses import list_address

ENTRIES = 20
"""So many on a page, each with some five lines."""
WORDS: dict[Deed, str | Promise] = {
    Deed.IMPORT: gettext_lazy("Import"),
    Deed.RULE: gettext_lazy("Synchronization rule action"),
    Deed.EXPORT: gettext_lazy("Export"),
    Deed.ESCROW: gettext_lazy("Process escrow"),
    Deed.QUARANTINE: gettext_lazy("Quarantine"),
}


@require_safe
def activity_report(request: HttpRequest, application_id: uuid.UUID | None = None) -> HttpResponse:
    application = application_for(request, application_id) if application_id else None
    if application:
        own = Activity.objects.filter(job=application.job)
        form: ActivityFilter = OwnActivityFilter(request.GET, queryset=own)
    else:
        form = ActivityFilter(request.GET, queryset=Activity.objects.all())
    rows = with_last(form.found().select_related("job__application__directory"))
    page = page_of(rows, request.GET, ENTRIES)
    chosen = [each for each in request.GET.getlist("activity") if each in list(Deed)]
    found = lines(page.rows, _stops(request, form, page, application))
    context: dict[str, Any] = {
        "page": "logs" if application else "all-logs",
        "heading": _("Activity report"),
        "form": form,
        "periods": PERIODS,
        "pill": (_("Activity"), "activity", list(WORDS.items()), chosen),
        "lines": [(WORDS[each.deed], each) for each in found if not chosen or each.deed in chosen],
        "newer": address(request, newer=page.newer, older=None) if page.newer else "",
        "older": address(request, older=page.older, newer=None) if page.older else "",
        "logs_url": list_address(application),
        "zone": timezone.localtime().strftime("%Z"),
    }
    if application:
        context["application"] = application
    return filtered_list(request, "activity_report", context)


def _stops(
    request: HttpRequest, form: ActivityFilter, page: KeyPage[Activity], application: EnterpriseApplication | None
) -> list[Cycle]:
    """Those of the time that the page is about; none while a person or a status is looked for."""
    if form.is_narrowed or (not page.rows and request.GET.get("older")):
        return []
    jobs = [application.job.pk] if application else ProvisioningJob.objects.values_list("pk", flat=True)
    is_first = not place_of(request.GET.get("older", ""), NEWEST) and not page.newer
    since = page.rows[-1].occurred_at if page.rows and page.older else None
    until = None if is_first or not page.rows else page.rows[0].occurred_at
    return list(stopped_within(jobs, since, until).select_related("job__application")[:100])
