"""Errors in Graph's form: each knows its status and its code."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from provisioning.api.moments import as_text


class GraphError(Exception):
    """The request is answered with this. `message` is translated already; `headers` go with the answer."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "Request_BadRequest"

    def __init__(self, message: str, *, code: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.named = code or self.code
        self.headers = dict(headers or {})

    def as_json(self, now: datetime, request_id: str, client_request_id: str) -> dict[str, Any]:
        inner = {"date": as_text(now), "request-id": request_id, "client-request-id": client_request_id}
        return {"error": {"code": self.named, "message": self.message, "innerError": inner}}


class ValueRefused(GraphError):
    """A value in the body or the path that cannot be."""


class BadRequest(GraphError):
    """The request itself is malformed: its JSON, its query options, its filter."""

    code = "BadRequest"


class TokenRefused(GraphError):
    status = 401
    code = "InvalidAuthenticationToken"

    def __init__(self, message: str) -> None:
        super().__init__(message, headers={"WWW-Authenticate": 'Bearer realm="", error="invalid_token"'})


class Denied(GraphError):
    status = 403
    code = "Authorization_RequestDenied"

    def __init__(self) -> None:
        super().__init__(_("Insufficient privileges to complete the operation."))


class NotFound(GraphError):
    status = 404
    code = "Request_ResourceNotFound"

    @classmethod
    def of(cls, identifier: object) -> "NotFound":
        text = _("Resource '%(id)s' does not exist or one of its queried reference-property objects are not present.")
        return cls(text % {"id": identifier})


class NoSuchPath(GraphError):
    status = 404
    code = "ResourceNotFound"

    def __init__(self, segment: str) -> None:
        super().__init__(_("Resource not found for the segment '%(name)s'.") % {"name": segment})


class MethodRefused(GraphError):
    status = 405

    def __init__(self, allowed: str) -> None:
        text = _("Specified HTTP method is not allowed for the request target.")
        super().__init__(text, headers={"Allow": allowed})


class Conflict(GraphError):
    """What is asked for clashes with what is there now."""

    status = 409
    code = "Conflict"


class StartAgain(GraphError):
    """The token of a delta read is no longer known; `location` begins a new one."""

    status = 410
    code = "syncStateNotFound"

    def __init__(self, location: str, *, code: str = "") -> None:
        text = _("Resync required. The delta token is too old or unknown; start again without it.")
        super().__init__(text, code=code, headers={"Location": location})


class TooLarge(GraphError):
    status = 413
    code = "RequestEntityTooLarge"

    def __init__(self) -> None:
        super().__init__(_("The request body is too large."))


class WrongContentType(GraphError):
    status = 415
    code = "UnsupportedMediaType"

    def __init__(self) -> None:
        super().__init__(_("A request body must be JSON, and its Content-Type must be application/json."))


class Failed(GraphError):
    """A request of a batch that was not tried, because another one it depends on failed."""

    status = 424
    code = "FailedDependency"

    def __init__(self) -> None:
        super().__init__(_("A request that this one depends on failed."))


class Throttled(GraphError):
    status = 429
    code = "TooManyRequests"

    def __init__(self, seconds: int) -> None:
        super().__init__(_("Too many requests. Try again later."), headers={"Retry-After": str(seconds)})


class Broken(GraphError):
    """A mistake of ours; the log has more under the request id."""

    status = 500
    code = "InternalServerError"

    def __init__(self) -> None:
        super().__init__(_("An unexpected error occurred. The portal's log tells more under this request id."))
