"""The attribute lists of a mapping: what the source and the target have, and custom attributes in a pane."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from provisioning.choices import Side
from provisioning.forms.attribute_lists import AttributeForm
from provisioning.forms.versions import VersionedForm
from provisioning.jobs import attribute_lists as lists
from provisioning.jobs import effect
from provisioning.models import CustomAttribute, ObjectMapping
from provisioning.views.answers import SeeOther
from provisioning.views.mapping_rows import address_of, mapping_for, slug_of
from provisioning.views.saving import Deed, commit

SAVED, DELETED = gettext_lazy("Attribute list saved"), gettext_lazy("Attribute deleted from the list")

page_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def attribute_list(request: HttpRequest, application_id: uuid.UUID, object_type: str, side: str) -> HttpResponse:
    return _draw(request, "attribute_list", mapping_for(request, application_id, object_type), _side(side))


@page_methods
def new(request: HttpRequest, application_id: uuid.UUID, object_type: str, side: str) -> HttpResponse:
    mapping, wanted = mapping_for(request, application_id, object_type), _side(side)
    if not lists.can_add(mapping, wanted):
        raise Http404
    return _edit(request, CustomAttribute(mapping=mapping, side=wanted))


@page_methods
def attribute(
    request: HttpRequest, application_id: uuid.UUID, object_type: str, side: str, attribute_id: int
) -> HttpResponse:
    return _edit(request, _found(mapping_for(request, application_id, object_type), side, attribute_id))


@page_methods
def delete(
    request: HttpRequest, application_id: uuid.UUID, object_type: str, side: str, attribute_id: int
) -> HttpResponse:
    """Asks first; refused while a row of the mapping or a filter names it."""
    doomed = _found(mapping_for(request, application_id, object_type), side, attribute_id)
    mapping, url = doomed.mapping, address_of(doomed.mapping, "attribute-list", side)
    if reason := lists.why_kept(lists.uses(doomed)):
        messages.error(request, f"{_('This attribute stays in the list')}\n{reason}")
        return SeeOther(url)
    form = VersionedForm(request.POST if request.method == "POST" else None, initial={"version": mapping.job.saves})
    if not form.is_valid() or form.is_outdated:
        status, fresh = 409 if form.is_bound else 200, VersionedForm(initial=form.initial)
        more = {"form": fresh, "row": doomed, "is_conflict": form.is_bound}
        return _draw(request, "delete_attribute", mapping, Side(side), status, **more)
    deed = Deed(lambda by: lists.delete_attribute(doomed, by), lists.DELETE_ATTRIBUTE, DELETED, url)
    return commit(request, mapping.job, deed)


def _edit(request: HttpRequest, row: CustomAttribute) -> HttpResponse:
    """Save what the form says, unless it is wrong, somebody else changed the same, or nothing was changed."""
    mapping, side = row.mapping, Side(row.side)
    taken = [each.name for each in lists.listed(mapping, side)]
    used = lists.why_kept(lists.uses(row)) if row.pk else ""
    form = AttributeForm(row, taken, used, request.POST if request.method == "POST" else None)
    more: dict[str, Any] = {"form": form, "row": row}
    if not form.is_bound:
        return _draw(request, "attribute", mapping, side, **more)
    if not form.is_valid():
        return _draw(request, "attribute", mapping, side, 422, **more)
    if form.is_outdated and form.differences:
        more |= {"differences": form.differences, "is_conflict": True}
        form.rebase()
        return _draw(request, "attribute", mapping, side, 409, **more)
    url = address_of(mapping, "attribute-list", side)
    if form.is_unchanged:
        messages.info(request, f"{_('Nothing to save')}\n{_('The attribute was like this already.')}")
        return SeeOther(url)
    activity = lists.EDIT_ATTRIBUTE if row.pk else lists.ADD_ATTRIBUTE
    deed = Deed(lambda by: lists.save_attribute(row, form.values, by), activity, SAVED, url)
    return commit(request, mapping.job, deed)


def _side(text: str) -> Side:
    if text not in list(Side):
        raise Http404
    return Side(text)


def _found(mapping: ObjectMapping, side: str, attribute_id: int) -> CustomAttribute:
    """With the mapping that was loaded, so that its job is too."""
    found = get_object_or_404(CustomAttribute, mapping=mapping, side=_side(side), pk=attribute_id)
    found.mapping = mapping
    return found


def _draw(
    request: HttpRequest, page: str, mapping: ObjectMapping, side: Side, status: int = 200, **more: Any
) -> HttpResponse:
    """The list; the pages of its attributes lay a pane over it."""
    job, now = mapping.job, timezone.now()
    of = job.application.directory.label if side is Side.SOURCE else job.application.product
    context = {
        "page": "mappings",
        "heading": _("Attribute list for %(name)s") % {"name": of},
        "trail": [(_("Users") if slug_of(mapping) == "users" else _("Groups"), address_of(mapping, "mapping"))],
        "page_url": address_of(mapping, "attribute-list", side),
        "application": job.application,
        "job": job,
        "mapping": mapping,
        "side": side,
        "slug": slug_of(mapping),
        "attributes": lists.listed(mapping, side),
        "can_add": lists.can_add(mapping, side),
        "saved_time": effect.time_of(job.saved_at, now) if job.saved_at else "",
        **more,
    }
    return render(request, f"provisioning/{page}.html", context, status=status)
