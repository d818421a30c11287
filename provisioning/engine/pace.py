"""How many objects a worker has in hand at once: up one by one while all goes well, halved when the target groans."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from provisioning.errors import ServerError, TooManyRequests
from provisioning.records import Outcome

GROANS = frozenset({TooManyRequests.code, ServerError.code})


@dataclass(slots=True)
class Pace:
    """`most` connections belong to the job; with `share` workers, which come and go, each has its part of them."""

    most: int
    share: int = 1
    _size: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._size = float(self.most)

    @property
    def size(self) -> int:
        return max(1, min(int(self._size), self.most // max(self.share, 1)))

    def heed(self, outcomes: Sequence[Outcome]) -> None:
        """Halve once for a portion with a 429 or 503, else one more."""
        if any(each.code in GROANS for each in outcomes):
            self._size = max(1.0, self._size / 2)
        elif outcomes:
            self._size = min(float(self.most), self._size + 1)
