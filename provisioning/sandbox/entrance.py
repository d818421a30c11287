"""The door of the Admin API: who calls, what their admin roles allow, which account they mean."""

import functools
import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from provisioning.sandbox.answers import Refused, as_json, with_numbers
from provisioning.sandbox.callers import caller as who
from provisioning.sandbox.strictness import STRICTNESS

View = Callable[..., HttpResponse]

ADD = frozenset({"SUPER_USER", "ADD_USERS"})
CHANGE = frozenset({"SUPER_USER", "MANAGE_USERS"})  # assumed(roles-needed): for delete as it is documented for update
READ = ADD | CHANGE  # assumed(roles-needed): whoever may add or change users may read them
SEATS = CHANGE | {"MANAGE_SEATS"}  # assumed(roles-needed): from the role's name
READ_SEATS = READ | SEATS
GROUPS = frozenset({"SUPER_USER", "MANAGE_GROUPS"})  # assumed(roles-needed): from the role's name
ACCOUNT = frozenset({"SUPER_USER", "MANAGE_ACCOUNT"})  # assumed(roles-needed): from the role's name
MEMBERS = CHANGE | GROUPS
READ_GROUPS = READ | GROUPS
ADMIN_ROLES = frozenset(
    {
        "SUPER_USER",
        "MANAGE_ACCOUNT",
        "MANAGE_USERS",
        "ADD_USERS",
        "MANAGE_SEATS",
        "MANAGE_GROUPS",
        "MANAGE_SETTINGS",
        "MANAGE_SETTINGS_PROFILES",
        "MANAGE_DEVICE_GROUPS",
        "MANAGE_EMERGENCY_SERVICES",
        "RUN_REPORTS",
        "VIEW_INVOICES",
        "VIEW_AND_PAY_INVOICES",
        "VIEW_CALL_RECORDINGS",
    }
)


def admitted(roles: frozenset[str] = frozenset()) -> Callable[[View], View]:
    """Let in whoever has one of `roles` (any valid token when empty); the view gets `caller` before the keys."""

    def guarded(view: View) -> View:
        @functools.wraps(view)
        def checked(request: HttpRequest, account_key: str = "", **keys: str) -> HttpResponse:
            caller = who(request.headers.get("Authorization", ""))
            # assumed(forbidden): 403 for both an account that is not the caller's and a missing role
            if account_key and account_key != caller.account.key:
                raise Refused(403, "not.authorized", account_key)
            if roles and roles.isdisjoint(caller.admin_roles):
                raise Refused(403, "not.authorized")
            answer = view(request, caller, **keys)
            if STRICTNESS.keys_as_numbers and answer.content:
                return as_json(with_numbers(json.loads(answer.content)), answer.status_code)
            return answer

        return checked

    return guarded


def methods(**views: View) -> View:
    """One address, a view for each method; others are told which there are."""

    def dispatch(request: HttpRequest, **keys: str) -> HttpResponse:
        view = views.get(request.method or "")
        if view is None:
            answer = Refused(405, "method.not.allowed").answer(request.path)
            answer["Allow"] = ", ".join(views)
            return answer
        return view(request, **keys)

    return dispatch
