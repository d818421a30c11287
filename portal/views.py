"""Pages of the site itself: its errors, and whether it is well."""

import logging
import secrets

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from portal.accounts.access import Refused
from provisioning.navigation import PORTAL_NAME

logger = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For supervisors and the page's own "Not connected" bar."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer")
        return JsonResponse({"status": "database unreachable"}, status=503)
    return JsonResponse({"status": "ok"})


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
