"""What is done to people at once: enable, disable, delete, restore, delete for good; and adding them to groups."""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from provisioning.forms.add_assignment import MAX_PICKED, read_picks
from provisioning.jobs import memberships
from provisioning.jobs import users as jobs
from provisioning.jobs.writing import TOO_MANY
from provisioning.models import Directory, Group, User
from provisioning.views.answers import SeeOther, part_or_page
from provisioning.views.deeds import (
    AT_MOST,
    Deed,
    Pages,
    act_on_one,
    act_on_ticked,
    chosen,
    deed_of,
    nothing_chosen,
    tell_refusal,
)
from provisioning.views.picker import look_up, search_text

ALL = [
    Deed(
        "enable",
        _("Enable"),
        "play",
        _("Enable these users?"),
        _("Whoever is assigned to an application gets the account back with its next cycle."),
        _("%(name)s was enabled"),
        lambda n: ngettext("%(n)d user was enabled", "%(n)d users were enabled", n) % {"n": n},
        _("%(name)s is enabled already"),
        jobs.enable_users,
    ),
    Deed(
        "disable",
        _("Disable"),
        "stop",
        _("Disable these users?"),
        _(
            "They stay in the directory and in their groups. Applications disable their accounts with the next cycle, "
            "and enable them when the users are enabled again."
        ),
        _("%(name)s was disabled"),
        lambda n: ngettext("%(n)d user was disabled", "%(n)d users were disabled", n) % {"n": n},
        _("%(name)s is disabled already"),
        jobs.disable_users,
    ),
    Deed(
        "delete",
        _("Delete"),
        "delete",
        _("Delete these users?"),
        _(
            "They go into the recycle bin, Deleted users, and can be restored. Applications disable their accounts "
            "with the next cycle."
        ),
        _("%(name)s was deleted"),
        lambda n: ngettext("%(n)d user was deleted", "%(n)d users were deleted", n) % {"n": n},
        _("%(name)s is deleted already"),
        jobs.delete_users,
        is_grave=True,
    ),
    Deed(
        "restore",
        _("Restore"),
        "restart",
        _("Restore these users?"),
        _("They come back with their groups and assignments. Applications enable their accounts with the next cycle."),
        _("%(name)s was restored"),
        lambda n: ngettext("%(n)d user was restored", "%(n)d users were restored", n) % {"n": n},
        _("%(name)s is not deleted"),
        jobs.restore_users,
    ),
    Deed(
        "purge",
        _("Delete permanently"),
        "delete",
        _("Delete these users permanently?"),
        _(
            "This can't be undone. Applications whose action Delete is on delete the accounts with their next cycle, "
            "the others leave them disabled. A new user of the same name is somebody else to them."
        ),
        _("%(name)s was deleted permanently"),
        lambda n: ngettext("%(n)d user was deleted permanently", "%(n)d users were deleted permanently", n) % {"n": n},
        _("%(name)s is deleted permanently already"),
        jobs.purge_users,
        is_grave=True,
    ),
]
DEEDS: Mapping[str, Deed] = {deed.name: deed for deed in ALL}
PAGES = Pages(User, one="user", many="users", deleted="deleted-users", act="act-on-users")


@require_POST
def act(request: HttpRequest, object_id: uuid.UUID, deed: str) -> HttpResponse:
    return act_on_one(request, PAGES, deed_of(DEEDS, deed), object_id)


@require_POST
def act_on_many(request: HttpRequest, deed: str) -> HttpResponse:
    return act_on_ticked(request, PAGES, deed_of(DEEDS, deed))


@require_POST
def add_to_groups(request: HttpRequest) -> HttpResponse:
    """Pick the groups; the users that were ticked go with every request."""
    directory = Directory.objects.the_one()
    people = chosen(request, User, directory)
    if not people:
        return nothing_chosen(request, reverse("users"))
    values = set() if request.POST.get("do") == "reset" else set(request.POST.getlist("pick"))
    values -= {request.POST.get("drop", "")}
    picked = read_picks(directory, sorted(values)[:MAX_PICKED], Group.objects.present())
    status = 200
    if request.POST.get("do") == "add" and picked.groups:
        if _add(request, picked.groups, people):
            return SeeOther(reverse("users"))
        status = 422
    elif request.POST.get("do") == "add":
        messages.warning(request, f"{say('Nothing is selected')}\n{say('Select at least one group.')}")
        status = 422
    context = {
        "page": "users",
        "heading": say("Add to groups"),
        "people": people,
        "picker": look_up(directory, search_text(request.POST), "groups", picked),
        "only_groups": True,
        "picker_url": reverse("add-users-to-groups"),
        "takes_out": "drop" in request.POST or request.POST.get("do") == "reset",
    }
    return part_or_page(request, "add_to_groups", "picker", context, status=status)


def _add(request: HttpRequest, groups: list[Group], people: list[User]) -> bool:
    """To all of the groups or to none."""
    if len(groups) * len(people) > AT_MOST:
        tell_refusal(request, ValidationError(TOO_MANY, params={"limit": AT_MOST}))
        return False
    try:
        with transaction.atomic():
            groups[0].directory.take()
            number = sum(len(memberships.add_members(group, people, request.user)) for group in groups)
            if not number:
                transaction.set_rollback(True)
    except ValidationError as refused:
        tell_refusal(request, refused)
        return False
    if number:
        title = ngettext("%(n)d membership was added", "%(n)d memberships were added", number) % {"n": number}
        messages.success(request, f"{title}\n{say('Applications follow with their next cycle.')}")
    else:
        messages.info(request, f"{say('Nothing was changed')}\n{say('They are members already.')}")
    return True
