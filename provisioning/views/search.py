"""Search in the top bar: applications, users, groups, pages, and log entries and cycles by their id."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Case, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.access import READERS, access_of
from portal.accounts.models import Account
from provisioning.gallery import named_so
from provisioning.jobs.owners import owned_by
from provisioning.models import Activity, Cycle, Directory, EnterpriseApplication
from provisioning.models.prefix import Folded
from provisioning.navigation import GLOBAL_MENU, Text
from provisioning.views.answers import part_or_page, wants_part

MOST = 200
"""Characters of what is searched for."""
SUGGESTED, LISTED = 5, 25
"""So many of a kind are shown under the box, and on the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """`note` is the second line: what tells one from another of the same name."""

    title: Text
    url: str
    note: Text = ""
    icon: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Hits of one kind; `url` leads to the list that has all of them."""

    label: str
    hits: Sequence[Hit]
    url: str = ""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The page, or what stands under the box while somebody types."""
    text = request.GET.get("q", "")[:MOST].replace("\0", "").strip()
    kinds = found(request, text, SUGGESTED if wants_part(request) else LISTED) if text else []
    number = sum(len(kind.hits) for kind in kinds)
    context: dict[str, Any] = {"q": text, "kinds": kinds, "number": number, "heading": _("Search")}
    return part_or_page(request, "search", "found", context)


def found(request: HttpRequest, text: str, most: int) -> list[Kind]:
    """What there is of each kind, at most so many; kinds without a hit are left out.

    People without a role find the applications they own, and pages.
    """
    person = cast(Account, request.user)
    reads_all = READERS.include(person, {})
    rows = EnterpriseApplication.objects.all()
    kinds = [_applications(rows if reads_all else rows.filter(pk__in=owned_by(person)), text, most)]
    if reads_all:
        kinds += _people(text, most)
    kinds.append(_pages(request, text, most))
    if reads_all:
        kinds.append(_by_id(text))
    return [kind for kind in kinds if kind.hits]


def _applications(rows: QuerySet[EnterpriseApplication], text: str, most: int) -> Kind:
    """By any part of the own name, which come first, of the name in the gallery or of the publisher, or by an id."""
    own = Q(display_name__icontains=text)
    rows = rows.filter(own | Q(gallery_key__in=named_so(text)) | _is_id(text))
    hits = [
        Hit(
            title=row.display_name,
            url=row.get_absolute_url(),
            note=row.template.name,
            key=str(row.application_id),
        )
        for row in rows.order_by(Case(When(own, then=0), default=1), "display_name")[:most]
    ]
    return Kind(label=_("Applications"), hits=hits, url=_list("applications", text))


def _is_id(text: str) -> Q:
    """Of an application, of its object, or of its job; nothing where the text is no id."""
    try:
        id_ = uuid.UUID(text)
    except ValueError:
        return Q(pk__in=[])
    return Q(application_id=id_) | Q(object_id=id_) | Q(job__job_id=id_)


def _people(text: str, most: int) -> Iterable[Kind]:
    """Users and groups by the beginning of a name, as their lists find them."""
    directory = Directory.objects.the_one()
    users = directory.users.present().search(text).order_by(Folded("display_name"), "pk")[:most]
    groups = directory.groups.present().search(text).order_by(Folded("display_name"), "pk")[:most]
    people = [
        Hit(title=each.display_name, url=reverse("user", args=[each.object_id]), note=each.user_principal_name)
        for each in users
    ]
    yield Kind(label=_("Users"), hits=people, url=_list("users", text))
    bundles = [
        Hit(
            title=each.display_name,
            url=reverse("group", args=[each.object_id]),
            note=each.mail or each.description,
            icon="people",
        )
        for each in groups
    ]
    yield Kind(label=_("Groups"), hits=bundles, url=_list("groups", text))


def _pages(request: HttpRequest, text: str, most: int) -> Kind:
    """Pages of the portal of whose name a word begins so, as far as the person may open them."""
    access = access_of(request)
    entries = [entry for group in GLOBAL_MENU.groups for entry in group.entries]
    named = [(entry.label, entry.url_name, entry.icon) for entry in entries]
    named += [(_("New application"), "new-application", "add"), (_("Your account"), "account", "person")]
    hits = [Hit(title=label, url=reverse(name), icon=icon) for label, name, icon in named if _is_named_so(label, text)]
    return Kind(label=_("Pages"), hits=[hit for hit in hits if not access.refusal(hit.url)][:most])


def _is_named_so(label: str | Promise, text: str) -> bool:
    name, wanted = str(label).casefold(), text.casefold()
    return name.startswith(wanted) or f" {wanted}" in name


def _by_id(text: str) -> Kind:
    """An entry of the logs by its own id or its change id, a cycle by its id."""
    try:
        id_ = uuid.UUID(text)
    except ValueError:
        return Kind(label="", hits=[])
    entries = Activity.objects.filter(Q(activity_id=id_) | Q(change_id=str(id_))).select_related("job__application")
    hits = [
        Hit(
            title=row.source_label,
            url=f"{reverse('logs', args=[row.job.application.application_id])}?entry={row.activity_id}",
            note=row.job.application.display_name,
            icon="log",
        )
        for row in entries.order_by("-occurred_at")[:SUGGESTED]
    ]
    hits += [
        Hit(
            title=_("Cycle"),
            url=reverse("cycle", args=[row.job.application.application_id, row.cycle_id]),
            note=row.job.application.display_name,
            icon="sync",
        )
        for row in Cycle.objects.real().filter(cycle_id=id_).select_related("job__application")
    ]
    return Kind(label=_("Logs"), hits=hits)


def _list(name: str, text: str) -> str:
    return f"{reverse(name)}?{urlencode({'q': text})}"
