"""How many queries a page takes, told in a header of its answer."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

HEADER = "X-Queries"
MOST = 20
"""No page takes more, however much it shows."""


def queries_counted(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Django middleware, for the stage only."""

    def answered(request: HttpRequest) -> HttpResponse:
        counted: list[str] = []

        def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            counted.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            response = get_response(request)
        response[HEADER] = str(len(counted))
        return response

    return answered
