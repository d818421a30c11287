"""Faults to come: which one a call meets, if any. Kept in memory, one process. What each does is in strikes.py."""

import hashlib
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.http import HttpRequest


@dataclass
class Fault:
    """One fault to come: `call` is a call's name, a family (`users.*`) or `*`.

    `times` is how often it still happens (0: until removed), `after` how many calls go right before. `contains` limits
    it to requests whose address or body holds that text. `latency_ms` is waited before anything else, whatever the
    kind. The others are for some kinds only: `status`, `body`, `retry_after` as it is sent and `retry_in` (seconds,
    sent as a date) for answers with a status, `seconds` for those that hang or lag behind, `keep` for short lists.
    """

    call: str
    kind: str
    times: int = 1
    after: int = 0
    status: int = 500
    retry_after: str = ""
    retry_in: int = 0
    body: str = "json"
    latency_ms: int = 0
    seconds: int = 60
    keep: int = 0
    contains: str = ""

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Fault":
        """TypeError for a name that is none of the above or a value of the wrong type."""
        fault = cls(**body)
        for each in fields(cls):
            value = getattr(fault, each.name)
            if type(value) is not each.type:
                raise TypeError(f"{each.name}: not {value!r}")
        return fault

    def fits(self, name: str, request: HttpRequest) -> bool:
        family = self.call.removesuffix("*")
        named = name.startswith(family) if self.call.endswith("*") else name == self.call
        return named and (not self.contains or self.contains in _text(request))


@dataclass
class Plan:
    """A random mix of faults that decides for each request, and the same way again for the same seed.

    What a request meets depends on the seed, on itself and on how often the very same one came before, so that
    neither the order in which threads send nor the number of workers changes it.
    """

    seed: int
    rate: float
    kinds: list[Fault]
    seen: Counter[str] = field(default_factory=Counter)

    def draw(self, name: str, request: HttpRequest) -> Fault | None:
        text = f"{request.method} {_text(request)}"
        self.seen[text] += 1
        dice = hashlib.sha256(f"{self.seed} {name} {text} {self.seen[text]}".encode()).digest()
        if int.from_bytes(dice[:8]) >= self.rate * 2**64:
            return None
        fitting = [kind for kind in self.kinds if kind.fits(name, request)]
        return fitting[int.from_bytes(dice[8:16]) % len(fitting)] if fitting else None


class Faults:
    """The faults that are switched on, oldest first, then the plan; and how often each kind struck."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._list: list[Fault] = []
        self._plan: Plan | None = None
        self._struck: Counter[str] = Counter()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._list.append(fault)

    def plan(self, plan: Plan) -> None:
        """Put this plan in the place of the one before."""
        with self._lock:
            self._plan = plan

    def clear(self) -> None:
        with self._lock:
            self._list.clear()
            self._struck.clear()
            self._plan = None

    def take(self, name: str, request: HttpRequest) -> Fault | None:
        """The fault that this call meets, counted down."""
        if not self._list and not self._plan:
            return None
        with self._lock:
            fault = self._first(name, request)
            if not fault and self._plan:
                fault = self._plan.draw(name, request)
            if fault:
                self._struck[fault.kind] += 1
        return fault

    def _first(self, name: str, request: HttpRequest) -> Fault | None:
        for fault in [fault for fault in self._list if fault.fits(name, request)]:
            if fault.after:
                fault.after -= 1
                continue
            if fault.times:
                fault.times -= 1
                if not fault.times:
                    self._list.remove(fault)
            return fault
        return None

    def listed(self) -> dict[str, Any]:
        """What is switched on, and how often each kind struck since the faults were cleared."""
        with self._lock:
            plan = self._plan and {
                "seed": self._plan.seed,
                "rate": self._plan.rate,
                "kinds": [asdict(kind) for kind in self._plan.kinds],
            }
            return {"faults": [asdict(fault) for fault in self._list], "plan": plan, "struck": dict(self._struck)}


FAULTS = Faults()


def _text(request: HttpRequest) -> str:
    return f"{request.get_full_path()} {request.body.decode(errors='replace')}"
