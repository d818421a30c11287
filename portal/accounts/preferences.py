"""In which language and time zone somebody reads: what their account says, else what the portal is set to."""

import zoneinfo
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.conf import settings
from django.db.models.functions import Lower
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
    language, time_zone = _reading_of(account)
    if language:
        translation.activate(language)
    if zone := _zone(time_zone):
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
    """Who of these gets the same words: addresses of accounts as these read, all others as the portal is set to.

    Who chose what the portal is set to anyway is one of the others.
    """
    wanted = list(addresses)
    accounts = Account.objects.annotate(spelled=Lower("email")).filter(spelled__in=[each.lower() for each in wanted])
    known = accounts.filter(is_active=True).order_by("-pk")
    reads = {each.email.lower(): _without_defaults(_reading_of(each)) for each in known}
    found: dict[Reading, list[str]] = {}
    for address in wanted:
        found.setdefault(reads.get(address.lower(), Reading()), []).append(address)
    return found


def _reading_of(account: Account) -> Reading:
    """A language that is not offered any more is the portal's own."""
    language = account.language if account.language in dict(settings.LANGUAGES) else ""
    return Reading(language, "UTC" if account.in_utc else account.time_zone)


def _without_defaults(reading: Reading) -> Reading:
    language, time_zone = reading
    return Reading(
        "" if language == settings.LANGUAGE_CODE else language,
        "" if time_zone == settings.TIME_ZONE or not _zone(time_zone) else time_zone,
    )


def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    """None, so the portal's own, for no zone and for one that this machine does not know."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
