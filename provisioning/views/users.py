"""Users: the people of the portal's directory; what is changed here reaches applications with their next cycle."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.audit import record
from provisioning.forms.users import UserFilter, UserForm
from provisioning.jobs import change
from provisioning.models import Directory, Group, User
from provisioning.views.answers import SeeOther, filtered_list
from provisioning.views.user_applications import applications_of
from provisioning.views.user_deeds import DEEDS, Refused, do

PAGE_SIZE = 50


@require_safe
def users(request: HttpRequest) -> HttpResponse:
    form = UserFilter(request.GET)
    page = Paginator(form.found(Directory.objects.the_one()), PAGE_SIZE).get_page(request.GET.get("page"))
    return filtered_list(request, "users", {"page": "users", "filter": form, "page_obj": page})


@require_safe
def user(request: HttpRequest, object_id: uuid.UUID) -> HttpResponse:
    person = _user(object_id)
    groups = Group.objects.present().filter(memberships__user=person, memberships__removed=False)
    context = {
        "page": "users",
        "heading": person.display_name,
        "meta": person.user_principal_name,
        "person": person,
        "sections": _sections(person),
        "applications": applications_of(person),
        "groups": groups.order_by("display_name", "pk"),
    }
    return render(request, "provisioning/user.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    directory = Directory.objects.the_one()
    form = UserForm(User(directory=directory))
    if request.method == "POST":
        form = _save(request, User(directory=directory))
        if form.is_valid():
            return _saved(request, form.user, _("%(name)s was added"))
    context = {"page": "users", "heading": _("New user"), "form": form}
    return render(request, "provisioning/user_edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, object_id: uuid.UUID) -> HttpResponse:
    """Who saves a page that somebody else saved meanwhile is told what is stored now, and decides."""
    person = _user(object_id)
    if person.deleted_at:
        messages.warning(request, _("This user is deleted. Restore them first."))
        return SeeOther(_page_of(person))
    form, status = UserForm(person), 200
    if request.method == "POST":
        form = _save(request, person)
        if form.is_valid() and not form.is_conflict:
            return _saved(request, form.user, _("%(name)s was saved"))
        status = 409 if form.is_valid() else 422
    context = {"page": "users", "heading": _("Edit user"), "form": form, "person": person}
    context |= {"meta": person.user_principal_name, "trail": [(person.display_name, _page_of(person))]}
    if status == 409:
        context |= {"differences": form.differences, "form": form.rebase()}
    return render(request, "provisioning/user_edit.html", context, status=status)


@require_POST
def act(request: HttpRequest, object_id: uuid.UUID, deed: str) -> HttpResponse:
    person = _user(object_id)
    if deed not in DEEDS:
        raise Http404(deed)
    values = {"name": person.display_name}
    try:
        if do(DEEDS[deed], person, request.user):
            messages.success(request, f"{DEEDS[deed].done % values}\n{_('Applications follow with their next cycle.')}")
        else:
            messages.info(request, DEEDS[deed].already % values)
    except Refused as refused:
        messages.error(request, f"{_('That did not work')}\n{refused}")
    return SeeOther(_page_of(person))


def _user(object_id: uuid.UUID) -> User:
    """Also a deleted one; not one that is gone for good."""
    people = User.objects.select_related("directory", "manager").filter(purged_at=None)
    return get_object_or_404(people, object_id=object_id)


def _page_of(person: User) -> str:
    return reverse("user", args=[person.object_id])


def _sections(person: User) -> list[tuple[Any, list[tuple[Any, Any]]]]:
    """The attributes under the headings of the form."""
    return [(heading, [(each.label, each.initial) for each in fields]) for heading, fields in UserForm(person).sections]


def _save(request: HttpRequest, person: User) -> UserForm:
    """Check and save behind the lock of the change number: no name is taken and no row changed in between."""
    is_new = person.pk is None
    with transaction.atomic():
        person.directory.take()
        if not is_new:
            person.refresh_from_db()
        form = UserForm(person, request.POST)
        if not form.is_valid() or form.is_conflict:
            transaction.set_rollback(True)
            return form
        if changes := form.changes():
            change.save(person.directory, form.apply())
            old = None if is_new else {name: old for name, (old, _new) in changes.items()}
            activity = gettext_noop("Add user") if is_new else gettext_noop("Update user")
            values = {name: new for name, (_old, new) in changes.items()}
            record(request.user, activity, person.user_principal_name, old=old, new=values)
    return form


def _saved(request: HttpRequest, person: User, title: str) -> HttpResponse:
    text = _("Applications follow with their next cycle.")
    messages.success(request, f"{title % {'name': person.display_name}}\n{text}")
    return SeeOther(_page_of(person))
