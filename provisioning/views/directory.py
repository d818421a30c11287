"""Directory source: where people come from, the connection test, and how imports fare."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from portal.accounts.models import Account
from provisioning.errors import PermissionMissing
from provisioning.forms.directory import DirectoryForm
from provisioning.jobs import effect
from provisioning.jobs.causes import cause_of
from provisioning.jobs.connection import ConnectionTest
from provisioning.jobs.control import NotPossible
from provisioning.jobs.imports import settings, source
from provisioning.jobs.save import SavedMeanwhile
from provisioning.models import Directory
from provisioning.views.answers import SeeOther, part_or_page, wants_part
from provisioning.views.imports import imports_context


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def directory(request: HttpRequest) -> HttpResponse:
    found = Directory.objects.the_one()
    if request.method != "POST":
        return _draw(request, DirectoryForm(found))
    form = DirectoryForm(found, request.POST)
    if not form.is_valid():
        return _draw(request, form, 422)
    if form.is_outdated and form.differences:
        return _conflict(request, form)
    if not form.needs_test:
        return _save(request, form)
    test = source.test(found, form.source, form.credentials)
    if test.passed:
        return _save(request, form, test)
    form.add_error(None, _("The connection test failed; its result is shown at Test Connection."))
    return _draw(request, form, 422, test=test)


@sensitive_post_parameters()
@require_POST
def test_source(request: HttpRequest) -> HttpResponse:
    """Tests what is in the form, and saves nothing."""
    form = DirectoryForm(Directory.objects.the_one(), request.POST)
    test = source.test(form.directory, form.source, form.credentials) if form.credentials_are_valid else None
    status = 200 if test else 422
    if not wants_part(request):
        return _draw(request, form, status, test=test)
    context = {"form": form, **_result(form, test)}
    return render(request, "provisioning/directory/test_result.html", context, status=status)


def _draw(request: HttpRequest, form: DirectoryForm, status: int = 200, **more: Any) -> HttpResponse:
    """The page, or for htmx its form. `more`: `test`, and after a conflict `is_conflict` and `differences`."""
    if form.is_bound:
        form.keep_typed_secrets(in_place=wants_part(request))
    now = timezone.now()
    context = {
        "page": "directory",
        "page_url": reverse("directory"),
        "form": form,
        "found": form.directory,
        "saved_time": effect.time_of(form.directory.saved_at, now) if form.directory.saved_at else "",
        **_result(form, more.get("test")),
        **more,
    }
    if not wants_part(request):
        context |= imports_context(request, form.directory)
    return part_or_page(request, "directory", "edit", context, status)


def _result(form: DirectoryForm, test: ConnectionTest | None) -> dict[str, Any]:
    """What the result of Test Connection needs: `failure` is a title and what to do."""
    if test is None or test.error is None:
        return {"test": test}
    if isinstance(test.error, PermissionMissing):
        advice = _("Add it to the app registration, grant admin consent, and test again.")
        return {"test": test, "failure": (_("A permission is missing"), advice)}
    return {"test": test, "failure": cause_of(test.error).told(form.source_label)}


def _save(request: HttpRequest, form: DirectoryForm, test: ConnectionTest | None = None) -> HttpResponse:
    by, now = cast(Account, request.user), timezone.now()
    try:
        is_new = settings.save(form.directory.pk, form.wanted(), by, now, test.source if test else None)
    except SavedMeanwhile:
        return _conflict(request, DirectoryForm(Directory.objects.the_one(), request.POST))
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return _draw(request, form, 422)
    if is_new:
        text = _("Import now reads everybody.") if test else _("Mappings use it from the next cycle on.")
        messages.success(request, f"{_('Directory settings saved')}\n{text}")
    else:
        messages.info(request, f"{_('Nothing to save')}\n{_('The settings were like this already.')}")
    here = reverse("directory")
    return HttpResponseClientRedirect(here) if wants_part(request) else SeeOther(here)


def _conflict(request: HttpRequest, form: DirectoryForm) -> HttpResponse:
    """Somebody else saved meanwhile: what they changed, and the form again on top of what they saved."""
    if not form.is_valid():
        return _draw(request, form, 422)
    differences = form.differences
    return _draw(request, form.rebase(), 409, differences=differences, is_conflict=True)
