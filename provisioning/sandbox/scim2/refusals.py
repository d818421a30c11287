"""How the SCIM 2.0 service refuses: the standard's error, and answers of its media type."""

import json
from typing import Any

from django.http import HttpResponse

from provisioning.sandbox.answers import Refused
from provisioning.sandbox.scim2.manners import MANNERS

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


class Scim2Refused(Refused):
    """RFC 7644, 3.12. `code` is the scimType, `value` the detail."""

    def answer(self, path: str) -> HttpResponse:
        if self.status == 409 and not MANNERS.conflict_body:
            return HttpResponse(b"", status=409)
        told = {"schemas": [ERROR], "status": str(self.status), "detail": self.value or self.code}
        answer = as_scim(told | ({"scimType": self.code} if self.code else {}), self.status)
        if self.status == 401:
            answer["WWW-Authenticate"] = 'Bearer realm="scim"'
        return answer


def as_scim(data: Any, status: int = 200) -> HttpResponse:
    shown = _capital(data) if MANNERS.capital_names else data
    return HttpResponse(json.dumps(shown, ensure_ascii=False), status=status, content_type=MANNERS.content_type)


def _capital(data: Any) -> Any:
    """Every name with a capital, but URNs."""
    if isinstance(data, list):
        return [_capital(each) for each in data]
    if isinstance(data, dict):
        return {name if ":" in name else name[:1].upper() + name[1:]: _capital(each) for name, each in data.items()}
    return data
