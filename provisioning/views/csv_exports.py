"""CSV files of users, groups and their members, as they are listed; and empty ones to fill in."""

import uuid
from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from provisioning.directory.csvfile_columns import What
from provisioning.directory.csvfile_writing import text_of
from provisioning.forms.groups import GroupFilter
from provisioning.forms.user_lists import UserFilter
from provisioning.jobs.csv_rows import groups_text, members_text, users_text
from provisioning.models import Directory, Group


@require_GET
def export(request: HttpRequest, what: str) -> HttpResponseBase:
    """Whoever the list shows with the same query, all pages of it."""
    directory = Directory.objects.the_one()
    match what:
        case What.USERS:
            return as_file(what, users_text(UserFilter(request.GET).found(directory)))
        case What.GROUPS:
            return as_file(what, groups_text(GroupFilter(request.GET).found(directory)))
        case What.MEMBERS:
            return as_file(what, members_text(GroupFilter(request.GET).found(directory)))
    raise Http404(what)


@require_GET
def export_group(request: HttpRequest, object_id: uuid.UUID) -> HttpResponseBase:
    """The members of one group."""
    group = get_object_or_404(Group.objects.present(), object_id=object_id)
    return as_file(What.MEMBERS, members_text(Group.objects.filter(pk=group.pk)))


@require_GET
def template(request: HttpRequest, what: str) -> HttpResponseBase:
    """A file with a header and no lines."""
    if what not in list(What):
        raise Http404(what)
    return as_file(f"{what}-template", text_of(What(what), ()))


def as_file(name: str, pieces: Iterator[str]) -> StreamingHttpResponse:
    """Sent while it is made, so that its size does not matter."""
    disposition = content_disposition_header(True, f"{name}-{timezone.localdate().isoformat()}.csv")
    return StreamingHttpResponse(
        (piece.encode() for piece in pieces),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": str(disposition), "Cache-Control": "no-store"},
    )
