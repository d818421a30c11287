"""A call of the service: its name, under which a fault can be put on it."""

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from provisioning.sandbox import rates
from provisioning.sandbox.answers import Refused
from provisioning.sandbox.faults import FAULTS
from provisioning.sandbox.strikes import strike


def call(name: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Name a view as a call of the service, so that a fault can be put on it; refusals become answers."""

    def named(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def answer(request: HttpRequest, **keys: str) -> HttpResponse:
            def work() -> HttpResponse:
                try:
                    rates.check(request)
                    return view(request, **keys)
                except Refused as refused:
                    return refused.answer(request.path)

            fault = FAULTS.take(name, request)
            return strike(fault, request, work) if fault else work()

        return answer

    return named
