"""The SCIM calls on the organization's groups, which are not the account's groups of the Admin API."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from provisioning.sandbox import answers
from provisioning.sandbox.calls import call
from provisioning.sandbox.models import Organization, OrgGroup, User
from provisioning.sandbox.scim import bodies, lists, shapes
from provisioning.sandbox.scim.door import READ, WRITE, ScimRefused, admitted

FIELDS = {"displayName": "display_name"}
OPERATORS = ("eq", "sw", "co")


@call("scim.groups.list")
@admitted(READ)
def listed(request: HttpRequest, caller: User) -> HttpResponse:
    wanted = lists.condition(lists.filter_of(request), FIELDS, OPERATORS)
    rows = OrgGroup.objects.filter(wanted, organization__account=caller.account)
    return lists.page(request, rows, FIELDS, shapes.group)


@call("scim.groups.create")
@admitted(WRITE)
def create(request: HttpRequest, caller: User) -> HttpResponse:
    body = bodies.as_object(request)
    with transaction.atomic():
        group = OrgGroup(organization=Organization.objects.get(account=caller.account))
        _rename(group, bodies.title(body))
        _put(group, bodies.members(body))
        group.save()
    return answers.as_json(shapes.group(request, group), 201)


@call("scim.groups.get")
@admitted(READ)
def get(request: HttpRequest, caller: User, group_key: str) -> HttpResponse:
    return answers.as_json(shapes.group(request, _find(caller, group_key)))


@call("scim.groups.replace")
@admitted(WRITE)
def replace(request: HttpRequest, caller: User, group_key: str) -> HttpResponse:
    body = bodies.as_object(request)
    with transaction.atomic():
        group = _find(caller, group_key)
        _rename(group, bodies.title(body))
        _put(group, bodies.members(body))
        group.save()
    return answers.as_json(shapes.group(request, group))


@call("scim.groups.update")
@admitted(WRITE)
def update(request: HttpRequest, caller: User, group_key: str) -> HttpResponse:
    """assumed(scim-patch-members): as in SCIM 1, members are added; one with `"operation": "delete"` is taken out."""
    body = bodies.as_object(request)
    with transaction.atomic():
        group = _find(caller, group_key)
        if "displayName" in body:
            _rename(group, bodies.title(body))
        given = bodies.members(body)
        named = {one["value"] for one in given}
        kept = [one for one in group.members if one["value"] not in named]
        _put(group, kept + [one for one in given if one.get("operation") != "delete"])
        group.save()
    return answers.as_json(shapes.group(request, group))


@call("scim.groups.delete")
@admitted(WRITE)
def delete(request: HttpRequest, caller: User, group_key: str) -> HttpResponse:
    _find(caller, group_key).delete()
    return answers.nothing(200)


def _find(caller: User, group_key: str) -> OrgGroup:
    """A group that is not there is told like one that the caller may not see: 401, as documented."""
    group = OrgGroup.objects.filter(organization__account=caller.account, key=group_key).first()
    if group is None:
        raise ScimRefused(401, "not.authorized")
    return group


def _rename(group: OrgGroup, name: str) -> None:
    others = OrgGroup.objects.filter(organization=group.organization, display_name__iexact=name)
    if others.exclude(pk=group.pk).exists():
        raise ScimRefused(409, "displayName.conflict", name)
    group.display_name = name


def _put(group: OrgGroup, members: list[dict[str, str]]) -> None:
    """assumed(scim-unknown-members): somebody who is not in the organization cannot be a member: 400."""
    wanted = {one["value"]: {"type": one["type"], "value": one["value"]} for one in members}
    group.members = list(wanted.values())
    missing = wanted.keys() - {one["value"] for one in group.present_members()}
    if missing:
        raise ScimRefused(400, "members.not.found", min(missing))
