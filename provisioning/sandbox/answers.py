"""Answers of the Admin API: JSON, lists cut into pages, and refusals in GoTo's envelope."""

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse


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
        return as_json({"incidentId": str(uuid.uuid4()), "errors": [error]}, self.status)


def as_json(data: object, status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(data, ensure_ascii=False), status=status, content_type="application/json")


def nothing(status: int) -> HttpResponse:
    return HttpResponse(b"", status=status)


def page(results: Sequence[Mapping[str, Any]], offset: int, total: int) -> HttpResponse:
    """The list envelope; `toIndex` is exclusive: 14 users are 0 to 14."""
    return as_json({"results": results, "fromIndex": offset, "toIndex": offset + len(results), "total": total})
