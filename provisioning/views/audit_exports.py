"""The audit log as a file, CSV or JSON, of what the list shows with the same query, all pages of it."""

import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.accounts.models import AuditEntry
from provisioning.directory.csvfile_writing import table
from provisioning.forms.audit import AllAuditFilter, OwnAuditFilter
from provisioning.jobs.csv_rows import by_key
from provisioning.views.csv_exports import as_file
from provisioning.views.loading import application_for


@require_GET
def export(request: HttpRequest, application_id: uuid.UUID, form: str) -> HttpResponseBase:
    return _file(OwnAuditFilter(application_for(request, application_id), request.GET).found(), form)


@require_GET
def export_all(request: HttpRequest, form: str) -> HttpResponseBase:
    return _file(AllAuditFilter(request.GET).found(), form)


def _file(rows: QuerySet[AuditEntry], form: str) -> HttpResponseBase:
    match form:
        case "csv":
            heads = (
                _("Date"),
                _("Who"),
                _("Activity"),
                _("Target"),
                _("Application ID"),
                _("Old value"),
                _("New value"),
            )
            return as_file("audit", table(heads, map(_cells, by_key(rows))))
        case "json":
            disposition = content_disposition_header(True, f"audit-{timezone.localdate().isoformat()}.json")
            headers = {"Content-Disposition": str(disposition), "Cache-Control": "no-store"}
            return StreamingHttpResponse(_json(by_key(rows)), content_type="application/json", headers=headers)
    raise Http404(form)


def _cells(row: AuditEntry) -> list[object]:
    values = [None if each is None else json.dumps(each, ensure_ascii=False) for each in (row.old, row.new)]
    return [row.at.isoformat(), row.who_name, _(row.activity), row.target, row.application, *values]


def _json(rows: Iterable[AuditEntry]) -> Iterator[bytes]:
    """One array, an entry a line. Activities stay as they are stored: programs read them."""
    before = "[\n"
    for row in rows:
        yield f"{before}{json.dumps(_object(row), ensure_ascii=False)}".encode()
        before = ",\n"
    yield f"{'' if before.startswith(',') else '['}\n]\n".encode()


def _object(row: AuditEntry) -> dict[str, Any]:
    return {
        "id": row.pk,
        "date": row.at.isoformat(),
        "who": row.who_name,
        "activity": row.activity,
        "target": row.target,
        "application": str(row.application) if row.application else None,
        "old": row.old,
        "new": row.new,
    }
