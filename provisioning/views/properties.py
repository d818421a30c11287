"""Properties: what an application is called, what there is to know of it, its ids, and the way to delete it."""

import uuid

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from portal.accounts.audit import record
from provisioning.forms.new_application import NAME_TAKEN
from provisioning.forms.properties import PropertiesForm
from provisioning.jobs.setup import same_name
from provisioning.models import EnterpriseApplication
from provisioning.views.answers import SeeOther
from provisioning.views.loading import application_for


@require_http_methods(["GET", "HEAD", "POST"])
def properties(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Who saves a page that somebody else saved meanwhile is told what is stored now, and decides."""
    application = application_for(request, application_id)
    form, status = PropertiesForm(application), 200
    if request.method == "POST":
        form, status = _change(request, application)
        if status == 200:
            text = _("The new name is used everywhere, also by mails and programs.")
            renamed = "name" in form.edited
            messages.success(request, _("Properties saved") + (f"\n{text}" if renamed else ""))
            return SeeOther(request.path)
    context = {"page": "properties", "application": application, "job": application.job, "form": form}
    if status == 409:
        context |= {"differences": form.differences, "form": form.rebase()}
    return render(request, "provisioning/properties.html", context, status=status)


def _change(request: HttpRequest, application: EnterpriseApplication) -> tuple[PropertiesForm, int]:
    """Check and save behind the row's lock; 409 when somebody else saved other values meanwhile."""
    form = PropertiesForm(application, request.POST)
    try:
        with transaction.atomic():
            stored = EnterpriseApplication.objects.select_for_update(no_key=True).get(pk=application.pk)
            form = PropertiesForm(stored, request.POST)
            if not form.is_valid():
                return form, 422
            if form.is_conflict:
                return form, 409
            _save(request, stored, form)
    except IntegrityError:
        if not same_name(request.POST.get("name", "").strip()):
            raise
        form.add_error("name", NAME_TAKEN)
        return form, 422
    return form, 200


def _save(request: HttpRequest, application: EnterpriseApplication, form: PropertiesForm) -> None:
    """Only what was edited here; what others saved meanwhile in the other field stays."""
    columns = {"name": "display_name", "notes": "notes"}
    edited = {columns[name]: form.cleaned_data[name] for name in form.edited}
    old = {column: getattr(application, column) for column in edited}
    if not edited:
        return
    for column, value in edited.items():
        setattr(application, column, value)
    application.save(update_fields=list(edited))
    record(request.user, gettext_noop("Update application"), application, old=old, new=edited)
