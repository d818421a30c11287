"""Users: the people of the directory in a list, and those in the recycle bin."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.components.lists import address
from provisioning.choices import ObjectType
from provisioning.forms.user_lists import COLUMNS, SIZES, UNSORTED, DeletedFilter, UserFilter
from provisioning.jobs.keyset import KeyPage, Order, by_time, page_of
from provisioning.jobs.standing import MANY
from provisioning.models import Directory, User
from provisioning.views.answers import filtered_list
from provisioning.views.bulk_operations import under_way
from provisioning.views.columns import with_columns
from provisioning.views.read_only import why_read_only
from provisioning.views.user_deeds import DEEDS

REMEMBERED = "user columns"
"""Under which name the columns that somebody chose are kept."""


@require_safe
def users(request: HttpRequest) -> HttpResponse:
    form = UserFilter(with_columns(request, REMEMBERED))
    directory = Directory.objects.the_one()
    found = form.found(directory)
    order = Order("place", form.sorted_by[1])
    page = page_of(found, request.GET, form.page_size, order)
    context = list_of(request, form, found, page) | _columns(form, page, directory) | under_way(ObjectType.USER)
    return filtered_list(request, "users", context)


@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    """The recycle bin, latest first."""
    directory = Directory.objects.the_one()
    form = DeletedFilter(request.GET)
    found = form.found(directory)
    context = list_of(request, form, found, page_of(found, request.GET, order=by_time("deleted_at")))
    context |= under_way(ObjectType.USER) | {"heading": _("Deleted users"), "read_only": why_read_only(directory)}
    return filtered_list(request, "deleted_users", context | {"deeds": [DEEDS["restore"], DEEDS["purge"]]})


def list_of(request: HttpRequest, form: Any, found: QuerySet[Any], page: KeyPage[Any]) -> dict[str, Any]:
    """What every list by key shows; numbers end at MANY."""
    return {
        "page": "users",
        "filter": form,
        "rows": page.rows,
        "query": request.GET.urlencode(),
        "total": found.order_by()[: MANY + 1].count(),
        "limit": MANY,
        "newer": address(request, newer=page.newer, older=None) if page.newer else "",
        "older": address(request, older=page.older, newer=None) if page.older else "",
    }


def _columns(form: UserFilter, page: KeyPage[User], directory: Directory) -> dict[str, Any]:
    """Heads and cells of the columns that were chosen."""
    chosen = form.columns
    heads = [(key, COLUMNS[key][0], "" if key in UNSORTED else key) for key in chosen]
    return {
        "rows": [(each, [(key, label, _cell(each, key)) for key, label, _sort in heads]) for each in page.rows],
        "heads": heads,
        "column_choices": [(key, label) for key, (label, _column) in COLUMNS.items()],
        "chosen_columns": chosen,
        "sizes": SIZES,
        "size": str(form.page_size),
        "read_only": why_read_only(directory),
        "deeds": [DEEDS[name] for name in ("enable", "disable", "delete")],
    }


def _cell(person: User, key: str) -> Any:
    return getattr(person, COLUMNS[key][1], None)
