"""Who sees which notices, and what they have read of them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from portal.accounts.access import READERS
from portal.accounts.models import Account
from provisioning.models import ApplicationOwner, Directory, Notice, NoticeReading, Preference
from provisioning.models.preference import MENU


def visible_to(account: Account) -> QuerySet[Notice]:
    """What the person may know of, and their own toasts; `is_read` tells of each. A toast was seen when shown."""
    seen = Exists(NoticeReading.objects.filter(notice=OuterRef("pk"), account=account))
    mine = Notice.objects.filter(_may_know(account) | Q(account=account))
    return mine.annotate(is_read=Q(seen) | Q(account__isnull=False))


def unread(account: Account) -> QuerySet[Notice]:
    read = NoticeReading.objects.filter(notice=OuterRef("pk"), account=account)
    return Notice.objects.filter(_may_know(account), ~Exists(read))


def _may_know(account: Account) -> Q:
    """Who reads reports knows of everything, an owner without a role of the own applications."""
    if account.role in READERS.roles:
        return Q(account=None)
    owned = ApplicationOwner.objects.filter(account=account).values("application__job")
    return Q(account=None, job__in=owned)


def frame(account: Any) -> Directory:
    """The directory with `unread`, the number beside the bell, and `menu`, what the person folded in it.

    It is what the frame of every page needs, in one query.
    """
    if not isinstance(account, Account) and not getattr(account, "is_authenticated", False):
        return Directory.objects.the_one()
    numbers = unread(account).order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    menu = Subquery(Preference.objects.filter(account=account, name=MENU).values("value")[:1])
    found = Directory.objects.annotate(unread=Coalesce(Subquery(numbers), 0), menu=menu).first()
    return found or Directory.objects.the_one()


def mark_read(account: Account, notices: Iterable[Notice]) -> None:
    rows = [NoticeReading(notice=each, account=account) for each in notices if each.account_id is None]
    NoticeReading.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
