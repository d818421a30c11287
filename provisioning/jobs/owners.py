"""Owners of an application: accounts that may manage this one, and no other by that."""

import uuid

from django.db import transaction

from portal.accounts.audit import Doer, record
from portal.accounts.models import Account
from provisioning.models import ApplicationOwner, EnterpriseApplication
from provisioning.texts import gettext_noop

ADD = gettext_noop("Add owner to application")
REMOVE = gettext_noop("Remove owner from application")


def owns(account: Account, application_id: uuid.UUID) -> bool:
    return ApplicationOwner.objects.filter(account=account, application__application_id=application_id).exists()


def is_there(application_id: uuid.UUID) -> bool:
    return EnterpriseApplication.objects.filter(application_id=application_id).exists()


def owned_by(account: Account) -> set[int]:
    """Keys of the applications that the account owns."""
    return {owner.application_id for owner in ApplicationOwner.objects.filter(account=account)}


@transaction.atomic
def add(application: EnterpriseApplication, account: Account, by: Doer | None) -> bool:
    """False when the account was an owner already."""
    _owner, is_new = ApplicationOwner.objects.get_or_create(application=application, account=account)
    if is_new:
        record(by, ADD, application, new={"Owner": account.username})
    return is_new


@transaction.atomic
def remove(owner: ApplicationOwner, by: Doer | None) -> None:
    record(by, REMOVE, owner.application, old={"Owner": owner.account.get_username()})
    owner.delete()
