"""From which address somebody comes, also through proxies that are trusted to say it."""

from django.conf import settings
from django.http import HttpRequest

LONGEST = 64


def client_address(request: HttpRequest) -> str:
    """Each trusted proxy adds at the end of X-Forwarded-For whom it was asked by; what stands before may be made up."""
    trusted: int = settings.PORTAL_TRUSTED_PROXIES
    told = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",") if each.strip()]
    if trusted and len(told) >= trusted:
        return told[-trusted][:LONGEST]
    return str(request.META.get("REMOTE_ADDR", ""))[:LONGEST]
