"""A synthetic tenant of any size: fictitious people and groups, the same rows for the same seed on every machine."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from math import gcd
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from provisioning.management import demo_tenant
from provisioning.management.demo_tenant import DOMAIN
from provisioning.models import Directory, Group, Membership, User
from provisioning.models.directory import CHUNK

WORDS = Path(__file__).with_suffix(".toml")
TEAM = 8
"""So many people report to one; the tree is as deep as that makes it."""

LARGEST = 0.6
"""The first group holds this share of the people, the second half of it, the third a third, and so on."""


class Occupied(Exception):
    """The directory holds people, or this very seed, already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to make. `nested` groups are members of other groups, at several depths and never in a circle."""

    users: int
    groups: int
    nested: int
    seed: int

    def size(self, number: int) -> int:
        """How many people the group with this number has, the largest first."""
        return min(self.users, max(1, int(LARGEST * self.users / (number + 1))))

    @property
    def memberships(self) -> int:
        return sum(map(self.size, range(self.groups))) if self.users else 0

    @property
    def rows(self) -> int:
        return self.users + self.groups + self.memberships + self.nested


class Person(NamedTuple):
    """Columns of a user, and the number of the one they report to, which is lower than their own."""

    values: dict[str, Any]
    boss: int | None


class Dice:
    """Throws that depend on nothing but the words they were made from."""

    def __init__(self, *words: object) -> None:
        self._left = int.from_bytes(blake2b("/".join(map(str, words)).encode()).digest(), "big")

    def below(self, count: int) -> int:
        self._left, found = divmod(self._left, count)
        return found

    def pick(self, choices: Sequence[Any]) -> Any:
        return choices[self.below(len(choices))]

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent


@cache
def words() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def people(plan: Plan) -> Iterator[Person]:
    """Everybody by number, whoever leads before those who report to them. Guests are outside the tree."""
    staff: list[int] = []
    for number in range(plan.users):
        dice = Dice(plan.seed, "user", number)
        is_guest = number > 0 and dice.chance(3)
        values = _person(plan.seed, number, dice, is_guest=is_guest)
        if is_guest:
            yield Person(values, None)
            continue
        yield Person(values, staff[(len(staff) - 1) // TEAM] if staff else None)
        staff.append(number)


def groups(plan: Plan) -> Iterator[dict[str, Any]]:
    """Columns of each group. Every fourth is mail enabled, and every tenth can give nobody access."""
    for number in range(plan.groups):
        dice = Dice(plan.seed, "group", number)
        name = f"{dice.pick(words()['groups']['first'])} {dice.pick(words()['groups']['second'])} {number + 1}"
        for_security = number % 10 != 9
        address = _address(name.lower().replace(" ", "-"), plan.seed, number)
        has_mail = not for_security or number % 4 == 3
        yield {
            "object_id": demo_tenant.stable_id(f"seed{plan.seed}.group{number}"),
            "display_name": name,
            "description": f"Synthetic, seed {plan.seed}",
            "security_enabled": for_security,
            "mail": f"{address}@{DOMAIN}" if has_mail else "",
            "mail_nickname": address if has_mail else "",
        }


def members(plan: Plan, number: int) -> Iterator[int]:
    """The numbers of the people in a group, spread over the whole tenant."""
    dice = Dice(plan.seed, "members", number)
    start, step = dice.below(plan.users), 1 + dice.below(plan.users)
    while gcd(step, plan.users) != 1:  # or it would come round before it met everybody
        step += 1
    return ((start + turn * step) % plan.users for turn in range(plan.size(number)))


def nestings(plan: Plan) -> Iterator[tuple[int, int]]:
    """Pairs of a group and the group that is its member: each of the last ones is under one of half its number."""
    return ((number // 2, number) for number in range(plan.groups - plan.nested, plan.groups))


def write(plan: Plan, *, add: bool = False, tell: Callable[[int], object] = lambda rows: None) -> None:
    """Write all rows, at most 1,000 in a transaction, and `tell` how many were written each time.

    Raises Occupied, with nothing written, when people are there already and `add` is not given.
    """
    directory = Directory.objects.the_one()
    _check_free(directory, plan, add=add)
    users: list[int] = []
    for portion in _portions(people(plan)):
        rows = [
            User(directory=directory, manager_id=None if each.boss is None else users[each.boss], **each.values)
            for each in portion
        ]
        users += _insert(directory, rows)
        tell(len(rows))
    keys: list[int] = []
    for chunk in _chunks(Group(directory=directory, **values) for values in groups(plan)):
        keys += _insert(directory, chunk)
        tell(len(chunk))
    for links in _chunks(_memberships(plan, users, keys)):
        _insert(directory, links)
        tell(len(links))


@transaction.atomic
def _check_free(directory: Directory, plan: Plan, *, add: bool) -> None:
    directory.take()
    if not add and (User.objects.exists() or Group.objects.exists()):
        raise Occupied(_("The directory holds people or groups already. With --add these come in addition."))
    user, group = (demo_tenant.stable_id(f"seed{plan.seed}.{kind}0") for kind in ("user", "group"))
    if User.objects.filter(object_id=user).exists() or Group.objects.filter(object_id=group).exists():
        message = _("People or groups of seed %(seed)s are in the directory already. Choose another seed.")
        raise Occupied(message % {"seed": plan.seed})
    if not add:
        tenant = demo_tenant.stable_id(f"seed{plan.seed}.tenant")
        Directory.objects.filter(pk=directory.pk).update(tenant_id=tenant, tenant_name="Contoso", default_domain=DOMAIN)


def _insert(directory: Directory, rows: Sequence[Any]) -> list[int]:
    """One transaction; gives the keys in order."""
    with transaction.atomic():
        number = directory.take()
        for row in rows:
            row.change = number
        return [row.pk for row in type(rows[0])._default_manager.bulk_create(rows)]


def _portions(everybody: Iterable[Person]) -> Iterator[list[Person]]:
    """At most 1,000 people, none of whom reports to another of them: a manager's row must be there first."""
    portion: list[Person] = []
    written = 0
    for person in everybody:
        if len(portion) == CHUNK or (person.boss is not None and person.boss >= written):
            yield portion
            written += len(portion)
            portion = []
        portion.append(person)
    if portion:
        yield portion


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _memberships(plan: Plan, users: Sequence[int], keys: Sequence[int]) -> Iterator[Membership]:
    for number, group in enumerate(keys if users else ()):
        yield from (Membership(group_id=group, user_id=users[each]) for each in members(plan, number))
    yield from (Membership(group_id=keys[over], member_group_id=keys[under]) for over, under in nestings(plan))


def _person(seed: int, number: int, dice: Dice, *, is_guest: bool) -> dict[str, Any]:
    place, department = dice.pick(demo_tenant.words()["places"]), dice.pick(demo_tenant.words()["departments"])
    given, latin = demo_tenant.both_forms(dice.pick(place["given"]))
    surname = f"{dice.pick(words()['surnames']['beginnings'])}{dice.pick(words()['surnames']['ends'])}"
    address = _address(f"{latin}.{surname}", seed, number)
    if number and dice.chance(1):  # the head of the company has everything
        surname = ""
    return {
        **_named(address, is_guest=is_guest),
        **({"mail": ""} if number and dice.chance(2) else {}),
        "object_id": demo_tenant.stable_id(f"seed{seed}.user{number}"),
        "display_name": f"{given} {surname}".strip(),
        "given_name": given,
        "surname": surname,
        "department": department["name"],
        "job_title": dice.pick(department["titles"]),
        "account_enabled": number == 0 or not dice.chance(4),
        "preferred_language": "" if dice.chance(10) else place["language"],
        "company_name": "Partner" if is_guest else "Contoso",
        "city": place["city"],
        "state": place["state"],
        "street_address": place["street"],
        "postal_code": place["postal_code"],
        "country": place["country"],
        "office": f"{place['city']} {1 + dice.below(9)}",
        "telephone_number": f"{place['phone']}{dice.below(1000):03}",
        "employee_id": "" if is_guest else f"S{number}",
    }


def _named(address: str, *, is_guest: bool) -> dict[str, Any]:
    if not is_guest:
        name = f"{address}@{DOMAIN}"
        return {"user_principal_name": name, "mail": name, "mail_nickname": address, "user_type": "Member"}
    return {
        "user_principal_name": f"{address}_partner.{DOMAIN}#EXT#@{DOMAIN}",
        "mail": f"{address}@partner.{DOMAIN}",
        "mail_nickname": f"{address}_partner"[:64],
        "user_type": "Guest",
    }


def _address(name: str, seed: int, number: int) -> str:
    """With seed and number no two are the same, in one tenant or in several that were added to each other."""
    return f"{demo_tenant.as_address(name)}.{seed}-{number}"
