"""Clearing the directory: asks for its name, says what goes and what stays."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods

from portal.accounts.audit import record
from provisioning import tasks
from provisioning.jobs.imports import clearing
from provisioning.models import Directory, Group, ObjectStateRow, ProvisioningJob, User
from provisioning.views.answers import SeeOther
from provisioning.views.loading import who


class ClearForm(forms.Form):
    """Nobody clears a directory by a slip: its name must be typed."""

    typed = forms.CharField(
        label=gettext_lazy("Name of the directory"), widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, directory: Directory, data: Any = None) -> None:
        super().__init__(data)
        self.directory = directory

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"]).strip()
        if typed != self.directory.label:
            raise ValidationError(_("This is not the name of the directory."))
        return typed


@require_http_methods(["GET", "HEAD", "POST"])
def clear(request: HttpRequest) -> HttpResponse:
    directory = Directory.objects.the_one()
    form = ClearForm(directory, request.POST or None)
    if form.is_valid():
        return _clear(request, directory)
    context = {
        "page": "directory",
        "heading": _("Clear the directory"),
        "form": form,
        "found": directory,
        "users": User.objects.filter(directory=directory).count(),
        "groups": Group.objects.filter(directory=directory).count(),
        "accounts": ObjectStateRow.objects.filter(job__application__directory=directory).exclude(target_id="").count(),
        "jobs": ProvisioningJob.objects.filter(application__directory=directory, is_on=True).count(),
    }
    return render(request, "provisioning/clear_directory.html", context, status=422 if form.is_bound else 200)


def _clear(request: HttpRequest, directory: Directory) -> HttpResponse:
    with transaction.atomic():
        found = clearing.ask(directory.pk, timezone.now(), who(request))
        record(request.user, gettext_noop("Clear directory"), directory.label, new={"Import": str(found.import_id)})
        tasks.queue_import(found.pk)
    title, text = _("The directory is being cleared"), _("All provisioning is off. Accounts stay as they are.")
    messages.success(request, f"{title}\n{text}")
    return SeeOther(reverse("directory"))
