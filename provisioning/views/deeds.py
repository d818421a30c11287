"""What can be done to people and groups at once: the words around it, before and after, for one and for many."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from provisioning.models import Directory, Group, User
from provisioning.models.directory import CHUNK
from provisioning.views.answers import SeeOther

Text = str | Promise
AT_MOST = CHUNK
"""So many rows can be chosen at once."""
OF_DELETED = ("restore", "purge")
"""What is done in the recycle bin."""


@dataclass(frozen=True)
class Deed:
    """`means` says what it leads to, `many` and `one` what was done; `already` is for what needed nothing."""

    name: str
    label: Text
    icon: str
    title: Text
    means: Text
    one: Text
    many: Callable[[int], Text]
    already: Text
    carry_out: Callable[[Sequence[Any], Any], Sequence[Any]]
    is_grave: bool = False


def deed_of(deeds: Mapping[str, Deed], name: str) -> Deed:
    if name not in deeds:
        raise Http404(name)
    return deeds[name]


@dataclass(frozen=True)
class Pages:
    """Where people, or groups, are shown and acted on, by the names of the addresses."""

    model: type[User] | type[Group]
    one: str
    many: str
    deleted: str
    act: str


def act_on_one(request: HttpRequest, pages: Pages, deed: Deed, object_id: uuid.UUID) -> HttpResponse:
    """From the page of a person or group, and back to it while there is one."""
    rows: Any = pages.model.objects.filter(purged_at=None)
    row = get_object_or_404(rows.select_related("directory"), object_id=object_id)
    do_to_one(request, deed, row)
    is_gone = not rows.filter(pk=row.pk).exists()
    return SeeOther(reverse(pages.deleted) if is_gone else reverse(pages.one, args=[object_id]))


def act_on_ticked(request: HttpRequest, pages: Pages, deed: Deed) -> HttpResponse:
    """A page that says what it means for whom; its button does it."""
    back = reverse(pages.deleted if deed.name in OF_DELETED else pages.many)
    rows = chosen(request, pages.model, Directory.objects.the_one())
    if not rows:
        return nothing_chosen(request, back)
    if request.POST.get("sure"):
        do_to_many(request, deed, rows)
        return SeeOther(back)
    context = {"page": pages.many, "heading": deed.label, "deed": deed, "chosen": rows, "back": back}
    return render(request, "provisioning/deed.html", context | {"url": reverse(pages.act, args=[deed.name])})


def do_to_one(request: HttpRequest, deed: Deed, row: User | Group) -> None:
    values = {"name": row.display_name}
    try:
        done = deed.carry_out([row], request.user)
    except ValidationError as refused:
        tell_refusal(request, refused)
        return
    if done:
        messages.success(request, f"{deed.one % values}\n{_('Applications follow with their next cycle.')}")
    else:
        messages.info(request, deed.already % values)


def do_to_many(request: HttpRequest, deed: Deed, rows: Sequence[User] | Sequence[Group]) -> None:
    try:
        done = deed.carry_out(rows, request.user)
    except ValidationError as refused:
        tell_refusal(request, refused)
        return
    if done:
        messages.success(request, f"{deed.many(len(done))}\n{_('Applications follow with their next cycle.')}")
    else:
        messages.info(request, f"{_('Nothing was changed')}\n{_('All of them are so already.')}")


def tell_refusal(request: HttpRequest, refused: ValidationError) -> None:
    messages.error(request, f"{_('That did not work')}\n{' '.join(refused.messages)}")


def nothing_chosen(request: HttpRequest, back: str) -> SeeOther:
    messages.warning(request, f"{_('Nothing is selected')}\n{_('Tick the rows you mean first.')}")
    return SeeOther(back)


def chosen(request: HttpRequest, model: type[Any], directory: Directory) -> list[Any]:
    """Those that were ticked and are not gone for good, by name."""
    rows = model.objects.filter(directory=directory, purged_at=None, object_id__in=ids(request))
    return list(rows.select_related("directory").order_by("display_name", "pk"))


def ids(request: HttpRequest) -> list[uuid.UUID]:
    """The object ids that were sent; what is none is left out, and so is what goes beyond the limit."""
    found = []
    for text in request.POST.getlist("id")[:AT_MOST]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found
