"""Notification settings: who is told over all applications, the webhook and its secret; and test mails, also those of
one application."""

import uuid
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from portal.accounts.models import Account
from provisioning import tasks
from provisioning.forms.notification_settings import NotificationsForm
from provisioning.forms.provisioning import ProvisioningForm
from provisioning.jobs import effect, mails, webhooks
from provisioning.jobs.notices import saving
from provisioning.jobs.notices.posting import groups
from provisioning.jobs.save import SavedMeanwhile
from provisioning.models import NotificationSettings, ProvisioningJob
from provisioning.views.answers import SeeOther, part_or_page, wants_part
from provisioning.views.loading import job_for
from provisioning.views.provisioning_page import draw as draw_provisioning

RESULT = "provisioning/notification_settings/test_mail.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notification_settings(request: HttpRequest) -> HttpResponse:
    saved = NotificationSettings.current()
    if request.method != "POST":
        return _draw(request, NotificationsForm(saved))
    form = NotificationsForm(saved, request.POST)
    if not form.is_valid():
        return _draw(request, form, 422)
    if form.is_outdated and form.differences:
        return _conflict(request, form)
    try:
        secret = saving.save(saved.saves, form.values, _by(request), timezone.now())
    except SavedMeanwhile:
        return _conflict(request, NotificationsForm(NotificationSettings.current(), request.POST))
    if secret:
        return _show_secret(request, secret)
    if secret is None:
        messages.info(request, f"{_('Nothing to save')}\n{_('The settings were like this already.')}")
    else:
        messages.success(request, _("Notification settings saved"))
    here = reverse("notification-settings")
    return HttpResponseClientRedirect(here) if wants_part(request) else SeeOther(here)


@never_cache
@require_POST
def new_secret(request: HttpRequest) -> HttpResponse:
    """Makes another secret and shows it, once."""
    try:
        secret = saving.change_secret(NotificationSettings.current().saves, _by(request), timezone.now())
    except SavedMeanwhile:
        messages.error(request, f"{_('Nothing was saved')}\n{_('Somebody else saved at the same moment. Try again.')}")
        return SeeOther(reverse("notification-settings"))
    return _show_secret(request, secret)


@require_POST
def test_mail(request: HttpRequest) -> HttpResponse:
    """To the addresses in the form, saved or not."""
    form = NotificationsForm(NotificationSettings.current(), request.POST)
    mailed = _mail(request, form, "recipients")
    if wants_part(request):
        return render(request, RESULT, mailed, status=_status(mailed))
    return _draw(request, form, _status(mailed), **mailed)


@require_POST
def test_mail_of_application(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """To the addresses in the form of the page Provisioning, saved or not."""
    form = ProvisioningForm(job_for(request, application_id), request.POST)
    mailed = _mail(request, form, "notification_email", form.job)
    if wants_part(request):
        return render(request, RESULT, mailed, status=_status(mailed))
    return draw_provisioning(request, form, _status(mailed), **mailed)


@require_POST
def test_call(request: HttpRequest) -> HttpResponse:
    """Calls the saved webhook: its secret is nobody else's."""
    call = webhooks.write_test(NotificationSettings.current(), request.user, timezone.now())
    if call is None:
        messages.error(request, f"{_('Nothing was sent')}\n{_('Save a webhook address first.')}")
        return SeeOther(reverse("notification-settings"))
    tasks.queue_call(call.pk)
    messages.success(request, f"{_('The webhook is called')}\n{_('This page tells what it answers.')}")
    return SeeOther(reverse("webhook-delivery", args=[call.delivery_id]))


def _mail(request: HttpRequest, form: Any, name: str, job: ProvisioningJob | None = None) -> dict[str, Any]:
    """Write and queue them. What the result says of it: `mailed_to`, or `mail_error`."""
    form.is_valid()
    text, faults = str(form.cleaned_data.get(name) or ""), form.errors.get(name)
    if faults or not text:
        return {"mail_error": faults[0] if faults else _("Enter who gets it.")}
    with transaction.atomic():
        for group in groups(text.split(", ")):
            tasks.queue_mail(mails.write_test(group, request.user, job).pk)
    return {"mailed_to": text, "has_server": bool(settings.PORTAL_EMAIL_URL)}


def _status(mailed: dict[str, Any]) -> int:
    return 422 if "mail_error" in mailed else 200


def _draw(request: HttpRequest, form: NotificationsForm, status: int = 200, **more: Any) -> HttpResponse:
    """The page, or for htmx its form. `more`: `secret`, the result of a test mail, or what somebody else saved."""
    saved = form.saved
    context = {
        "page": "notification-settings",
        "page_url": reverse("notification-settings"),
        "form": form,
        "found": saved,
        "has_server": bool(settings.PORTAL_EMAIL_URL),
        "saved_time": effect.time_of(saved.saved_at, timezone.now()) if saved.saved_at else "",
        **more,
    }
    return part_or_page(request, "notification_settings", "edit", context, status)


def _conflict(request: HttpRequest, form: NotificationsForm) -> HttpResponse:
    if not form.is_valid():
        return _draw(request, form, 422)
    differences = form.differences
    return _draw(request, form.rebase(), 409, differences=differences, is_conflict=True)


def _show_secret(request: HttpRequest, secret: str) -> HttpResponse:
    return _draw(request, NotificationsForm(NotificationSettings.current()), secret=secret)


def _by(request: HttpRequest) -> Account:
    return cast(Account, request.user)
