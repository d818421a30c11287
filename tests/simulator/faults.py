"""What a target does to requests: refuses, is slow, loses answers, is down; by the seed, until it is told to stop."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from provisioning.connectors.memory import Service
from provisioning.errors import (
    CredentialsRejected,
    ProvisioningError,
    RequestTimeout,
    ServerError,
    TooManyRequests,
    UnexpectedAnswer,
    Unreachable,
)
from provisioning.texts import say

WRITES = frozenset({"bulk", "create", "update", "disable", "enable", "delete", "add_members", "remove_members"})


@dataclass(slots=True)
class Faults:
    """`rate` of all requests fail before they have an effect, `lost` of the writes after it. `down_until`: all do."""

    random: Random
    rate: float = 0.0
    lost: float = 0.0
    slow: float = 0.0
    down_until: float = 0.0
    refused_until: float = 0.0

    def stop(self) -> None:
        self.rate = self.lost = self.slow = self.down_until = self.refused_until = 0.0

    def before(self, now: float) -> ProvisioningError | None:
        """The error of a request that has no effect."""
        if now < self.refused_until:
            return CredentialsRejected(say("The password was changed."))
        if now < self.down_until:
            return self.random.choice((ServerError, Unreachable, UnexpectedAnswer))(say("Down."))
        return self._single() if self.random.random() < self.rate else None

    def inside(self, service: Service, operations: Iterable[str]) -> None:
        """Some of the operations in a request that is about to be done fail for themselves."""
        for each in operations:
            if self.random.random() < self.rate:
                service.fail(each, self._single())

    def after(self) -> ProvisioningError | None:
        """The error of a request that was done and whose answer was lost."""
        if self.random.random() < self.lost:
            return self.random.choice((RequestTimeout, Unreachable, ServerError))(say("Lost."))
        return None

    def latency(self) -> float:
        return self.random.uniform(1, 29) if self.random.random() < self.slow else self.random.uniform(0.01, 0.2)

    def _single(self) -> ProvisioningError:
        kind = self.random.choice(("429", "429", "500", "503", "reset", "timeout", "html", "401"))
        if kind == "429":
            return self._named(TooManyRequests(say("Slower.")), (None, 2.0, 30.0, 300.0, 1200.0))
        if kind == "503":
            return self._named(ServerError(say("Busy.")), (None, 20.0))
        errors = {
            "500": ServerError,
            "reset": Unreachable,
            "timeout": RequestTimeout,
            "html": UnexpectedAnswer,
            "401": CredentialsRejected,
        }
        return errors[kind](say(kind))

    def _named(self, error: TooManyRequests | ServerError, waits: tuple[float | None, ...]) -> ProvisioningError:
        error.retry_after = self.random.choice(waits)
        return error
