"""Moments as Graph writes and reads them: ISO 8601 in UTC with a Z."""

from datetime import UTC, datetime


def as_text(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def read(text: str) -> datetime:
    """A date or a date with time; without a zone it is UTC. Raises ValueError."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error
