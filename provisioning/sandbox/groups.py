"""The Admin API's calls on the account's groups; a user is in one at most."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from provisioning.sandbox import answers, bodies, demo, filters, shapes, users
from provisioning.sandbox.answers import Refused
from provisioning.sandbox.calls import call
from provisioning.sandbox.entrance import GROUPS, MEMBERS, READ_GROUPS, admitted
from provisioning.sandbox.models import Group, User

LONGEST_NAME = 128
FIELDS = {"key": "key", "name": "name"}


@call("groups.list")
@admitted(READ_GROUPS)
def listed(request: HttpRequest, caller: User) -> HttpResponse:
    size, offset = users.page_asked(request)
    wanted = filters.condition(filters.raw_filter(request.META.get("QUERY_STRING", "")), FIELDS)
    rows = Group.objects.filter(wanted, account=caller.account)
    return answers.page([shapes.group(row) for row in rows[offset : offset + size]], offset, rows.count())


@call("groups.create")
@admitted(GROUPS)
def create(request: HttpRequest, caller: User) -> HttpResponse:
    """The answer is the key alone, as a JSON text."""
    name = _name(bodies.as_object(request))
    with transaction.atomic():
        _check_free(caller, name)
        group = Group.objects.create(account=caller.account, name=name)
    return answers.as_json(group.key)


@call("groups.get")
@admitted(READ_GROUPS)
def get(request: HttpRequest, caller: User, group_key: str) -> HttpResponse:
    return answers.as_json(shapes.group(_find(caller, group_key)))


@call("groups.update")
@admitted(GROUPS)
def update(request: HttpRequest, caller: User, group_key: str) -> HttpResponse:
    body = bodies.as_object(request)
    if "key" in body:
        raise Refused(400, "group.key.not.allowed", group_key)  # assumed(update-key): as for users
    name = _name(body)
    with transaction.atomic():
        group = _find(caller, group_key)
        _check_free(caller, name, group)
        group.name = name
        group.save()
    return answers.nothing(200)  # assumed(update-answer): as for users


@call("groups.delete")
@admitted(GROUPS)
def delete(request: HttpRequest, caller: User, group_key: str) -> HttpResponse:
    """assumed(group-delete): the people stay, without a group."""
    _find(caller, group_key).delete()
    return answers.nothing(204)  # assumed(delete-answer): the status


@call("groups.add_user")
@admitted(MEMBERS)
def add_user(request: HttpRequest, caller: User, group_key: str, user_key: str) -> HttpResponse:
    """assumed(group-move): who is in another group leaves it."""
    with transaction.atomic():
        user = users.find(caller, user_key)
        user.group = _find(caller, group_key)
        user.settle()
    return answers.nothing(200)


@call("groups.remove_user")
@admitted(MEMBERS)
def remove_user(request: HttpRequest, caller: User, user_key: str) -> HttpResponse:
    with transaction.atomic():
        user = users.find(caller, user_key)
        user.group = None
        user.settle()
    return answers.nothing(204)  # assumed(delete-answer): the status


@call("rolesets.list")
@admitted(READ_GROUPS)
def role_sets(request: HttpRequest, caller: User) -> HttpResponse:
    """assumed(rolesets): the envelope of the other lists, and the names in it; nobody can change them here."""
    size, offset = users.page_asked(request)
    found = [{"id": each.id, "name": each.name, "adminRoles": list(each.roles)} for each in demo.ROLE_SETS]
    return answers.page(found[offset : offset + size], offset, len(found))


def _find(caller: User, group_key: str) -> Group:
    group = Group.objects.filter(account=caller.account, key=group_key).first()
    if group is None:
        raise Refused(404, "group.not.found", group_key)
    return group


def _name(body: dict[str, object]) -> str:
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise Refused(400, "group.name.required")
    if len(name) > LONGEST_NAME:
        raise Refused(400, "group.name.too.long", name)  # assumed(limits): 128 characters
    return name


def _check_free(caller: User, name: str, but: Group | None = None) -> None:
    others = Group.objects.filter(account=caller.account, name__iexact=name)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise Refused(409, "group.name.conflict", name)
