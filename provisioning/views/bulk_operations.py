"""A bulk operation: how far it is, what became of it, and stopping it."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from provisioning.choices import ObjectType
from provisioning.jobs import bulk_operations
from provisioning.models import BulkOperation, Group
from provisioning.views.answers import SeeOther, wants_part
from provisioning.views.deeds import OF_DELETED

NAMES: Mapping[tuple[str, str], str | Promise] = {
    (ObjectType.USER, "enable"): gettext_lazy("Enable users"),
    (ObjectType.USER, "disable"): gettext_lazy("Disable users"),
    (ObjectType.USER, "delete"): gettext_lazy("Delete users"),
    (ObjectType.USER, "restore"): gettext_lazy("Restore users"),
    (ObjectType.USER, "purge"): gettext_lazy("Delete users permanently"),
    (ObjectType.USER, bulk_operations.ADD): gettext_lazy("Add users to groups"),
    (ObjectType.GROUP, "delete"): gettext_lazy("Delete groups"),
    (ObjectType.GROUP, "restore"): gettext_lazy("Restore groups"),
    (ObjectType.GROUP, "purge"): gettext_lazy("Delete groups permanently"),
}


@require_safe
def bulk_operation(request: HttpRequest, operation_id: uuid.UUID) -> HttpResponse:
    return render(request, "provisioning/bulk_operation.html", _context(_found(operation_id)))


@require_safe
def progress(request: HttpRequest, operation_id: uuid.UUID) -> HttpResponse:
    """Nothing new is answered by 204; when it has ended the page is loaded again."""
    operation = _found(operation_id)
    if not wants_part(request):
        return redirect("bulk-operation", operation_id)
    if not operation.is_open:
        return HttpResponseClientRefresh()
    if request.GET.get("seen") == str(operation.position):
        return HttpResponse(status=204)
    return render(request, "provisioning/bulk_operation/progress.html", _context(operation))


@require_POST
def stop(request: HttpRequest, operation_id: uuid.UUID) -> HttpResponse:
    if not bulk_operations.stop(_found(operation_id), request.user, timezone.now()):
        messages.info(request, _("It had ended already"))
    return SeeOther(reverse("bulk-operation", args=[operation_id]))


def name_of(operation: BulkOperation) -> str:
    return str(NAMES[operation.object_type, operation.deed])


def under_way(object_type: ObjectType) -> dict[str, Any]:
    """What lists say of an operation that is changing them."""
    operation = bulk_operations.running().filter(object_type=object_type).first()
    return {"bulk_operation": operation, "bulk_name": name_of(operation)} if operation else {}


def _found(operation_id: uuid.UUID) -> BulkOperation:
    return get_object_or_404(BulkOperation.objects.defer("keys"), operation_id=operation_id)


def _context(operation: BulkOperation) -> dict[str, Any]:
    page = "users" if operation.object_type == ObjectType.USER else "groups"
    back = f"deleted-{page}" if operation.deed in OF_DELETED else page
    return {
        "page": page,
        "heading": name_of(operation),
        "operation": operation,
        "one": "user" if page == "users" else "group",
        "groups": Group.objects.filter(pk__in=operation.groups).order_by("display_name", "pk"),
        "list_url": f"{reverse(back)}?{operation.query}".rstrip("?"),
    }
