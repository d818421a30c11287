"""What the Admin API's calls do to users: create, change, give and take licences.

Whoever changes a user reads it in the same transaction, or two changes at once would lose one.
"""

from dataclasses import dataclass

from django.db import transaction

from provisioning.sandbox.answers import Refused
from provisioning.sandbox.bodies import Rights
from provisioning.sandbox.deeds import CREATED, DEEDS, DELETED, SUSPENDED
from provisioning.sandbox.models import Account, License, Organization, Seat, User
from provisioning.sandbox.strictness import STRICTNESS


@dataclass(frozen=True)
class Created:
    """One entry of a create's answer; no key for an address that is taken."""

    email: str
    key: str = ""


@transaction.atomic
def create(account: Account, people: list[dict[str, str]], rights: Rights, all_or_nothing: bool) -> list[Created]:
    """Create users with the same rights. A taken address refuses all of them, or only itself.

    assumed(create-bare): neither a licence nor a role is needed; GoTo's page asks for one, a recorded answer had none.
    """
    licenses = _licenses(account, rights.license_keys or [])
    organization = Organization.objects.get(account=account)
    made: list[Created] = []
    for values in people:
        if _is_taken(values["email"]):
            if all_or_nothing:
                raise Refused(409, "user.name.conflict", values["email"])
            made.append(Created(values["email"]))
            continue
        # assumed(organization-members): everybody with an address of its domains is in the organization
        is_member = organization.has_domain_of(values["email"])
        user = User(account=account, admin_roles=rights.admin_roles or [], in_organization=is_member, **values)
        user.group = rights.group
        user.invite()  # assumed(invitations): also without a licence, and also with suppressEmail
        user.settle(has_seat=bool(licenses))
        _take_seats(user, licenses)
        DEEDS.note(CREATED, user.email)
        made.append(Created(user.email, user.key))
    return made


def change(user: User, values: dict[str, str], rights: Rights) -> None:
    """Change what is given and leave the rest.

    assumed(lists-replace): a list of licences or roles replaces the one before, so that an empty one takes all away.
    """
    _check_locks(user, values)
    if "email" in values and values["email"].casefold() != user.email_folded and _is_taken(values["email"]):
        raise Refused(409, "user.name.conflict", values["email"])
    for name, value in values.items():
        setattr(user, name, value)
    if STRICTNESS.empty_lists_ignored:
        rights = Rights(rights.license_keys or None, rights.admin_roles or None, rights.group)
    if rights.admin_roles is not None:
        user.admin_roles = rights.admin_roles
    if rights.group is not None:
        user.group = rights.group
    if rights.license_keys is not None:
        give(user, _licenses(user.account, rights.license_keys))
    before = user.status
    user.settle()
    if user.status == User.Status.INVITED != before:
        user.invite()  # assumed(invitations): someone who gets access back without a password is invited again
        user.save()
    _note_suspension(user, before)


def take_license(user: User, license: License) -> None:
    taken, _ = Seat.objects.filter(user=user, license=license).delete()
    if not taken:  # assumed(license-not-held): told like a user who is not there
        raise Refused(404, "user.not.found", user.key)
    before = user.status
    user.settle()
    _note_suspension(user, before)


def delete(user: User) -> None:
    user.delete()
    DEEDS.note(DELETED, user.email)


def give(user: User, licenses: list[License]) -> None:
    """Make these the user's licences. `Refused` (409) when one that is new has no free seat."""
    held = set(License.objects.filter(users=user))
    if held - set(licenses):
        Seat.objects.filter(user=user, license__in=held - set(licenses)).delete()
    _take_seats(user, [license for license in licenses if license not in held])


def _note_suspension(user: User, before: str) -> None:
    if user.status == User.Status.SUSPENDED != before:
        DEEDS.note(SUSPENDED, user.email)


def _take_seats(user: User, licenses: list[License]) -> None:
    for license in licenses:
        if not license.has_free_seat():
            # assumed(seats-exceeded): both the status and the code; how GoTo tells of used-up seats is not known
            raise Refused(STRICTNESS.seats_status, STRICTNESS.seats_code, license.key)
        Seat.objects.create(user=user, license=license)


def _licenses(account: Account, keys: list[str]) -> list[License]:
    found = {license.key: license for license in License.objects.filter(account=account, key__in=keys)} if keys else {}
    for key in keys:
        if key not in found:
            raise Refused(
                400, "license.not.found", key
            )  # assumed(unknown-keys): 400, as it is not the address that is wrong
    return [found[key] for key in keys]


def _is_taken(email: str) -> bool:
    return User.objects.filter(email_folded=email.casefold()).exists()


def _check_locks(user: User, values: dict[str, str]) -> None:
    """assumed(locks): changing a locked name, address or identity is refused with 403; the same value again is not."""
    changed = {name for name, value in values.items() if value != getattr(user, name)}
    name_locked = user.name_locked and changed & {"first_name", "last_name"}
    email_locked = user.email_locked and "email" in changed
    if name_locked or email_locked or (user.identity_read_only and changed):
        raise Refused(403, "user.identity.readonly", user.key)
