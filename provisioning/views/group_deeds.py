"""What is done to groups at once: delete, restore, delete for good."""

import uuid
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from provisioning.jobs import groups as jobs
from provisioning.models import Directory, Group
from provisioning.views.answers import SeeOther
from provisioning.views.deeds import Deed, chosen_groups, deed_of, do_to_many, do_to_one, nothing_chosen

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
        lambda n: ngettext("%(n)d group was deleted", "%(n)d groups were deleted", n) % {"n": n},
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
        lambda n: ngettext("%(n)d group was restored", "%(n)d groups were restored", n) % {"n": n},
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
        lambda n: (
            ngettext("%(n)d group was deleted permanently", "%(n)d groups were deleted permanently", n) % {"n": n}
        ),
        _("%(name)s is deleted permanently already"),
        jobs.purge_groups,
        is_grave=True,
    ),
]
DEEDS: Mapping[str, Deed] = {deed.name: deed for deed in ALL}


@require_POST
def act(request: HttpRequest, object_id: uuid.UUID, deed: str) -> HttpResponse:
    """From the page of a group."""
    groups = Group.objects.select_related("directory").filter(purged_at=None)
    group = get_object_or_404(groups, object_id=object_id)
    do_to_one(request, deed_of(DEEDS, deed), group)
    is_gone = not Group.objects.filter(pk=group.pk, purged_at=None).exists()
    return SeeOther(reverse("deleted-groups") if is_gone else reverse("group", args=[object_id]))


@require_POST
def act_on_many(request: HttpRequest, deed: str) -> HttpResponse:
    """A page that says what it means for which groups; its button does it."""
    found = deed_of(DEEDS, deed)
    back = reverse("deleted-groups" if deed in ("restore", "purge") else "groups")
    groups = chosen_groups(request, Directory.objects.the_one())
    if not groups:
        return nothing_chosen(request, back)
    if request.POST.get("sure"):
        do_to_many(request, found, groups)
        return SeeOther(back)
    context = {"page": "groups", "heading": found.label, "deed": found, "chosen": groups, "back": back}
    return render(request, "provisioning/deed.html", context | {"url": reverse("act-on-groups", args=[deed])})
