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

from provisioning.choices import ObjectType
from provisioning.forms.list_filter import ListFilter
from provisioning.jobs.bulk_operations import Wish
from provisioning.models import Directory, Group, User
from provisioning.views.answers import SeeOther
from provisioning.views.selections import selected
from provisioning.views.whole_lists import carry_out

Text = str | Promise
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
    filter: type[ListFilter]
    deleted_filter: type[ListFilter]

    @property
    def object_type(self) -> ObjectType:
        return ObjectType.USER if self.model is User else ObjectType.GROUP


def act_on_one(request: HttpRequest, pages: Pages, deed: Deed, object_id: uuid.UUID) -> HttpResponse:
    """From the page of a person or group, and back to it while there is one."""
    rows: Any = pages.model.objects.filter(purged_at=None)
    row = get_object_or_404(rows.select_related("directory"), object_id=object_id)
    do_to_one(request, deed, row)
    is_gone = not rows.filter(pk=row.pk).exists()
    return SeeOther(reverse(pages.deleted) if is_gone else reverse(pages.one, args=[object_id]))


def act_on_many(request: HttpRequest, pages: Pages, deed: Deed) -> HttpResponse:
    """A page that says what it means for whom; its button does it."""
    back, filter_ = reverse(pages.many), pages.filter
    if deed.name in OF_DELETED:
        back, filter_ = reverse(pages.deleted), pages.deleted_filter
    directory = Directory.objects.the_one()
    selection = selected(request, pages.model, directory, filter_)
    if not selection.rows.exists():
        return nothing_chosen(request, back)
    if request.POST.get("sure"):
        wish = Wish(object_type=pages.object_type, deed=deed.name)

        def at_once(rows: Sequence[Any]) -> SeeOther:
            do_to_many(request, deed, rows)
            return SeeOther(back)

        if done := carry_out(request, directory, selection, wish, at_once):
            return done
    context = {"page": pages.many, "heading": deed.label, "deed": deed, "selection": selection, "back": back}
    context |= {"url": reverse(pages.act, args=[deed.name])}
    return render(request, "provisioning/deed.html", context, status=409 if "sure" in request.POST else 200)


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
