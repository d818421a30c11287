"""GoToMeeting's own calls on organizers and groups, older than the Admin API, over the same people.

Keys are numbers here. An organizer is whoever is in the account; its products are those of its licences.
"""

import functools
import json
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from provisioning.sandbox import answers, people
from provisioning.sandbox.answers import Refused
from provisioning.sandbox.bodies import Rights
from provisioning.sandbox.callers import token_of
from provisioning.sandbox.calls import call
from provisioning.sandbox.models import Group, License, User

View = Callable[..., HttpResponse]
LONGEST_NAME = 25
PRODUCTS = ("G2M", "G2W", "G2T", "OPENVOICE")


class MeetingRefused(Refused):
    """Told by `int_err_code` and `msg`, 403 also without a valid token."""

    def answer(self, path: str) -> HttpResponse:
        # assumed(meeting-error-codes): but for InvalidToken, the codes are invented
        answer = answers.as_json({"int_err_code": self.code, "msg": self.value}, self.status)
        if self.code == "InvalidToken":
            answer["x-amzn-errortype"] = "UnauthorizedException"
        return answer


def admitted(view: View) -> View:
    """Let in administrators, and others to read themselves; the view gets `caller` before the keys."""

    @functools.wraps(view)
    def checked(request: HttpRequest, **keys: str) -> HttpResponse:
        token = token_of(request.headers.get("Authorization", ""))
        if token is None:
            raise MeetingRefused(403, "InvalidToken", "Invalid token passed")
        caller: User = token.user
        # assumed(meeting-roles): the role that is wanted is that of the Admin API
        is_own = request.method == "GET" and keys.get("key") == caller.key
        if {"SUPER_USER", "MANAGE_USERS"}.isdisjoint(caller.admin_roles) and not is_own:
            raise MeetingRefused(403, "NotAuthorized", "Administrators only")
        return view(request, caller, **keys)

    return checked


@call("meeting.groups.list")
@admitted
def groups(request: HttpRequest, caller: User) -> HttpResponse:
    found = [
        {
            "groupkey": int(group.key),
            "groupName": group.name,
            "parentKey": int(caller.account.key),  # assumed(meeting-parent): of a group at the top
            "status": "active",
            "numOrganizers": User.objects.filter(group=group).count(),
        }
        for group in Group.objects.filter(account=caller.account)
    ]
    return answers.as_json(found)


@call("meeting.organizers.list")
@admitted
def listed(request: HttpRequest, caller: User, group_key: str = "") -> HttpResponse:
    """All, those of a group, or the one with this `email` (404 when there is none)."""
    rows = User.objects.filter(account=caller.account).select_related("group").prefetch_related("licenses")
    if group_key:
        rows = rows.filter(group=_group(caller, group_key))
    email = request.GET.get("email", "")
    if email:
        rows = rows.filter(email_folded=email.casefold())
        if not rows:
            raise _missing()
    return answers.as_json([_shape(row) for row in rows])


@call("meeting.organizers.get")
@admitted
def get(request: HttpRequest, caller: User, key: str) -> HttpResponse:
    """A list of one."""
    return answers.as_json([_shape(_find(caller, key))])


@call("meeting.organizers.create")
@admitted
def create(request: HttpRequest, caller: User, group_key: str = "") -> HttpResponse:
    body = _body(request)
    names = {"email": "organizerEmail", "first_name": "firstName", "last_name": "lastName"}
    values = {row: str(body.get(name) or "") for row, name in names.items()}
    too_long = any(len(values[row]) > LONGEST_NAME for row in ("first_name", "last_name"))
    if not all(values.values()) or "@" not in values["email"] or too_long:
        raise MeetingRefused(400, "InvalidRequest", "organizerEmail, firstName and lastName are wanted")
    license = _license(caller, body.get("productType"))
    group = _group(caller, group_key) if group_key else None
    try:
        made = people.create(caller.account, [values], Rights([license.key], None, group), all_or_nothing=True)
    except Refused as refused:
        raise MeetingRefused(409, "Conflict", refused.code) from refused
    return answers.as_json([{"key": int(one.key), "email": one.email} for one in made], 201)


@call("meeting.organizers.update")
@admitted
def update(request: HttpRequest, caller: User, key: str) -> HttpResponse:
    """One product more, or `{"status": "suspended"}`, which takes all away."""
    body = _body(request)
    with transaction.atomic():
        user = _find(caller, key)
        held = [license.key for license in user.licenses.all()]
        if body.get("status") == "suspended":
            held = []
        else:
            held.append(_license(caller, body.get("productType")).key)
        try:
            people.change(user, {}, Rights(list(dict.fromkeys(held)), None))
        except Refused as refused:
            raise MeetingRefused(400, "InvalidRequest", refused.code) from refused
    return answers.nothing(204)


@call("meeting.organizers.delete")
@admitted
def delete(request: HttpRequest, caller: User, key: str = "") -> HttpResponse:
    """By key, or by `email` in the query."""
    if not key:
        email = request.GET.get("email", "")
        user = User.objects.filter(account=caller.account, email_folded=email.casefold()).first()
        if user is None:
            raise MeetingRefused(400, "InvalidRequest", "email is wanted")
        key = user.key
    people.delete(_find(caller, key))
    return answers.nothing(204)


def _shape(row: User) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "organizerKey": int(row.key),
        "firstName": row.first_name,
        "lastName": row.last_name,
        "email": row.email,
        "status": "suspended" if row.status == User.Status.SUSPENDED else "active",
        "products": list(dict.fromkeys(product for license in row.licenses.all() for product in license.products)),
        "maxNumAttendeesAllowed": 25,
    }
    return shape | ({"groupId": int(row.group.key), "groupName": row.group.name} if row.group else {})


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise MeetingRefused(400, "InvalidRequest", "JSON is wanted")
    return body


def _license(caller: User, product: object) -> License:
    """The licence that is for this product: its last one, as webinar and training bring G2M along."""
    found = [each for each in License.objects.filter(account=caller.account) if each.products[-1] == product]
    if product not in PRODUCTS or not found:
        raise MeetingRefused(400, "InvalidRequest", f"productType is one of {', '.join(PRODUCTS)}")
    return found[0]


def _group(caller: User, key: str) -> Group:
    group = Group.objects.filter(account=caller.account, key=key).first()
    if group is None:
        raise MeetingRefused(400, "InvalidRequest", "no such group")
    return group


def _find(caller: User, key: str) -> User:
    rows = User.objects.select_related("account", "group").filter(account=caller.account)
    user = rows.filter(key=key).first()
    if user is None:
        raise _missing()
    return user


def _missing() -> MeetingRefused:
    return MeetingRefused(404, "NotFound", "no such organizer")
