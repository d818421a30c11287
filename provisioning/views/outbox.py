"""Outbox: the mails of the portal and the calls of its webhook, whether they were sent, and what they say."""

import json
import uuid

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from provisioning import tasks
from provisioning.jobs.notices.wording import label_of
from provisioning.models import Mail, NotificationSettings, WebhookDelivery
from provisioning.models.outgoing import MAX_TRIES
from provisioning.views.answers import SeeOther, part_or_page

PAGE_SIZE = 50


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    mails = Mail.objects.select_related("job__application").defer("text", "html")
    context = {
        "page": "outbox",
        "page_obj": Paginator(mails, PAGE_SIZE).get_page(request.GET.get("page")),
        "has_server": bool(settings.PORTAL_EMAIL_URL),
        "max_tries": MAX_TRIES,
    }
    return part_or_page(request, "outbox", "list", context)


@require_safe
def mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    found = get_object_or_404(Mail.objects.select_related("job__application"), pk=mail_id)
    context = {
        "page": "outbox",
        "heading": found.subject,
        "mail": found,
        "sender": NotificationSettings.current().sender or settings.DEFAULT_FROM_EMAIL,
        "has_server": bool(settings.PORTAL_EMAIL_URL),
        "max_tries": MAX_TRIES,
    }
    return render(request, "provisioning/mail.html", context)


@require_POST
def retry(request: HttpRequest, mail_id: int) -> HttpResponse:
    found = get_object_or_404(Mail, pk=mail_id)
    waits = found.try_now()
    if waits:
        tasks.queue_mail(found.pk)
    _tell(request, waits)
    return SeeOther(reverse("mail", args=[found.pk]))


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """The calls of the webhook."""
    rows = WebhookDelivery.objects.select_related("job__application").defer("body")
    context = {
        "page": "outbox",
        "heading": _("Webhook calls"),
        "page_obj": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "max_tries": MAX_TRIES,
    }
    return part_or_page(request, "webhook_deliveries", "list", context)


@require_safe
def call(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(WebhookDelivery.objects.select_related("job__application"), delivery_id=delivery_id)
    context = {
        "page": "outbox",
        "heading": label_of(found.event),
        "trail": [(_("Webhook calls"), reverse("webhook-deliveries"))],
        "mail": found,
        "body": json.dumps(json.loads(found.body), indent=2, ensure_ascii=False),
        "max_tries": MAX_TRIES,
    }
    return render(request, "provisioning/webhook_delivery.html", context)


@require_POST
def retry_call(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(WebhookDelivery, delivery_id=delivery_id)
    waits = found.try_now()
    if waits:
        tasks.queue_call(found.pk)
    _tell(request, waits)
    return SeeOther(reverse("webhook-delivery", args=[found.delivery_id]))


def _tell(request: HttpRequest, waits: bool) -> None:
    if waits:
        messages.success(request, f"{_('It is tried now')}\n{_('Refresh the page to see what comes of it.')}")
    else:
        messages.info(request, f"{_('Nothing to do')}\n{_('It was sent already.')}")
