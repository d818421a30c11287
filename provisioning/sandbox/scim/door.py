"""The door of the SCIM calls: who calls, what their scope and organization roles allow, and how they are refused."""

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from provisioning.sandbox.answers import Refused, as_json, nothing
from provisioning.sandbox.callers import ADMIN_SCOPE, token_of
from provisioning.sandbox.models import User
from provisioning.sandbox.strictness import STRICTNESS

View = Callable[..., HttpResponse]

READ, WRITE = "ROLE_ORG_READ", "ROLE_ORG_WRITE"
ORGANIZATION_SCOPE = "identity:scim.org"


class ScimRefused(Refused):
    """Told by a code and the address, without GoTo's envelope: 403 a bad token, 401 whoever may not."""

    def answer(self, path: str) -> HttpResponse:
        # assumed(scim-error-codes): this one form for every refusal; only that of a missing role was recorded
        told = {"code": self.code, "uri": path.removeprefix("/identity")}
        return as_json(told | ({"description": self.value} if self.value else {}), self.status)


class NoToken(ScimRefused):
    """Only a header tells why; the body is empty."""

    def answer(self, path: str) -> HttpResponse:
        answer = nothing(self.status)
        answer["WWW-Authenticate"] = 'Bearer error="invalid_token", error_description="invalid token"'
        return answer


def admitted(role: str = "") -> Callable[[View], View]:
    """Let in whoever has this organization role (empty: any valid token); the view gets `caller` before the keys."""

    def guarded(view: View) -> View:
        @functools.wraps(view)
        def checked(request: HttpRequest, **keys: str) -> HttpResponse:
            token = token_of(request.headers.get("Authorization", ""))
            if token is None:
                # assumed(scim-bad-token): 403 as documented, but 401 for /Users/me, where a challenge was recorded
                raise NoToken(STRICTNESS.scim_bad_token_status if role else 401, "invalid.token")
            caller: User = token.user
            if role and not (_has_scope(token.scope) and role in caller.org_roles):
                raise ScimRefused(401, "not.authorized")
            return view(request, caller, **keys)

        return checked

    return guarded


def _has_scope(scope: str) -> bool:
    """assumed(scim-scope): the scope of the Admin API opens SCIM too, as one recorded answer suggests."""
    opens = {ORGANIZATION_SCOPE} if STRICTNESS.scim_scope_required else {ORGANIZATION_SCOPE, ADMIN_SCOPE}
    return not opens.isdisjoint(scope.split())
