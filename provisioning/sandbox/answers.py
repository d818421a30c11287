"""Answers of the Admin API: JSON, lists cut into pages, and refusals in GoTo's envelope."""

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse

from provisioning.sandbox.strictness import STRICTNESS


class Refused(Exception):
    """The call is answered with this status and GoTo's error envelope."""

    def __init__(self, status: int, code: str, value: str = "") -> None:
        super().__init__(f"{status} {code} {value}")
        self.status, self.code, self.value = status, code, value

    def answer(self, path: str) -> HttpResponse:
        """What the caller of this address is told."""
        if self.status == 401:
            # assumed(admin-401): a bad token and a missing scope are told alike, and the challenge names the reason
            answer = as_json({"code": self.code}, 401)
            answer["WWW-Authenticate"] = 'Bearer error="invalid_token"'
            return answer
        error = {"code": self.code, "value": self.value} if self.value else {"code": self.code}
        answer = as_json({"incidentId": str(uuid.uuid4()), "errors": [error]}, self.status)
        if self.status == 429:
            answer["Retry-After"] = "1"
        return answer


def as_json(data: object, status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(data, ensure_ascii=False), status=status, content_type="application/json")


def nothing(status: int) -> HttpResponse:
    return HttpResponse(b"", status=status)


def page(results: Sequence[Mapping[str, Any]], offset: int, total: int) -> HttpResponse:
    """The list envelope; `toIndex` is exclusive: 14 users are 0 to 14."""
    if not results and STRICTNESS.empty_results_left_out:
        return as_json({"total": total})
    return as_json({"results": results, "fromIndex": offset, "toIndex": offset + len(results), "total": total})


def with_numbers(data: Any, name: str = "") -> Any:
    """The same with every key as a number, as some answers were recorded."""
    if isinstance(data, dict):
        return {inner: with_numbers(value, inner) for inner, value in data.items()}
    if isinstance(data, list):
        return [with_numbers(value, name) for value in data]
    is_key = name.lower().endswith(("key", "keys")) and isinstance(data, str) and data.isdecimal()
    return int(data) if is_key else data
