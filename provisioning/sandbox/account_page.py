"""The page of one account: look at it, sign in as the person, change or delete it behind everybody's back."""

import json
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from provisioning.sandbox import edits, shapes
from provisioning.sandbox.answers import Refused
from provisioning.sandbox.entrance import ADMIN_ROLES
from provisioning.sandbox.models import License, User

TEXTS = ("email", "firstName", "lastName", "locale")
TICKS = ("nameLocked", "emailLocked", "identityReadOnly", "idle", "inOrganization")


@csrf_protect
def show(request: HttpRequest, user_key: str, mistake: str = "") -> HttpResponse:
    person = _find(user_key)
    held = {license.key for license in person.licenses.all()}
    licenses = [(license, license.key in held) for license in License.objects.filter(account=person.account)]
    shape = json.dumps(shapes.user(person), indent=2, ensure_ascii=False)
    roles = [(role, role in person.admin_roles) for role in sorted({*ADMIN_ROLES, *person.admin_roles})]
    context = {"person": person, "shape": shape, "licenses": licenses, "roles": roles, "mistake": mistake}
    return render(request, "sandbox/account.html", context, status=409 if mistake else 200)


@require_POST
@csrf_protect
@transaction.atomic
def sign_in(request: HttpRequest, user_key: str) -> HttpResponse:
    edits.sign_in(_find(user_key))
    return redirect("account", user_key)


@require_POST
@csrf_protect
def edit(request: HttpRequest, user_key: str) -> HttpResponse:
    values: dict[str, Any] = {name: request.POST[name].strip() for name in TEXTS if request.POST.get(name, "").strip()}
    values |= {name: name in request.POST for name in TICKS}
    try:
        with transaction.atomic():
            chosen = {"licenseKeys": request.POST.getlist("license"), "adminRoles": request.POST.getlist("role")}
            edits.put(_find(user_key), values | chosen)
    except Refused:
        return show(request, user_key, gettext("A licence that was chosen has no free seat. Nothing was changed."))
    return redirect("account", user_key)


@require_POST
@csrf_protect
def delete(request: HttpRequest, user_key: str) -> HttpResponse:
    _find(user_key).delete()
    return redirect("accounts")


def _find(user_key: str) -> User:
    person = User.objects.select_related("account", "group").prefetch_related("licenses").filter(key=user_key).first()
    if person is None:
        raise Http404
    return person
