"""When to ask again: pure functions of what came back and of the clock."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

PASSING_STATUSES = frozenset({502, 503, 504})
"""Statuses that say: not now. (429 is asked again only when the server names a time.)"""

_LONGEST = timedelta(days=30)


def pause_before(attempt: int, base: float, key: str) -> float:
    """Give the seconds to wait before retry number `attempt` (from 1): twice as long each time, spread by `key`.

    The spread (up to a quarter either way) is a function of its arguments, so that a run can be repeated.
    """
    return base * 2.0 ** (attempt - 1) * (0.75 + 0.5 * spread(f"{key}#{attempt}"))


def spread(key: str) -> float:
    """Give a number from 0 to below 1 that looks random and is always the same for `key`."""
    return zlib.crc32(key.encode("utf-8", "surrogatepass")) / 2**32


def read_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Give how long a server asks us to wait (RFC 9110, 10.2.3: seconds or a date), at most 30 days.

    None when it says nothing that can be understood; zero for a date that has passed.
    """
    text = (value or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=min(int(text[:12]), 10**9)), _LONGEST)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), _LONGEST)
