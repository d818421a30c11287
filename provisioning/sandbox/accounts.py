"""The Admin API's calls on the account itself."""

from django.http import HttpRequest, HttpResponse

from provisioning.sandbox import answers, bodies, shapes
from provisioning.sandbox.answers import Refused
from provisioning.sandbox.callers import CALLERS
from provisioning.sandbox.calls import call
from provisioning.sandbox.entrance import ACCOUNT, READ_GROUPS, admitted
from provisioning.sandbox.models import User

LONGEST_NAME = 100


@call("accounts.get")
@admitted(READ_GROUPS)
def get(request: HttpRequest, caller: User) -> HttpResponse:
    return answers.as_json(shapes.account(caller.account))


@call("accounts.update")
@admitted(ACCOUNT)
def update(request: HttpRequest, caller: User) -> HttpResponse:
    """assumed(account-shape): of what there is, the name can be changed."""
    body = bodies.as_object(request)
    name = body.get("name")
    if "key" in body:
        raise Refused(400, "account.key.not.allowed", caller.account.key)  # assumed(update-key): as for users
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME:
        raise Refused(400, "account.name.invalid")
    caller.account.name = name
    caller.account.save()
    CALLERS.forget()  # each knows the account it is in
    return answers.nothing(200)  # assumed(update-answer): as for users
