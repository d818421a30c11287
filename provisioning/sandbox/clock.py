"""The stand-in's time, which tests can move forward to let tokens expire."""

from datetime import UTC, datetime, timedelta


class Clock:
    """The true time and how far the service is ahead of it; a new process tells the true time again."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def advance(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)

    def reset(self) -> None:
        self.ahead = timedelta()


CLOCK = Clock()


def now() -> datetime:
    return datetime.now(UTC) + CLOCK.ahead


def as_milliseconds(moment: datetime) -> int:
    """As the Admin API writes dates: whole milliseconds since 1970."""
    return int(moment.timestamp() * 1000)
