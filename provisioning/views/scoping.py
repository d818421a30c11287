"""Scoping filters: those of a mapping and whom they let pass, one of them in a form, and deleting it."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.models import Account
from provisioning.forms.scoping import FilterForm
from provisioning.forms.versions import VersionedForm
from provisioning.jobs import effect
from provisioning.jobs import scoping as changes
from provisioning.jobs.mappings import editing
from provisioning.jobs.save import SavedMeanwhile
from provisioning.models import ObjectMapping, ProvisioningJob, ScopingFilterRow
from provisioning.records import ScopingFilter
from provisioning.views.answers import SeeOther, part_or_page, wants_part
from provisioning.views.mapping_rows import address_of, mapping_for, mapping_rows, slug_of
from provisioning.views.saving import Deed
from provisioning.views.saving import done as finish

SAVED, DELETED = gettext_lazy("Scoping filter saved"), gettext_lazy("Scoping filter deleted")
DIGITS = 6

page_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def scoping(request: HttpRequest, application_id: uuid.UUID, object_type: str = "users") -> HttpResponse:
    """With `count` in the address also whom the saved filters let pass; htmx asks for that part alone."""
    mapping = _mapping(request, application_id, object_type)
    context = _context(mapping)
    if "count" in request.GET:
        context["counted"] = changes.count(mapping, [row.as_filter() for row in mapping.filters.all()])
    return part_or_page(request, "scoping", "count", context)


@page_methods
def new_filter(request: HttpRequest, application_id: uuid.UUID, object_type: str) -> HttpResponse:
    return _edit(request, ScopingFilterRow(mapping=_mapping(request, application_id, object_type)))


@page_methods
def scoping_filter(request: HttpRequest, application_id: uuid.UUID, object_type: str, filter_id: int) -> HttpResponse:
    edited = _row(_mapping(request, application_id, object_type), filter_id)
    if edited is None:
        raise Http404(filter_id)
    return _edit(request, edited)


@page_methods
def delete(request: HttpRequest, application_id: uuid.UUID, object_type: str, filter_id: int) -> HttpResponse:
    """Asks first, and says who leaves the scope; when the configuration was changed since, asks again."""
    mapping = _mapping(request, application_id, object_type)
    doomed = _row(mapping, filter_id)
    if doomed is None and request.method == "POST":
        messages.info(request, f"{DELETED}\n{_('It was deleted already.')}")
        return SeeOther(address_of(mapping, "scoping"))
    if doomed is None:
        raise Http404(filter_id)
    form = VersionedForm(request.POST if request.method == "POST" else None, initial={"version": mapping.job.saves})
    if form.is_valid() and not form.is_outdated:
        url = address_of(mapping, "scoping")
        done = _commit(
            request, mapping, Deed(lambda by: changes.delete_filter(doomed, by), changes.DELETE, DELETED, url)
        )
        return done or SeeOther(request.path)  # where the one who was quicker is named
    context = _context(mapping) | {
        "form": VersionedForm(initial=form.initial),
        "row": doomed,
        "is_conflict": form.is_bound,
        "counted": changes.count_leaving(mapping, _others(doomed)),
    }
    return render(request, "provisioning/delete_scoping_filter.html", context, status=409 if form.is_bound else 200)


def _mapping(request: HttpRequest, application_id: uuid.UUID, object_type: str) -> ObjectMapping:
    """With its filters, which are then asked for once."""
    mapping = mapping_for(request, application_id, object_type)
    prefetch_related_objects([mapping], "filters")
    return mapping


def _row(mapping: ObjectMapping, filter_id: int) -> ScopingFilterRow | None:
    return next((each for each in mapping.filters.all() if each.pk == filter_id), None)


# --- one filter --------------------------------------------------------------------------------
def _edit(request: HttpRequest, edited: ScopingFilterRow) -> HttpResponse:
    """What the button says: one clause more or less, count, or OK."""
    if request.method != "POST":
        return _draw(request, FilterForm(edited))
    form = FilterForm(edited, request.POST)
    if "add" in request.POST:
        form.add()
        return _draw(request, form, counts_at_once=False)
    if "drop" in request.POST:  # a field called "remove" would hide the form's own function of that name from htmx
        form.remove(_number(request, "drop"))
        return _draw(request, form, is_shorter=True)
    return _count(request, form) if "count" in request.POST else _save(request, form)


def _count(request: HttpRequest, form: FilterForm) -> HttpResponse:
    """Nothing is saved. While a clause is wrong nothing is counted either."""
    if form.draft is None:
        return _draw(request, form, 200 if wants_part(request) else 422)
    counted = changes.count(form.mapping, [form.draft, *_others(form.row)])
    form.forgive()
    return _draw(request, form, counted=counted)


def _save(request: HttpRequest, form: FilterForm) -> HttpResponse:
    """Save what the form says, unless it is wrong, somebody else changed the same, or somebody would lose an account.

    The last is saved when the number that was shown is agreed to.
    """
    if not form.is_valid():
        return _draw(request, form, 422)
    if form.is_outdated and form.differences:
        differences = form.differences
        return _draw(request, form.rebase(), 409, differences=differences, is_conflict=True)
    if form.is_unchanged:
        messages.info(request, f"{_('Nothing to save')}\n{_('The filter was like this already.')}")
        return SeeOther(address_of(form.mapping, "scoping"))
    counted = changes.count_leaving(form.mapping, [form.values, *_others(form.row)])
    if counted.leaving > _number(request, "agreed"):
        return _draw(request, form, 422, must_agree=counted, counts_at_once=False)
    activity, url = changes.EDIT if form.row.pk else changes.ADD, address_of(form.mapping, "scoping")
    deed = Deed(lambda by: changes.save_filter(form.row, form.values, by), activity, SAVED, url)
    return _commit(request, form.mapping, deed) or _draw(request, form, 409, is_conflict=True)


def _commit(request: HttpRequest, mapping: ObjectMapping, deed: Deed) -> HttpResponse | None:
    """None, and nothing was saved, when somebody else saved at the same moment."""
    by = cast(Account, request.user)
    try:
        with editing(mapping.job.pk, mapping.job.saves, by, timezone.now(), deed.activity) as job:
            deed.do(by)
    except SavedMeanwhile:
        return None
    return finish(request, job, deed.title, deed.url)


def _others(row: ScopingFilterRow) -> list[ScopingFilter]:
    """The saved filters of its mapping beside it."""
    return [each.as_filter() for each in row.mapping.filters.all() if each.pk != row.pk]


def _number(request: HttpRequest, name: str) -> int:
    """What a button sent; whatever is no number counts as 0."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else 0


# --- drawing -----------------------------------------------------------------------------------
def _context(mapping: ObjectMapping) -> dict[str, Any]:
    job: ProvisioningJob = mapping.job
    return {
        "page": "scoping",
        "page_url": address_of(mapping, "scoping"),
        "new_url": address_of(mapping, "new-scoping-filter"),
        "application": job.application,
        "job": job,
        "mapping": mapping,
        "slug": slug_of(mapping),
        "tabs": mapping_rows(job),
        "filters": mapping.filters.all(),
    }


def _draw(request: HttpRequest, form: FilterForm, status: int = 200, **more: Any) -> HttpResponse:
    """The page of one filter; for htmx the form, or only the count that was asked for."""
    job, row = form.mapping.job, form.row
    address = ("scoping-filter", row.pk) if row.pk else ("new-scoping-filter",)
    context = {
        "page": "scoping",
        "page_url": address_of(form.mapping, *address),
        "delete_url": address_of(form.mapping, "delete-scoping-filter", row.pk) if row.pk else "",
        "heading": row.title or _("Add scoping filter"),
        "application": job.application,
        "job": job,
        "mapping": form.mapping,
        "form": form,
        "row": row,
        "others": len(_others(row)),
        "counts_at_once": bool(row.pk or form.is_bound),
        "saved_time": effect.time_of(job.saved_at, timezone.now()) if job.saved_at else "",
        **more,
    }
    return part_or_page(request, "scoping_filter", "count" if "count" in request.POST else "edit", context, status)
