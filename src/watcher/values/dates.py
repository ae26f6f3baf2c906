"""Dates as English pages and people write them."""

from __future__ import annotations

import re
from datetime import date, datetime

from watcher.model import Key, Value
from watcher.values.written import plain, shown

_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {
    name[:length]: number
    for number, name in enumerate(_MONTH_NAMES, 1)
    for length in (3, len(name))
} | {"sept": 9}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+")
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?:[t ]\d{{1,2}}:\d{{2}}.*)?",
        r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})",
        rf"{_MONTH}[\s-]*{_DAY}(?:,\s*|[\s-]+){_YEAR}",
        rf"{_DAY}(?:\s+day)?(?:\s+of)?[\s-]*{_MONTH}[,\s-]*{_YEAR}",
        rf"{_YEAR}[,\s-]+{_MONTH}[\s-]*{_DAY}",
        rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}",
        rf"{_YEAR}\s*年\s*(?P<month>\d{{1,2}})\s*月\s*(?P<day>\d{{1,2}})\s*日",
    )
)
_SLASHED = re.compile(rf"(?P<first>\d{{1,2}})[/-](?P<second>\d{{1,2}})[/-]{_YEAR}")


def read_date(key: Key, raw: object) -> Value:
    """Give a date as YYYY-MM-DD. Raises ValueError when it is none, has no day, or can be read as two."""
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return raw.isoformat()
    text = _WEEKDAY.sub("", plain(key, raw).lower().strip(" ."))
    found = next((match for form in _DATES if (match := form.fullmatch(text))), None)
    if found:
        month = _MONTHS.get(found["month"]) or int(found["month"])
        return _calendar_date(key, int(found["year"]), month, int(found["day"]), raw)
    if slashed := _SLASHED.fullmatch(text):
        return _slashed_date(key, slashed, raw)
    raise ValueError(f"{key.name} is a date such as 2026-01-31, not {shown(raw)}")


def _slashed_date(key: Key, found: re.Match[str], raw: object) -> str:
    """Read 31/01/2026 and 01/31/2026; which of 01 and 02 is the month in 01/02/2026, nobody can say."""
    first, second, year = int(found["first"]), int(found["second"]), int(found["year"])
    if first <= 12 and second <= 12 and first != second:
        raise ValueError(
            f"{key.name}: {shown(raw)} can be read as two dates; write it as 2026-01-31"
        )
    day, month = (first, second) if first > 12 else (second, first)
    return _calendar_date(key, year, month, day, raw)


def _calendar_date(key: Key, year: int, month: int, day: int, raw: object) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise ValueError(f"{key.name}: there is no day {shown(raw)} in the calendar") from None
