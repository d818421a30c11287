"""Groups: those of the directory in a list, with how many are in them and where they are assigned; the recycle bin."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from provisioning.choices import ObjectType
from provisioning.forms.groups import DeletedGroupFilter, GroupFilter
from provisioning.jobs.keyset import Order, by_time, page_of
from provisioning.models import Assignment, Directory, Group
from provisioning.views.answers import filtered_list
from provisioning.views.bulk_operations import under_way
from provisioning.views.group_deeds import DEEDS
from provisioning.views.members import member_counts
from provisioning.views.read_only import why_read_only
from provisioning.views.users import list_of


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    form, directory = GroupFilter(request.GET), Directory.objects.the_one()
    found = form.found(directory)
    page = page_of(found, request.GET, order=Order("place", form.sign == "-"))
    members, applications = member_counts(page.rows), _application_counts(page.rows)
    context = list_of(request, form, found, page) | under_way(ObjectType.GROUP)
    context |= {
        "page": "groups",
        "rows": [(each, members[each.pk], applications[each.pk]) for each in page.rows],
        "read_only": why_read_only(directory),
        "deeds": [DEEDS["delete"]],
    }
    return filtered_list(request, "groups", context)


@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    """The recycle bin, latest first."""
    form, directory = DeletedGroupFilter(request.GET), Directory.objects.the_one()
    found = form.found(directory)
    context = list_of(request, form, found, page_of(found, request.GET, order=by_time("deleted_at")))
    context |= under_way(ObjectType.GROUP) | {
        "page": "groups",
        "heading": _("Deleted groups"),
        "read_only": why_read_only(directory),
    }
    return filtered_list(request, "deleted_groups", context | {"deeds": [DEEDS["restore"], DEEDS["purge"]]})


def _application_counts(groups: Iterable[Group]) -> Counter[int]:
    """How many applications each group is assigned to, by its key."""
    rows = Assignment.objects.present().filter(group__in=[each.pk for each in groups]).order_by()
    return Counter(dict(rows.values_list("group").annotate(n=Count("application", distinct=True))))
