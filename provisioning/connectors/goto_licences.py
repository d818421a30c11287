"""GoTo's licences: from the role that a person has in the directory to the key of a licence that gives its product."""

import threading
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

from provisioning.errors import LicenseLimitExceeded
from provisioning.texts import gettext_noop, say

PRODUCTS: Mapping[str, str] = MappingProxyType(
    {"GoToMeeting": "G2M", "GoToWebinar": "G2W", "GoToTraining": "G2T", "OpenVoice": "OPENVOICE"}
)
"""App role value to GoTo's product code."""

MANAGED = frozenset({*PRODUCTS.values(), "G2MFREE"})
"""Products that roles decide on. Other licences of an account (a telephone, say) are none of ours and stay."""

NO_LICENCE = gettext_noop("The GoTo account has no licence for %(role)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """One licence of the GoTo account; some give several products. `seats` is None when it has no limit."""

    key: str
    products: frozenset[str]
    name: str = ""
    seats: int | None = None
    used: int = 0
    enabled: bool = True

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Keys come as numbers or as texts, depending on where one asks."""
        return cls(
            key=str(data["key"]),
            products=frozenset(map(str, data.get("products") or ())),
            name=str(data.get("description") or ""),
            seats=data.get("seats"),
            used=int(data.get("userCount") or 0),
            enabled=data.get("enabled", True) is not False,
        )


class Shelf:
    """The licences of one GoTo account, as read once, and how many seats we took since."""

    def __init__(self, licences: Sequence[Licence]) -> None:
        self.licences = tuple(licences)
        self._taken = dict.fromkeys((each.key for each in licences), 0)
        self._lock = threading.Lock()

    def keys_for(self, roles: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
        """Licence keys, sorted, for these roles of somebody who has the `known` ones now.

        A role is the name of a product, its code, or the key of a licence. Raises LicenseLimitExceeded when nothing
        gives a product; a licence without free seats is given when there is no other, and GoTo then says no.
        """
        roles, known = tuple(roles), frozenset(known)
        chosen = [each for each in self.licences if each.key in known and not each.products & MANAGED]
        due = {PRODUCTS.get(role, role) for role in roles}.union(*(x.products for x in self.licences if x.key in roles))
        # GoToMeeting last: a licence for webinars or trainings often brings it along.
        for role in sorted(roles, key=lambda role: PRODUCTS.get(role, role) == "G2M"):
            if not any(_gives(each, role) for each in chosen):
                chosen.append(self._choose(role, known, due))
        return tuple(sorted(each.key for each in chosen))

    def take(self, keys: Iterable[str]) -> None:
        """Count seats that GoTo gave, so that the next person gets a licence that is still free."""
        with self._lock:
            for key in keys:
                self._taken[key] = self._taken.get(key, 0) + 1

    def free(self, licence: Licence) -> int | None:
        """Seats left; None when there is no limit."""
        return None if licence.seats is None else max(licence.seats - licence.used - self._taken[licence.key], 0)

    def _choose(self, role: str, known: Set[str], due: Set[str]) -> Licence:
        """The one that gives least beyond what is due; of those the one already held, else one with a free seat."""
        candidates = [each for each in self.licences if _gives(each, role) and (each.enabled or each.key in known)]
        if not candidates:
            raise LicenseLimitExceeded(say(NO_LICENCE, role=role))
        return min(
            candidates,
            key=lambda each: (len((each.products & MANAGED) - due), each.key not in known, self.free(each) == 0),
        )


def _gives(licence: Licence, role: str) -> bool:
    return licence.key == role or PRODUCTS.get(role, role) in licence.products
