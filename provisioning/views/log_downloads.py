"""The provisioning logs as files: whatever the list shows with the same filters, all pages of it."""

import uuid
from collections.abc import Callable, Iterator

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from provisioning.forms.logs import ActivityFilter, OwnActivityFilter
from provisioning.models import Activity
from provisioning.reports import files
from provisioning.views.loading import application_for

FORMS: dict[str, tuple[Callable[[QuerySet[Activity]], Iterator[bytes]], str, str]] = {
    "csv": (files.csv_files, "application/zip", "zip"),
    "json": (files.json_file, "application/json", "json"),
}


@require_GET
def download(request: HttpRequest, form: str, application_id: uuid.UUID | None = None) -> StreamingHttpResponse:
    """Entries written meanwhile are left out, so that the three CSV files tell of the same ones."""
    if form not in FORMS:
        raise Http404(form)
    make, type_, ending = FORMS[form]
    if application_id:
        rows = Activity.objects.filter(job=application_for(request, application_id).job)
        found = OwnActivityFilter(request.GET, queryset=rows).found()
    else:
        found = ActivityFilter(request.GET, queryset=Activity.objects.all()).found()
    now = timezone.localtime()
    disposition = content_disposition_header(True, f"{files.NAME}_{now:%Y-%m-%d}.{ending}")
    return StreamingHttpResponse(
        make(found.filter(occurred_at__lte=now)),
        content_type=type_,
        headers={"Content-Disposition": str(disposition), "Cache-Control": "no-store"},
    )
