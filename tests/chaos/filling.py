"""A made-up directory of any size, written as imports write it: in bulk, each chunk under its own change number."""

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from provisioning.models import Assignment, Directory, EnterpriseApplication, Group, Membership, User
from provisioning.models.directory import CHUNK

GIVEN = ("Ann", "Bo", "Cy", "Dag", "Eva-Lotta", "Finn", "Gül", "Håkan", "Ines", "José", "Kazuo", "Łucja", "Mårten")
SURNAMES = ("Ek", "Berg", "O'Neil", "García", "Kohl", "Nowak", "Öberg", "Sato", "van Dyk", "Żak", "Smith-Jones")
LANGUAGES = ("en-US", "en-US", "de", "sv-SE", "fr", "pt-PT", "", "klingon")
TOO_LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewisse"

T = TypeVar("T")
M = TypeVar("M", User, Group, Membership, Assignment)


def fill(users: int, seed: int) -> None:
    """People of all kinds, and five groups: everybody's, a small one, two that entitle nobody, an empty one."""
    dice = random.Random(seed)
    directory = Directory.objects.the_one()
    people = _write(directory, (_person(directory, number, dice) for number in range(users)))
    names = ("Everybody", "Webinar hosts", "Not security enabled", "Deleted", "Empty")
    everybody, hosts, powerless, deleted, _ = _write(
        directory, (Group(directory=directory, display_name=n) for n in names)
    )
    powerless.security_enabled = False
    deleted.deleted_at = timezone.now()
    with transaction.atomic():
        number = directory.take()
        for group in (powerless, deleted):
            group.change = number
            group.save()
    memberships = [Membership(group=everybody, user=each, removed=dice.random() < 0.02) for each in people]
    memberships += [Membership(group=hosts, user=each) for each in _some(people, 0.08, dice)]
    memberships += [Membership(group=powerless, user=each) for each in _some(people, 0.1, dice)]
    memberships += [Membership(group=deleted, user=each) for each in _some(people, 0.1, dice)]
    _write(directory, memberships)


def assign(application: EnterpriseApplication, seed: int) -> None:
    """Everybody through a group, some also directly, in all roles; Default Access for some, which entitles nobody."""
    dice = random.Random(f"{seed} assignments")
    directory = application.directory
    roles = {role.value: role for role in application.roles.all()}
    people = list(User.objects.order_by("pk"))
    groups = {group.display_name: group for group in Group.objects.all()}
    meeting = roles["GoToMeeting"]
    given = [
        (groups["Everybody"], meeting),
        (groups["Webinar hosts"], roles["GoToWebinar"]),
        (groups["Empty"], meeting),
    ]
    given += [(groups["Not security enabled"], roles["OpenVoice"]), (groups["Deleted"], roles["OpenVoice"])]
    rows = [Assignment(application=application, group=group, role=role) for group, role in given]
    for role, share in ((meeting, 0.05), (roles["GoToTraining"], 0.04), (roles["OpenVoice"], 0.04), (None, 0.03)):
        rows += [
            Assignment(application=application, user=each, role=role, removed=dice.random() < 0.1)
            for each in _some(people, share, dice)
        ]
    _write(directory, rows)


def alter(application: EnterpriseApplication, seed: int, count: int) -> None:
    """Rename, move, disable, delete, enable and unassign `count` people each, and hire as many."""
    dice = random.Random(f"{seed} changes")
    directory = application.directory
    people = list(User.objects.filter(deleted_at=None, account_enabled=True).order_by("pk"))
    chosen = iter(dice.sample(people, 5 * count))
    everybody = Group.objects.get(display_name="Everybody")
    with transaction.atomic():
        number = directory.take()
        for each in islice(chosen, count):
            each.surname, each.change = f"{dice.choice(SURNAMES)}-Neu{number}", number
            each.save()
        for each in islice(chosen, count):
            each.user_principal_name, each.change = f"moved{number}.{each.pk}@contoso.example", number
            each.save()
        for each in islice(chosen, count):
            each.account_enabled, each.change = False, number
            each.save()
        for each in islice(chosen, count):
            each.deleted_at, each.change = timezone.now(), number
            each.save()
        for each in User.objects.filter(account_enabled=False).exclude(change=number).order_by("pk")[:count]:
            each.account_enabled, each.change = True, number
            each.save()
        leavers = [each.pk for each in islice(chosen, count)]
        Membership.objects.filter(user__in=leavers).update(removed=True, change=number)
        Assignment.objects.filter(user__in=leavers).update(removed=True, change=number)
    first = User.objects.count()
    hired = _write(directory, (_person(directory, first + each, dice) for each in range(count)))
    _write(directory, [Membership(group=everybody, user=each) for each in hired])


def _person(directory: Directory, number: int, dice: random.Random) -> User:
    name = f"user{number:05}"
    address = dice.choice(
        (f"{name}@contoso.example",) * 6
        + (f"User.{number:05}@Contoso.Example", f"{name}+x@contoso.example")
        + (f"{name}_fabrikam.example#EXT#@contoso.example",)
    )
    return User(
        directory=directory,
        user_principal_name=address,
        display_name=f"{name} of the made-up directory",
        given_name="" if dice.random() < 0.004 else dice.choice(GIVEN),
        surname=TOO_LONG if dice.random() < 0.004 else f"{dice.choice(SURNAMES)} {number}",
        mail=f"{name}@mail.example",
        preferred_language=dice.choice(LANGUAGES),
        account_enabled=dice.random() > 0.03,
        deleted_at=timezone.now() if dice.random() < 0.01 else None,
    )


def _some(people: Sequence[User], share: float, dice: random.Random) -> list[User]:
    return [each for each in people if dice.random() < share]


def _write(directory: Directory, rows: Iterable[M]) -> list[M]:
    written: list[M] = []
    for chunk in _chunks(rows):
        with transaction.atomic():
            number = directory.take()
            for each in chunk:
                each.change = number
            written += type(chunk[0])._default_manager.bulk_create(chunk)
    return written


def _chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk
