"""Django's messages as toasts, also in answers to htmx, where no page is drawn that could show them."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event

KINDS = {messages.SUCCESS: "ok", messages.WARNING: "warn", messages.ERROR: "err"}
LEAVES = ("HX-Redirect", "HX-Refresh", "HX-Location")


def as_toast(message: Message) -> dict[str, str]:
    """`"Title\\nSecond line"` as the parts of a toast."""
    title, _, text = str(message.message).partition("\n")
    return {"kind": KINDS.get(message.level, "info"), "title": title, "text": text}


class ToastMiddleware:
    """Puts pending messages into HX-Trigger; where the browser goes to another page, that page shows them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not getattr(request, "htmx", False) or response.status_code in range(300, 400):
            return response
        if any(name in response for name in LEAVES):
            return response
        pending = messages.get_messages(request)
        shown = getattr(pending, "used", True)  # by the answer itself, when it is a whole page
        items = [] if shown else [as_toast(message) for message in pending]
        return trigger_client_event(response, "toast", {"items": items}) if items else response
