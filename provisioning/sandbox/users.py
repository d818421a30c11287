"""The Admin API's calls on users, and `/me`."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from provisioning.sandbox import answers, bodies, filters, people, shapes
from provisioning.sandbox.answers import Refused
from provisioning.sandbox.calls import call
from provisioning.sandbox.entrance import ADD, CHANGE, READ, admitted
from provisioning.sandbox.models import User
from provisioning.sandbox.strictness import STRICTNESS


@call("me")
@admitted()
def me(request: HttpRequest, caller: User) -> HttpResponse:
    return answers.as_json(shapes.me(caller))


@call("users.list")
@admitted(READ)
def listed(request: HttpRequest, caller: User) -> HttpResponse:
    size, offset = page_asked(request)
    wanted = filters.condition(filters.raw_filter(request.META.get("QUERY_STRING", "")))
    rows = User.objects.filter(wanted, account=caller.account)
    found = [
        shapes.user(row) for row in rows.select_related("group").prefetch_related("licenses")[offset : offset + size]
    ]
    names = request.GET.get("attributes")
    if names:  # assumed(unknown-attributes-asked): unknown names are passed over
        found = [{name: user[name] for name in names.split(",") if name in user} for user in found]
    is_whole = not offset and len(found) < size
    return answers.page(found, offset, len(found) if is_whole else rows.count())


@call("users.create")
@admitted(ADD)
def create(request: HttpRequest, caller: User) -> HttpResponse:
    body = bodies.as_object(request)
    entries, rights = bodies.people(body), bodies.rights(body, caller.account)
    _check_roles(caller, [], rights)
    if STRICTNESS.license_or_role_required and not (rights.license_keys or rights.admin_roles):
        raise Refused(400, "license.or.role.required")
    all_or_nothing = request.GET.get("allOrNothing", "true") != "false"
    made = people.create(caller.account, entries, rights, all_or_nothing)
    return answers.as_json([{"key": one.key, "email": one.email} if one.key else {"email": one.email} for one in made])


@call("users.get")
@admitted(READ)
def get(request: HttpRequest, caller: User, user_key: str) -> HttpResponse:
    return answers.as_json(shapes.user(find(caller, user_key)))


@call("users.update")
@admitted(CHANGE)
def update(request: HttpRequest, caller: User, user_key: str) -> HttpResponse:
    body = bodies.as_object(request)
    if "key" in body:  # assumed(update-key): the code; that it must not be there is known
        raise Refused(400, "user.key.not.allowed", user_key)
    values, rights = bodies.person(body), bodies.rights(body, caller.account)
    with transaction.atomic():
        user = find(caller, user_key)
        _check_roles(caller, user.admin_roles, rights)
        people.change(user, values, rights)
    if STRICTNESS.update_answers_user:
        return answers.as_json(shapes.user(user))
    return answers.nothing(200)  # assumed(update-answer): an empty body, the hardest case for a client


@call("users.delete")
@admitted(CHANGE)
def delete(request: HttpRequest, caller: User, user_key: str) -> HttpResponse:
    people.delete(find(caller, user_key))
    return answers.nothing(204)  # assumed(delete-answer): the status


def page_asked(request: HttpRequest) -> tuple[int, int]:
    """How many entries the caller wants, and how many to pass over before them."""
    # assumed(page-size): the default is documented nowhere, and a larger page is cut, not refused
    size = min(_number(request, "pageSize", STRICTNESS.page_size, least=1), STRICTNESS.largest_page)
    offset = _number(request, "offset", 0, least=0)
    return size, offset


def find(caller: User, user_key: str) -> User:
    """A user of the caller's account. `Refused` (404) when there is none."""
    user = User.objects.select_related("account", "group").filter(account=caller.account, key=user_key).first()
    if user is None:
        raise Refused(404, "user.not.found", user_key)
    return user


def _check_roles(caller: User, before: list[str], rights: bodies.Rights) -> None:
    """assumed(roles-by-super-user): only a super user gives or takes admin roles, as the vendor's help says."""
    changes = rights.admin_roles is not None and set(rights.admin_roles) != set(before)
    if changes and "SUPER_USER" not in caller.admin_roles:
        raise Refused(403, "not.authorized")


def _number(request: HttpRequest, name: str, default: int, least: int) -> int:
    text = request.GET.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10) or int(text) < least:
        raise Refused(400, "parameter.invalid", f"{name}={text}")  # assumed(list-numbers): refused, not ignored
    return int(text)
