"""What is done to people at once: enable, disable, delete, restore, delete for good."""

import uuid
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from portal.components.numbers import counted
from provisioning.forms.user_lists import DeletedFilter, UserFilter
from provisioning.jobs import users as jobs
from provisioning.models import User
from provisioning.views import deeds
from provisioning.views.deeds import Deed, Pages, deed_of

ALL = [
    Deed(
        "enable",
        _("Enable"),
        "play",
        _("Enable these users?"),
        _("Whoever is assigned to an application gets the account back with its next cycle."),
        _("%(name)s was enabled"),
        lambda n: counted(ngettext("%(n)d user was enabled", "%(n)d users were enabled", n), n),
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
        lambda n: counted(ngettext("%(n)d user was disabled", "%(n)d users were disabled", n), n),
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
        lambda n: counted(ngettext("%(n)d user was deleted", "%(n)d users were deleted", n), n),
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
        lambda n: counted(ngettext("%(n)d user was restored", "%(n)d users were restored", n), n),
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
        lambda n: counted(ngettext("%(n)d user was deleted permanently", "%(n)d users were deleted permanently", n), n),
        _("%(name)s is deleted permanently already"),
        jobs.purge_users,
        is_grave=True,
    ),
]
DEEDS: Mapping[str, Deed] = {deed.name: deed for deed in ALL}
PAGES = Pages(
    User,
    one="user",
    many="users",
    deleted="deleted-users",
    act="act-on-users",
    filter=UserFilter,
    deleted_filter=DeletedFilter,
)


@require_POST
def act(request: HttpRequest, object_id: uuid.UUID, deed: str) -> HttpResponse:
    return deeds.act_on_one(request, PAGES, deed_of(DEEDS, deed), object_id)


@require_POST
def act_on_many(request: HttpRequest, deed: str) -> HttpResponse:
    return deeds.act_on_many(request, PAGES, deed_of(DEEDS, deed))
