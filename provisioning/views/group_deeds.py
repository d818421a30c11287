"""What is done to groups at once: delete, restore, delete for good."""

import uuid
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from portal.components.numbers import counted
from provisioning.forms.groups import DeletedGroupFilter, GroupFilter
from provisioning.jobs import groups as jobs
from provisioning.models import Group
from provisioning.views import deeds
from provisioning.views.deeds import Deed, Pages, deed_of

ALL = [
    Deed(
        "delete",
        _("Delete"),
        "delete",
        _("Delete these groups?"),
        _(
            "They go into the recycle bin, Deleted groups, and can be restored. Whoever is not assigned in another way "
            "loses access to the applications of these groups with their next cycle."
        ),
        _("%(name)s was deleted"),
        lambda n: counted(ngettext("%(n)d group was deleted", "%(n)d groups were deleted", n), n),
        _("%(name)s is deleted already"),
        jobs.delete_groups,
        is_grave=True,
    ),
    Deed(
        "restore",
        _("Restore"),
        "restart",
        _("Restore these groups?"),
        _("They come back with members and assignments. Their members get access again with the next cycle."),
        _("%(name)s was restored"),
        lambda n: counted(ngettext("%(n)d group was restored", "%(n)d groups were restored", n), n),
        _("%(name)s is not deleted"),
        jobs.restore_groups,
    ),
    Deed(
        "purge",
        _("Delete permanently"),
        "delete",
        _("Delete these groups permanently?"),
        _(
            "This can't be undone. Their members stay in the directory; applications that know the groups themselves "
            "delete them with their next cycle, where the action Delete is on."
        ),
        _("%(name)s was deleted permanently"),
        lambda n: counted(
            ngettext("%(n)d group was deleted permanently", "%(n)d groups were deleted permanently", n), n
        ),
        _("%(name)s is deleted permanently already"),
        jobs.purge_groups,
        is_grave=True,
    ),
]
DEEDS: Mapping[str, Deed] = {deed.name: deed for deed in ALL}
PAGES = Pages(
    Group,
    one="group",
    many="groups",
    deleted="deleted-groups",
    act="act-on-groups",
    filter=GroupFilter,
    deleted_filter=DeletedGroupFilter,
)


@require_POST
def act(request: HttpRequest, object_id: uuid.UUID, deed: str) -> HttpResponse:
    return deeds.act_on_one(request, PAGES, deed_of(DEEDS, deed), object_id)


@require_POST
def act_on_many(request: HttpRequest, deed: str) -> HttpResponse:
    return deeds.act_on_many(request, PAGES, deed_of(DEEDS, deed))
