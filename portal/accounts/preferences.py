"""In which language and time zone somebody reads: what their account says, else what the portal is set to."""

import zoneinfo
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone, translation

from portal.accounts.models import Account

CONTINENTS = frozenset(
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"]
)


class Reading(NamedTuple):
    """A language and a time zone; an empty one is the portal's own."""

    language: str = ""
    time_zone: str = ""


def time_zones() -> list[str]:
    """What can be chosen: UTC and cities, without the other names that some of them have."""
    found = zoneinfo.available_timezones()
    return ["UTC", *sorted(name for name in found if name.partition("/")[0] in CONTINENTS)]


def activate(account: Account) -> None:
    """For the rest of this request."""
    if account.language:
        translation.activate(account.language)
    if zone := _zone("UTC" if account.in_utc else account.time_zone):
        timezone.activate(zone)


@contextmanager
def reading_as(reading: Reading) -> Iterator[None]:
    """For what is written while no reader is there to ask: a mail."""
    with (
        translation.override(reading.language or settings.LANGUAGE_CODE),
        timezone.override(_zone(reading.time_zone)),
    ):
        yield


def by_reading(addresses: Iterable[str]) -> dict[Reading, list[str]]:
    """Who of these gets the same words: addresses of accounts as these read, all others as the portal is set to."""
    wanted = list(addresses)
    known = Account.objects.filter(email__in=_spellings(wanted), is_active=True).order_by("-pk")
    reads = {each.email.lower(): Reading(each.language, each.time_zone) for each in known}
    found: dict[Reading, list[str]] = {}
    for address in wanted:
        found.setdefault(reads.get(address.lower(), Reading()), []).append(address)
    return found


def _spellings(addresses: Iterable[str]) -> set[str]:
    """The address as given and in small letters: what a comparison by index finds."""
    return {spelled for address in addresses for spelled in (address, address.lower())}


def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    """None, so the portal's own, for no zone and for one that this machine does not know."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
