"""How much of a lease is left; no request starts that might outlive it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from provisioning.errors import OutOfTime


@dataclass(slots=True)
class Budget:
    """All times in seconds, in fixed parts of the lease: a request at most a third, the margin an eighteenth."""

    lease: float
    monotonic: Callable[[], float]
    _until: float = field(default=0.0, init=False)

    @property
    def timeout(self) -> float:
        return self.lease / 3

    @property
    def margin(self) -> float:
        return self.lease / 18

    def renew(self, since: float) -> None:
        """The lease was taken or renewed by a statement that was sent at `since`, so it holds at least from there."""
        self._until = since + self.lease

    @property
    def left(self) -> float:
        """Seconds until no request may start any more."""
        return max(0.0, self._until - self.monotonic() - self.timeout - self.margin)

    def check(self) -> None:
        """Raise OutOfTime when a request that took its whole timeout would end after the lease."""
        if self._until - self.monotonic() < self.timeout + self.margin:
            raise OutOfTime
