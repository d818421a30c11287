"""Outbox: the mails of the portal, whether they were sent, and what they say."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from provisioning.models import Mail
from provisioning.models.mail import MAX_TRIES
from provisioning.views.answers import part_or_page

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
        "sender": settings.DEFAULT_FROM_EMAIL,
        "has_server": bool(settings.PORTAL_EMAIL_URL),
        "max_tries": MAX_TRIES,
    }
    return render(request, "provisioning/mail.html", context)
