"""Adding and changing a person, with checks while one types, and suggestions for the manager."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from provisioning.forms.users import CHECKED, UserForm
from provisioning.jobs import users
from provisioning.jobs.writing import editing, locked
from provisioning.models import Directory, User
from provisioning.views.answers import SeeOther
from provisioning.views.deeds import tell_refusal
from provisioning.views.picker import search_text
from provisioning.views.read_only import why_read_only

SUGGESTED = 10


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    directory = Directory.objects.the_one()
    if why := why_read_only(directory):
        return _refused(request, why, reverse("users"))
    form = UserForm(User(directory=directory))
    if request.method == "POST":
        form = _create(request, directory)
        if form.is_valid():
            return _saved(request, form.user, _("%(name)s was added"))
    context = {"page": "users", "heading": _("New user"), "form": form, "checked": CHECKED}
    context["check_url"] = reverse("check-new-user")
    return render(request, "provisioning/user_edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, object_id: uuid.UUID) -> HttpResponse:
    """Who saves a page that somebody else saved meanwhile is told what is stored now, and decides."""
    person = _person(object_id)
    if why := why_read_only(person.directory) or (person.deleted_at and _("This user is deleted. Restore them first.")):
        return _refused(request, why, _page_of(person))
    form, status = UserForm(person), 200
    if request.method == "POST":
        try:
            form, status = _change(request, person)
        except ValidationError as refused:  # deleted since the page was drawn
            tell_refusal(request, refused)
            return SeeOther(reverse("users"))
        if status == 200:
            return _saved(request, form.user, _("%(name)s was saved"))
    context = {"page": "users", "heading": _("Edit user"), "form": form, "person": person, "checked": CHECKED}
    context |= {"meta": person.user_principal_name, "trail": [(person.display_name, _page_of(person))]}
    context["check_url"] = reverse("check-user", args=[object_id])
    if status == 409:
        context |= {"differences": form.differences, "form": form.rebase()}
    return render(request, "provisioning/user_edit.html", context, status=status)


@require_POST
def check(request: HttpRequest, object_id: uuid.UUID | None = None) -> HttpResponse:
    """What is wrong with the one field that was left; nothing is saved."""
    person = _person(object_id) if object_id else User(directory=Directory.objects.the_one())
    form, name = UserForm(person, request.POST), request.GET.get("field", "")
    errors = list(form.errors.get(name) or ()) if name in CHECKED else []
    return render(request, "provisioning/user_edit/check.html", {"errors": errors})


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """People whose name begins so, for a field that takes a user principal name."""
    text = (request.GET.get("manager") or search_text(request.GET))[:200].replace("\0", "").strip()
    people: Iterable[User] = ()
    if text:
        people = Directory.objects.the_one().users.present().search(text).order_by("display_name", "pk")[:SUGGESTED]
    return render(request, "provisioning/user_edit/suggestions.html", {"people": people})


def _create(request: HttpRequest, directory: Directory) -> UserForm:
    """Check and save behind the lock of the change number: no name is taken in between."""
    with locked(directory):
        form = UserForm(User(directory=directory), request.POST)
        if form.is_valid():
            form.user = users.create_user(directory, form.values(), request.user)
        else:
            transaction.set_rollback(True)
    return form


def _change(request: HttpRequest, person: User) -> tuple[UserForm, int]:
    """The same for one who is there; 409 when somebody else saved meanwhile."""
    with editing(person) as stored:
        form = UserForm(stored, request.POST)
        if form.is_valid() and not form.is_conflict:
            before = stored.change
            form.user = users.change_user(stored, form.values(), request.user)
            if form.user.change == before:  # nothing was edited
                transaction.set_rollback(True)
            return form, 200
        transaction.set_rollback(True)
    return form, 409 if form.is_valid() else 422


def _saved(request: HttpRequest, person: User, title: str) -> HttpResponse:
    text = _("Applications follow with their next cycle.")
    messages.success(request, f"{title % {'name': person.display_name}}\n{text}")
    return SeeOther(_page_of(person))


def _refused(request: HttpRequest, why: Any, back: str) -> HttpResponse:
    messages.warning(request, why)
    return SeeOther(back)


def _person(object_id: uuid.UUID) -> User:
    """Also a deleted one; not one that is gone for good."""
    people = User.objects.select_related("directory", "manager").filter(purged_at=None)
    return get_object_or_404(people, object_id=object_id)


def _page_of(person: User) -> str:
    return reverse("user", args=[person.object_id])
