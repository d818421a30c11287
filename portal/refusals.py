"""A page for people who open an address that only takes forms; Django answers them with nothing at all."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class WrongMethodMiddleware:
    """Puts a page into empty answers of status 405 to a browser that wants to show one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_empty = response.status_code == 405 and not response.content
        if is_empty and request.method == "GET" and not getattr(request, "htmx", False):
            response.content = render(request, "shell/405.html").content
        return response
