"""Saved views of the provisioning logs: filters under a name, for whoever saved them; the address is the view."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.models import Account
from provisioning.models import EnterpriseApplication, SavedView
from provisioning.views.loading import application_for
from provisioning.views.log_addresses import addresses, back_to_list, filters_of, list_address

MOST = 50
"""So many views of one person and page."""


def views_of(request: HttpRequest, application: EnterpriseApplication | None) -> dict[str, Any]:
    """Each with its address, and whether it is what is shown; the filters that would be saved, and where to."""
    here = filters_of(request.GET.urlencode())
    saved = SavedView.objects.filter(account=cast(Account, request.user), application=application)[:MOST]
    return {
        "saved_views": [(each, list_address(application, each.query), each.query == here) for each in saved],
        "query_here": here,
        **addresses(application),
    }


@require_POST
def save(request: HttpRequest, application_id: uuid.UUID | None = None) -> HttpResponse:
    """Under a name that there is already it takes that one's place."""
    application = application_for(request, application_id) if application_id else None
    name = request.POST.get("name", "").strip()[:60]
    mine = SavedView.objects.filter(account=cast(Account, request.user), application=application)
    if not name:
        messages.error(request, f"{_('The view was not saved')}\n{_('Give it a name.')}")
    elif mine.exclude(name=name).count() >= MOST:
        messages.error(request, f"{_('The view was not saved')}\n{_('Delete one that is not needed any more first.')}")
    else:
        mine.filter(name=name).delete()
        query = filters_of(request.POST.get("query", ""))
        SavedView.objects.create(account=cast(Account, request.user), application=application, name=name, query=query)
        messages.success(request, f"{_('View saved')}\n{name}")
    return back_to_list(request, application)


@require_POST
def delete(request: HttpRequest, view_id: int, application_id: uuid.UUID | None = None) -> HttpResponse:
    application = application_for(request, application_id) if application_id else None
    view = get_object_or_404(SavedView, pk=view_id, account=cast(Account, request.user), application=application)
    view.delete()
    messages.success(request, f"{_('View deleted')}\n{view.name}")
    return back_to_list(request, application)
