"""A CSV import, page by page: the file, its columns, what it would change, and applying it."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from portal.accounts.audit import record
from provisioning import tasks
from provisioning.choices import FileStatus, ImportStatus
from provisioning.directory.csvfile import Unreadable
from provisioning.directory.csvfile_columns import What
from provisioning.directory.csvfile_writing import table
from provisioning.forms.csv_imports import ColumnsForm, UploadForm
from provisioning.jobs import csv_imports
from provisioning.jobs.control import NotPossible
from provisioning.jobs.imports import asking
from provisioning.models import CsvImport, CsvProblem, Directory
from provisioning.templatetags.provisioning_texts import said
from provisioning.views.answers import SeeOther, wants_part
from provisioning.views.csv_exports import as_file
from provisioning.views.loading import who

PAGE_SIZE = 50
SECRET = ("password", "passwort", "kennwort", "secret")
"""Columns whose values are shown to nobody."""
NAMES = {
    What.USERS: gettext_lazy("Import users"),
    What.GROUPS: gettext_lazy("Import groups"),
    What.MEMBERS: gettext_lazy("Import members"),
}
LISTS = {What.USERS: "users", What.GROUPS: "groups", What.MEMBERS: "groups"}


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, what: str) -> HttpResponse:
    if what not in list(What):
        raise Http404(what)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            taken = csv_imports.take_in(What(what), file.name, file.chunks(), who(request), timezone.now())
            csv_imports.suggest_group(taken, request.GET.get("group", ""))
        except NotPossible as refusal:
            form.add_error("file", str(refusal))
        except Unreadable as refusal:
            form.add_error("file", said(refusal.message))
        else:
            return SeeOther(reverse("csv-columns", args=[taken.file_id]))
    directory = Directory.objects.the_one()
    context = _frame(What(what)) | {
        "form": form,
        "open": csv_imports.open_files().filter(directory=directory).first(),
        "is_own": directory.is_own,
    }
    return render(request, "provisioning/csv_upload.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """What the columns are, as it was guessed or chosen before; saving has the file read from its beginning."""
    taken = _taken(file_id)
    if taken.status not in (FileStatus.UPLOADED, FileStatus.READ, FileStatus.READING):
        return redirect("csv-import", file_id)
    form = ColumnsForm(taken, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                csv_imports.choose(taken, form.choice(), timezone.now())
                tasks.queue_file(taken.pk)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return SeeOther(reverse("csv-import", args=[file_id]))
    context = _frame(What(taken.what)) | {"taken": taken, "form": form, "rows": _column_rows(taken, form)}
    return render(request, "provisioning/csv_columns.html", context, status=422 if form.is_bound else 200)


@require_safe
def csv_import(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """What it would change, while and after it is read; and what became of it, once it was applied."""
    taken = _taken(file_id)
    if taken.status == FileStatus.UPLOADED:
        return redirect("csv-columns", file_id)
    page = Paginator(taken.problems.all(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "provisioning/csv_import.html", _context(taken) | {"page_obj": page})


@require_safe
def progress(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """Nothing new is answered by 204; when it has been read, or applied, the page is loaded again."""
    taken = _taken(file_id)
    if not wants_part(request):
        return redirect("csv-import", file_id)
    context = _context(taken)
    if not context["is_moving"]:
        return HttpResponseClientRefresh()
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "provisioning/csv_import/progress.html", context)


@require_POST
def apply(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    taken = _taken(file_id)
    without_bad = request.POST.get("without") == "1"
    try:
        with transaction.atomic():
            run = csv_imports.apply(taken, who(request), timezone.now(), without_bad=without_bad)
            record(request.user, gettext_noop("Import from CSV file"), taken.name, new=_figures(taken))
            tasks.queue_import(run.pk)
    except NotPossible as refusal:
        messages.error(request, f"{_('Nothing was imported')}\n{refusal}")
    return SeeOther(reverse("csv-import", args=[file_id]))


@require_POST
def approve(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """Apply what the fuse holds."""
    taken = get_object_or_404(CsvImport.objects.select_related("directory", "run"), file_id=file_id, run__isnull=False)
    try:
        with transaction.atomic():
            run = asking.approve(taken.run_id or 0, timezone.now(), who(request))
            record(request.user, gettext_noop("Apply the import anyway"), taken.name, new=_figures(taken))
            tasks.queue_import(run.pk)
    except NotPossible as refusal:
        messages.error(request, f"{_('Nothing was imported')}\n{refusal}")
    return SeeOther(reverse("csv-import", args=[file_id]))


@require_POST
def put_away(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    taken = _taken(file_id)
    try:
        csv_imports.put_away(taken, timezone.now())
        messages.success(request, f"{_('The file was put away')}\n{_('Nothing of it was imported.')}")
    except NotPossible as refusal:
        messages.info(request, f"{_('Nothing to put away')}\n{refusal}")
    return SeeOther(reverse(LISTS[What(taken.what)]))


@require_GET
def problems(request: HttpRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """All errors as a CSV file."""
    found = _taken(file_id)
    header = [_("Line"), _("Column"), _("What is wrong"), _("What to do")]
    return as_file("errors", table(header, _told(found.problems.all())))


def _taken(file_id: uuid.UUID) -> CsvImport:
    return get_object_or_404(CsvImport.objects.select_related("directory", "run"), file_id=file_id)


def _frame(what: What) -> dict[str, Any]:
    return {"page": LISTS[what], "heading": NAMES[what], "what": what.value, "list_url": reverse(LISTS[what])}


def _context(taken: CsvImport) -> dict[str, Any]:
    run = taken.run
    is_applying = taken.status == FileStatus.APPLIED and run is not None and run.status == ImportStatus.RUNNING
    return _frame(What(taken.what)) | {
        "taken": taken,
        "run": run,
        "meta": taken.name,
        "is_reading": taken.status == FileStatus.READING,
        "is_applying": is_applying,
        "is_moving": taken.status == FileStatus.READING or is_applying,
        "seen": f"{taken.status}.{taken.position}.{taken.lines}.{run.phase if run else ''}.{run.applied if run else 0}",
        "unwritten": run.staged.filter(waits=True).count() if run and run.status == ImportStatus.COMPLETED else 0,
        "would_do": taken.created + taken.changed + taken.missing,
    }


def _column_rows(taken: CsvImport, form: ColumnsForm) -> list[tuple[Any, Sequence[str]]]:
    """Each column of the file as a field, with its first values; what looks like a password is not shown."""
    try:
        first = csv_imports.samples(taken)
    except (OSError, Unreadable):
        first = []
    rows: list[tuple[Any, Sequence[str]]] = []
    for place, field in enumerate(form.columns):
        hidden = any(word in taken.header[place].lower() for word in SECRET)
        values = [cells[place][:60] for cells in first if place < len(cells) and cells[place]]
        rows.append((field, [_("not shown")] if hidden and values else values))
    return rows


def _figures(taken: CsvImport) -> dict[str, Any]:
    figures = {"Created": taken.created, "Changed": taken.changed, "Deleted": taken.missing}
    return {"What": taken.what, **figures, "Lines left out": taken.bad}


def _told(rows: Any) -> Iterator[Sequence[object]]:
    each: CsvProblem
    for each in rows.iterator(chunk_size=1000):
        yield each.line, each.column, said(each.message), said(each.remedy)
