"""Contoso, the demo tenant: fictitious people and groups, the same every time, from the words in demo_tenant.toml."""

import re
import tomllib
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DOMAIN = "contoso.example"
WORDS = Path(__file__).with_suffix(".toml")
NO_ACCENT = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "đ": "d"})
"""Letters that are letters of their own, and so keep their mark when accents are taken off."""

TEAM = 8
"""About so many people report to one team lead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person as columns of a user. `boss` comes before the people who report to them; level 3 leads nobody."""

    values: Mapping[str, Any]
    level: int = 3
    region: str = ""
    boss: "Person | None" = None
    is_deleted: bool = False


@cache
def words() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def stable_id(name: str) -> uuid.UUID:
    """The same object id for the same name, on every machine."""
    return uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.{DOMAIN}")


def people() -> list[Person]:
    """Everybody, leaders first: the head of the company, of the departments, of the teams, then the others."""
    crowd = _Crowd()
    top = crowd.next("Executive", "Chief Executive Officer", 0, None)
    found = [top]
    for department in words()["departments"]:
        found += _department(crowd, department, top)
    leads = {each.values["department"]: each for each in found if each.level == 2}
    found += [_special(each, leads.get(each.get("department", ""))) for each in words()["people"]]
    return sorted(found, key=lambda person: person.level)


def members(group: Mapping[str, Any], everybody: list[Person]) -> list[Person]:
    """Who fits every line of a group."""
    fitting = [
        each
        for each in everybody
        if not each.is_deleted
        and each.values["user_type"] == group.get("user_type", "Member")
        and each.values.get("department", "") in group.get("departments", [each.values.get("department", "")])
        and each.region == group.get("region", each.region)
        and each.level <= (2 if group.get("leaders") else 3)
    ]
    return fitting[:: group.get("every", 1)]


def as_address(name: str) -> str:
    """A name in the letters of an address: "Björn O'Leary" gives "bjorn.oleary"."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(NO_ACCENT))
    return re.sub(r"[^a-z0-9.-]", "", plain.replace(" ", "."))


def both_forms(name: str) -> tuple[str, str]:
    """A name, and its Latin form."""
    shown, _, latin = name.partition("/")
    return shown, latin or shown


def _department(crowd: "_Crowd", department: Mapping[str, Any], top: Person) -> Iterator[Person]:
    name, titles = department["name"], department["titles"]
    head = crowd.next(name, department["head"], 1, top)
    leads = [crowd.next(name, department["lead"], 2, head) for _ in range(department["size"] // (TEAM + 1) or 1)]
    yield from (head, *leads)
    for number in range(department["size"] - 1 - len(leads)):
        yield crowd.next(name, titles[number % len(titles)], 3, leads[number % len(leads)])


class _Crowd:
    """Gives one new person after the other, spread over the places by their weights."""

    def __init__(self) -> None:
        weighted = [(turn / place["weight"], place) for place in words()["places"] for turn in range(place["weight"])]
        self._places = [place for _, place in sorted(weighted, key=lambda pair: pair[0])]
        self._so_far: defaultdict[str, int] = defaultdict(int)
        self._number = 0

    def next(self, department: str, title: str, level: int, boss: Person | None) -> Person:
        place = self._places[self._number % len(self._places)]
        self._number += 1
        turn = self._so_far[place["country"]]
        self._so_far[place["country"]] += 1
        # Each given name meets each of the twelve surnames once before a pair comes again.
        given, latin_given = both_forms(place["given"][turn % 12])
        surname, latin_surname = both_forms(place["surnames"][(5 * turn + turn // 12) % 12])
        values = _values(as_address(f"{latin_given}.{latin_surname.replace(' ', '')}"), place, self._number)
        values |= {
            "display_name": f"{given} {surname}",
            "given_name": given,
            "surname": surname,
            "department": department,
            "job_title": title,
            "account_enabled": level < 3 or self._number % 25 != 0,
        }
        return Person(values=values, level=level, region=place["region"], boss=boss)


def _values(name: str, place: Mapping[str, Any], number: int) -> dict[str, Any]:
    """What follows from somebody's place and number, as columns of a user."""
    return {
        **_named(f"{name}@{DOMAIN}"),
        "user_type": "Member",
        "preferred_language": place["language"],
        "company_name": "Contoso",
        "office": f"{place['city']} {1 + number % 5}/{number:03}",
        "street_address": place["street"],
        "city": place["city"],
        "state": place["state"],
        "postal_code": place["postal_code"],
        "country": place["country"],
        "telephone_number": f"{place['phone']}{number:03}",
        "mobile": f"{place['phone']}{500 + number}" if number % 3 == 0 else "",
        "employee_id": f"C{1000 + number}",
    }


def _special(entry: Mapping[str, Any], lead: Person | None) -> Person:
    columns = {name: value for name, value in entry.items() if name != "deleted"}
    values = {"user_type": "Member", "company_name": "Contoso", **_named(entry["user_principal_name"]), **columns}
    regions = {place["country"]: place["region"] for place in words()["places"]}
    region = regions.get(values["country"], "")
    return Person(values=values, region=region, boss=lead, is_deleted=entry.get("deleted", False))


def _named(address: str) -> dict[str, Any]:
    return {
        "object_id": stable_id(f"user.{address}"),
        "user_principal_name": address,
        "mail": address,
        "mail_nickname": address.rpartition("@")[0],
    }
