"""Attribute mapping: the mappings of an application, one of them, and its rows in a pane."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.models import Account
from provisioning.forms.mappings import MappingForm, RowForm
from provisioning.forms.versions import VersionedForm
from provisioning.jobs import effect
from provisioning.jobs import mappings as changes
from provisioning.models import AttributeMapping, ObjectMapping, ProvisioningJob
from provisioning.views.answers import SeeOther
from provisioning.views.loading import job_for
from provisioning.views.mapping_rows import DRAFT, address_of, mapping_for, mapping_rows, slug_of
from provisioning.views.saving import Deed, commit, done

SAVED, DELETED = gettext_lazy("Attribute mapping saved"), gettext_lazy("Attribute mapping deleted")
RESTORED = gettext_lazy("Default mappings restored")

page_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def mappings(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    job = job_for(request, application_id)
    return render(request, "provisioning/mappings.html", _list_context(job))


@page_methods
def restore(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Asks first where no script can show the dialog."""
    job = job_for(request, application_id)
    if request.method != "POST":
        return render(request, "provisioning/restore.html", _list_context(job))
    seen, url = request.GET.get("seen", ""), reverse("mappings", args=[application_id])
    version = int(seen) if seen.isdecimal() else None
    after = changes.restore(job.pk, cast(Account, request.user), timezone.now(), version)
    if after is None:
        messages.warning(request, _("Nothing was restored\nSomebody changed the configuration meanwhile. Look again."))
        return SeeOther(url)
    return done(request, after, RESTORED, url)


@page_methods
def mapping(request: HttpRequest, application_id: uuid.UUID, object_type: str) -> HttpResponse:
    found = mapping_for(request, application_id, object_type)
    if request.method != "POST":
        return _draw(request, "mapping", found)
    form = MappingForm(found, request.POST)
    url = address_of(found, "mapping")
    deed = Deed(lambda by: changes.save_mapping(found, form.values, by), changes.SAVE_MAPPING, SAVED, url)
    return _save(request, "mapping", form, deed)


@page_methods
def new_row(request: HttpRequest, application_id: uuid.UUID, object_type: str) -> HttpResponse:
    found = mapping_for(request, application_id, object_type)
    return _edit_row(request, AttributeMapping(mapping=found))


@page_methods
def row(request: HttpRequest, application_id: uuid.UUID, object_type: str, row_id: int) -> HttpResponse:
    found = mapping_for(request, application_id, object_type)
    return _edit_row(request, get_object_or_404(found.rows, pk=row_id))


@page_methods
def delete_row(request: HttpRequest, application_id: uuid.UUID, object_type: str, row_id: int) -> HttpResponse:
    """Asks first; a row that was changed since is asked for again."""
    found = mapping_for(request, application_id, object_type)
    rows = list(found.rows.all())
    doomed = next((each for each in rows if each.pk == row_id), None)
    if doomed is None and request.method == "POST":
        messages.info(request, f"{DELETED}\n{_('It was deleted already.')}")
        return SeeOther(address_of(found, "mapping"))
    if doomed is None:
        raise Http404
    if reason := changes.why_locked(doomed, rows):
        messages.error(request, f"{_('This attribute mapping stays')}\n{reason}")
        return SeeOther(address_of(found, "mapping"))
    form = VersionedForm(request.POST if request.method == "POST" else None, initial={"version": found.job.saves})
    if not form.is_valid() or form.is_outdated:
        status = 409 if form.is_bound else 200
        fresh = VersionedForm(initial=form.initial)
        return _draw(request, "delete_row", found, status, form=fresh, row=doomed, is_conflict=form.is_bound)
    url = address_of(found, "mapping")
    deed = Deed(lambda by: changes.delete_row(doomed, by), changes.DELETE_ROW, DELETED, url)
    return commit(request, found.job, deed)


# --- saving ------------------------------------------------------------------------------------
def _edit_row(request: HttpRequest, edited: AttributeMapping) -> HttpResponse:
    rows = list(edited.mapping.rows.all())
    if request.method != "POST":
        form = RowForm(edited, rows)
        draft = request.session.pop(DRAFT, None) if "draft" in request.GET else None
        return _draw(request, "row", edited.mapping, form=form.drafted(draft) if draft else form, row=edited)
    form = RowForm(edited, rows, request.POST)
    activity, url = changes.EDIT_ROW if edited.pk else changes.ADD_ROW, address_of(edited.mapping, "mapping")
    deed = Deed(lambda by: changes.save_row(edited, form.values, by), activity, SAVED, url)
    return _save(request, "row", form, deed)


def _save(request: HttpRequest, page: str, form: MappingForm | RowForm, deed: Deed) -> HttpResponse:
    """Save what the form says, unless it is wrong, somebody else changed the same, or nothing was changed."""
    more: dict[str, Any] = {"mapping_form": form} if isinstance(form, MappingForm) else {"form": form, "row": form.row}
    if not form.is_valid():
        return _draw(request, page, form.mapping, 422, **more)
    if form.is_outdated and form.differences:
        more |= {"differences": form.differences, "is_conflict": True}
        form.rebase()
        return _draw(request, page, form.mapping, 409, **more)
    if form.is_unchanged:
        messages.info(request, f"{_('Nothing to save')}\n{_('The mapping was like this already.')}")
        return SeeOther(address_of(form.mapping, "mapping"))
    for warning in getattr(form, "warnings", ()):
        messages.warning(request, f"{_('The expression may not do what it seems to')}\n{warning}")
    return commit(request, form.mapping.job, deed)


# --- drawing -----------------------------------------------------------------------------------
def _list_context(job: ProvisioningJob) -> dict[str, Any]:
    return {
        "page": "mappings",
        "application": job.application,
        "job": job,
        "mappings": mapping_rows(job),
        "strayed": changes.strayed(job),
    }


def _draw(request: HttpRequest, page: str, mapping: ObjectMapping, status: int = 200, **more: Any) -> HttpResponse:
    """The page of one mapping; those of its rows lay a pane over it."""
    job, rows, now = mapping.job, list(mapping.rows.all()), timezone.now()
    context = {
        "page": "mappings",
        "page_url": address_of(mapping, "mapping"),
        "application": job.application,
        "job": job,
        "mapping": mapping,
        "mapping_form": MappingForm(mapping),
        "rows": [(each, changes.why_locked(each, rows)) for each in rows],
        "slug": slug_of(mapping),
        "filters": mapping.filters.count(),
        "saved_time": effect.time_of(job.saved_at, now) if job.saved_at else "",
        "strayed": changes.strayed(job),
        "new_url": address_of(mapping, "new-mapping-row") if changes.unmapped(mapping, rows) else "",
        **more,
    }
    return render(request, f"provisioning/{page}.html", context, status=status)
