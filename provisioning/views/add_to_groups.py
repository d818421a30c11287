"""Add to groups: the groups for a selection of users."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from portal.components.numbers import counted
from provisioning.choices import ObjectType
from provisioning.forms.add_assignment import MAX_PICKED, read_picks
from provisioning.forms.user_lists import UserFilter
from provisioning.jobs import memberships
from provisioning.jobs.bulk_operations import ADD, Wish
from provisioning.jobs.writing import TOO_MANY
from provisioning.models import Directory, Group, User
from provisioning.views.answers import SeeOther, part_or_page
from provisioning.views.deeds import nothing_chosen, tell_refusal
from provisioning.views.picker import look_up, search_text
from provisioning.views.selections import AT_MOST, selected
from provisioning.views.whole_lists import carry_out


@require_POST
def add_to_groups(request: HttpRequest) -> HttpResponse:
    """Pick the groups; the users that were selected go with every request."""
    directory = Directory.objects.the_one()
    people = selected(request, User, directory, UserFilter)
    if not people.rows.exists():
        return nothing_chosen(request, reverse("users"))
    values = set() if request.POST.get("do") == "reset" else set(request.POST.getlist("pick"))
    values -= {request.POST.get("drop", "")}
    picked = read_picks(directory, sorted(values)[:MAX_PICKED], Group.objects.present())
    is_final = request.POST.get("do") == "add"
    if is_final and picked.groups:
        wish = Wish(object_type=ObjectType.USER, deed=ADD, groups=picked.groups)
        done = carry_out(request, directory, people, wish, lambda rows: _add(request, picked.groups, rows))
        if done:
            return done
    elif is_final:
        messages.warning(request, f"{_('Nothing is selected')}\n{_('Select at least one group.')}")
    context = {
        "page": "users",
        "heading": _("Add to groups"),
        "people": people,
        "picker": look_up(directory, search_text(request.POST), "groups", picked),
        "only_groups": True,
        "picker_url": reverse("add-users-to-groups"),
        "takes_out": "drop" in request.POST or request.POST.get("do") == "reset",
    }
    return part_or_page(request, "add_to_groups", "picker", context, status=422 if is_final else 200)


def _add(request: HttpRequest, groups: Sequence[Group], people: Sequence[User]) -> SeeOther | None:
    """To all of the groups or to none."""
    if len(groups) * len(people) > AT_MOST:
        tell_refusal(request, ValidationError(TOO_MANY, params={"limit": AT_MOST}))
        return None
    try:
        with transaction.atomic():
            groups[0].directory.take()
            number = sum(len(memberships.add_members(group, people, request.user)) for group in groups)
            if not number:
                transaction.set_rollback(True)
    except ValidationError as refused:
        tell_refusal(request, refused)
        return None
    if number:
        title = counted(ngettext("%(n)d membership was added", "%(n)d memberships were added", number), number)
        messages.success(request, f"{title}\n{_('Applications follow with their next cycle.')}")
    else:
        messages.info(request, f"{_('Nothing was changed')}\n{_('They are members already.')}")
    return SeeOther(reverse("users"))
