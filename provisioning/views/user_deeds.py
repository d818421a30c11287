"""What can be done to a person at once: enable, disable, delete into the recycle bin, restore."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal.accounts.audit import record
from portal.accounts.models import Account
from provisioning.jobs import change
from provisioning.models import User


class Refused(Exception):
    """It can't be done as things are; the text says why."""


@dataclass(frozen=True)
class Deed:
    """`is_done` tells whether there is nothing left to do; `attribute` is what the audit entry shows of the change."""

    activity: str
    done: str | Promise
    already: str | Promise
    attribute: str
    is_done: Callable[[User], bool]
    carry_out: Callable[[User], None]


def _switch(on: bool) -> Callable[[User], None]:
    def carry_out(user: User) -> None:
        if user.deleted_at:
            raise Refused(_("This user is deleted. Restore them first."))
        user.account_enabled = on
        change.save(user.directory, user)

    return carry_out


def _restore(user: User) -> None:
    """The name may have been given to somebody else meanwhile."""
    others = User.objects.present().filter(directory=user.directory).exclude(pk=user.pk)
    if others.filter(user_principal_name__iexact=user.user_principal_name).exists():
        raise Refused(_("Another user has this user principal name by now. Give that one a different name first."))
    change.restore(user)


DEEDS: Mapping[str, Deed] = {
    "enable": Deed(
        gettext_noop("Enable user"),
        _("%(name)s was enabled"),
        _("%(name)s is enabled already"),
        "account_enabled",
        lambda user: user.account_enabled and not user.deleted_at,
        _switch(True),
    ),
    "disable": Deed(
        gettext_noop("Disable user"),
        _("%(name)s was disabled"),
        _("%(name)s is disabled already"),
        "account_enabled",
        lambda user: not user.account_enabled and not user.deleted_at,
        _switch(False),
    ),
    "delete": Deed(
        gettext_noop("Delete user"),
        _("%(name)s was deleted"),
        _("%(name)s is deleted already"),
        "deleted_at",
        lambda user: user.deleted_at is not None,
        change.delete,
    ),
    "restore": Deed(
        gettext_noop("Restore user"),
        _("%(name)s was restored"),
        _("%(name)s is not deleted"),
        "deleted_at",
        lambda user: user.deleted_at is None,
        _restore,
    ),
}


def do(deed: Deed, user: User, who: Account | AnonymousUser) -> bool:
    """Whether there was something to do. Raises Refused. The row is read anew behind the lock of the change number."""
    with transaction.atomic():
        user.directory.take()
        user.refresh_from_db()
        if deed.is_done(user):
            return False
        before = getattr(user, deed.attribute)
        deed.carry_out(user)
        after = getattr(user, deed.attribute)
        record(who, deed.activity, user.user_principal_name, old={deed.attribute: before}, new={deed.attribute: after})
    return True
