"""Pages of the site itself: its errors, and whether it is well."""

import logging
import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from portal.accounts.access import Refused
from provisioning.jobs.diagnosis import oldest, waiting
from provisioning.jobs.metrics import TYPE, exposition
from provisioning.navigation import PORTAL_NAME

logger = logging.getLogger(__name__)
LOOPBACK = ("127.0.0.1", "::1")
PROXIED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Via")
"""What a proxy adds: then it is not this machine that asks."""


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For supervisors and the page's own "Not connected" bar. It is well as long as the database answers: how long due
    work has waited is told, for whoever watches the workers."""
    now = timezone.now()
    try:
        age = oldest(waiting(now), now)
    except DatabaseError:
        logger.exception("The database does not answer")
        return JsonResponse({"status": "database unreachable"}, status=503)
    return JsonResponse({"status": "ok", "oldestDueSeconds": round(age.total_seconds())})


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus. With PORTAL_METRICS_TOKEN to whoever sends it; else to this machine, and not through a proxy."""
    token = settings.PORTAL_METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    is_near = request.META.get("REMOTE_ADDR", "") in LOOPBACK and not any(name in request.headers for name in PROXIED)
    if secrets.compare_digest(given.encode(), f"Bearer {token}".encode()) if token else is_near:
        return HttpResponse(exposition(), content_type=TYPE)
    return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "shell/400.html", status=400)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Which role is needed and who has it; for htmx as a toast over the page, which stays as it is."""
    holders = exception.holders() if isinstance(exception, Refused) else []
    if getattr(request, "htmx", False):
        lines = [str(exception), *(f"{label}: {people}" for label, people in holders)]
        toast = {"kind": "err", "title": _("You may not do this"), "text": " ".join(filter(None, lines))}
        return trigger_client_event(HttpResponse(status=403), "toast", {"items": [toast]})
    return render(request, "shell/403.html", {"reason": str(exception), "holders": holders}, status=403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "shell/404.html", status=404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Drawn without the request: whatever broke (database, session, context) must not break this page too."""
    number = secrets.token_hex(4)
    logger.error("Error %s at %s %s", number, request.method, request.path, exc_info=True)
    context = {"number": number, "portal_name": PORTAL_NAME, "LANGUAGE_CODE": get_language()}
    page = render_to_string("shell/500.html", context)
    return HttpResponse(page, status=500, headers={"X-Error-Number": number})
