"""The SCIM calls on users. One who is deleted leaves the organization and stays in the account."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce, Concat, NullIf
from django.http import HttpRequest, HttpResponse

from provisioning.sandbox import answers
from provisioning.sandbox.calls import call
from provisioning.sandbox.deeds import CREATED, DEEDS, SUSPENDED
from provisioning.sandbox.models import Organization, User
from provisioning.sandbox.scim import bodies, lists, shapes
from provisioning.sandbox.scim.door import READ, WRITE, ScimRefused, admitted
from provisioning.sandbox.strictness import STRICTNESS

FIELDS = {
    "userName": "email",
    "displayName": "shown_name",
    "name.givenName": "first_name",
    "name.familyName": "last_name",
}
OPERATORS = ("eq", "sw")
# As in the shape: who has no displayName is shown by both names.
_SHOWN_NAME = Coalesce(NullIf("display_name", Value("")), Concat("first_name", Value(" "), "last_name"))


@call("scim.users.list")
@admitted(READ)
def listed(request: HttpRequest, caller: User) -> HttpResponse:
    fields = FIELDS | ({"externalId": "external_id"} if STRICTNESS.scim_enterprise else {})
    wanted = lists.condition(lists.filter_of(request), fields, OPERATORS)
    rows = User.objects.annotate(shown_name=_SHOWN_NAME).filter(wanted, account=caller.account, in_organization=True)
    # assumed(scim-users-paging): documented for groups only, but seen for users too
    return lists.page(request, rows, fields, shapes.user, is_cut=STRICTNESS.scim_users_paging)


@call("scim.users.create")
@admitted(WRITE)
def create(request: HttpRequest, caller: User) -> HttpResponse:
    organization = Organization.objects.get(account=caller.account)
    values = bodies.person(bodies.as_object(request), organization, whole=True)
    with transaction.atomic():
        if bodies.is_taken(values["email"]):
            raise ScimRefused(409, "userName.conflict", values["email"])
        # assumed(scim-rejoin): who left the organization but not the account gets in again under the same id
        user = User.objects.filter(email_folded=values["email"].casefold(), account=caller.account).first()
        if user is None:
            # assumed(scim-create): the new one is in the account too, without licence, hence suspended
            user = User(account=caller.account)
            DEEDS.note(CREATED, values["email"])
        user.in_organization = True
        _change(user, values)
    return answers.as_json(shapes.user(request, user), 201)


@call("scim.users.get")
@admitted(READ)
def get(request: HttpRequest, caller: User, user_key: str) -> HttpResponse:
    return answers.as_json(shapes.user(request, _find(caller, user_key)))


@call("scim.users.replace")
@admitted(WRITE)
def replace(request: HttpRequest, caller: User, user_key: str) -> HttpResponse:
    return _changed(request, caller, user_key, whole=True)


@call("scim.users.update")
@admitted(WRITE)
def update(request: HttpRequest, caller: User, user_key: str) -> HttpResponse:
    return _changed(request, caller, user_key, whole=False)


@call("scim.users.delete")
@admitted(WRITE)
def delete(request: HttpRequest, caller: User, user_key: str) -> HttpResponse:
    with transaction.atomic():
        user = _find(caller, user_key)
        user.in_organization = False
        user.org_roles = []
        user.settle()
    return answers.nothing(200)  # assumed(scim-delete-body): an empty body


@call("scim.me.get")
@admitted()
def me(request: HttpRequest, caller: User) -> HttpResponse:
    return answers.as_json(shapes.me(request, caller))


@call("scim.me.replace")
@admitted()
def replace_me(request: HttpRequest, caller: User) -> HttpResponse:
    return _changed(request, caller, caller.key, whole=True)


@call("scim.me.update")
@admitted()
def update_me(request: HttpRequest, caller: User) -> HttpResponse:
    return _changed(request, caller, caller.key, whole=False)


def _changed(request: HttpRequest, caller: User, user_key: str, *, whole: bool) -> HttpResponse:
    organization = Organization.objects.get(account=caller.account)
    values = bodies.person(bodies.as_object(request), organization, whole=whole)
    with transaction.atomic():
        user = _find(caller, user_key)
        if "email" in values and bodies.is_taken(values["email"], but=user):
            raise ScimRefused(409, "userName.conflict", values["email"])
        _change(user, values)
    return answers.as_json(shapes.user(request, user))


def _change(user: User, values: dict[str, Any]) -> None:
    """assumed(scim-put-rest): also a full definition leaves alone what it does not name."""
    before = user.status
    if "password" in values:
        user.password, user.password_created = make_password(values["password"]), True
    for name in set(values) - {"password"}:
        setattr(user, name, values[name])
    user.settle()
    if user.status == User.Status.SUSPENDED != before:
        DEEDS.note(SUSPENDED, user.email)


def _find(caller: User, user_key: str) -> User:
    rows = User.objects.select_related("account").filter(account=caller.account, in_organization=True)
    user = rows.filter(key=user_key).first()
    if user is None:
        raise ScimRefused(404, "user.not.found", user_key)
    return user
