"""Times as the ledger writes them: text where people read them, whole microseconds where room counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_text(at: datetime) -> str:
    """Give `at` as `2026-03-01T09:30:00.000000Z`: UTC, always of this length, so that text sorts as time does.

    Raises ValueError for a time without a zone.
    """
    return f"{_utc(at).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def from_text(text: str) -> datetime:
    """Give the aware time that `to_text` wrote."""
    return datetime.fromisoformat(text)


def to_text_or_none(at: datetime | None) -> str | None:
    """Give `at` as text, or None for none."""
    return None if at is None else to_text(at)


def from_text_or_none(text: str | None) -> datetime | None:
    """Give the aware time that `to_text_or_none` wrote."""
    return None if text is None else from_text(text)


def to_microseconds(at: datetime) -> int:
    """Give the microseconds since 1970 began in UTC. Raises ValueError for a time without a zone."""
    return (_utc(at) - _EPOCH) // _MICROSECOND


def from_microseconds(count: int) -> datetime:
    """Give the aware time that `to_microseconds` wrote."""
    return _EPOCH + count * _MICROSECOND


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; the ledger holds aware times only")
    return at.astimezone(UTC)
