"""Numbers with their units, as people write them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from watcher.model import Key
from watcher.values.written import of_unit, plain, shown

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBER_WORDS = {
    **{word: number for number, word in enumerate(_ONES)},
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
    **{
        f"{ten}-{one}": 10 * tens + ones
        for tens, ten in enumerate(_TENS, 2)
        for ones, one in enumerate(_ONES[1:10], 1)
    },
    "a": 1,
    "an": 1,
}

_HOURS = {"hour": 1, "day": 24, "business day": 24, "working day": 24, "week": 168}
_DAYS = {"day": 1, "week": 7, "fortnight": 14, "year": 365}
_MONTHS_TO_DAYS = 30
_LONGEST_NUMBER = 15
"""Digits: more than a claim ever has, fewer than would lose precision as a float."""

_LONGEST_AMOUNT = 80

_AMOUNT = re.compile(
    r"(?P<figure>.*?)[\s-]*"
    r"(?P<unit>(?:(?:(?:calendar|consecutive|business|working) )?"
    r"(?:hour|hr|day|week|fortnight|month|year|yr)s?|percent|per cent|%))?"
    r"(?: old| of age)?"
)
_FIGURE_IN_BRACKETS = re.compile(r"[a-z -]*\((\d+)\)")
_FOLDED_UNITS = {"hr": "hour", "yr": "year", "percent": "%", "per cent": "%"}


def read_amount(key: Key, raw: object) -> float:
    """Give the number that `raw` is or spells, in the unit of `key`."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        number: float = raw
        unit = None
    else:
        number, unit = _read_amount(key, raw)
    if not math.isfinite(number) or number < 0 or number >= 10**_LONGEST_NUMBER:
        raise ValueError(f"{key.name} is a number from 0 up, not {shown(raw)}")
    return _converted(key, number, unit, raw) if unit else number


def _read_amount(key: Key, raw: object) -> tuple[float, str | None]:
    """Give the number that a text spells, and the unit it names, if any."""
    text = plain(key, raw).lower()
    found = _AMOUNT.fullmatch(text) if len(text) <= _LONGEST_AMOUNT else None
    number = _read_figure(found["figure"]) if found else None
    if found is None or number is None:
        raise ValueError(f"{key.name} is a number{of_unit(key)}, not {shown(raw)}")
    return number, found["unit"]


def _read_figure(figure: str) -> float | None:
    if doubled := _FIGURE_IN_BRACKETS.fullmatch(figure):
        figure = doubled[1]
    if (word := figure.replace(" ", "-")) in _NUMBER_WORDS:
        return _NUMBER_WORDS[word]
    digits = re.sub(r"(?<=\d)[,' ](?=\d{3}(?!\d))", "", figure)
    if not re.fullmatch(r"[+-]?\d+(?:\.\d+)?", digits) or len(digits) > 2 * _LONGEST_NUMBER:
        return None
    return float(digits) if "." in digits else int(digits)


def _converted(key: Key, number: float, unit: str, raw: object) -> float:
    unit = re.sub(r"^(?:calendar|consecutive) ", "", unit)
    unit = unit.removesuffix("s") if len(unit) > 1 else unit
    unit = _FOLDED_UNITS.get(unit, unit)
    converted = _CONVERSIONS.get(key.unit or "", _unconverted)(number, unit)
    if converted is None:
        raise ValueError(f"{key.name} is a number{of_unit(key)}, not {shown(raw)}")
    return converted


def _to_days(number: float, unit: str) -> float | None:
    if unit == "month":
        years, months = divmod(number, 12)
        return years * 365 + months * _MONTHS_TO_DAYS
    if unit == "hour":
        return number / 24
    if unit in ("business day", "working day"):
        return number
    return number * _DAYS[unit] if unit in _DAYS else None


def _to_hours(number: float, unit: str) -> float | None:
    return number * _HOURS[unit] if unit in _HOURS else None


def _to_years(number: float, unit: str) -> float | None:
    if unit == "month":
        return number / 12
    return number if unit == "year" else None


def _to_percent(number: float, unit: str) -> float | None:
    return number if unit == "%" else None


def _unconverted(number: float, unit: str) -> float | None:
    return None


_CONVERSIONS: dict[str, Callable[[float, str], float | None]] = {
    "days": _to_days,
    "hours": _to_hours,
    "years": _to_years,
    "percent": _to_percent,
}
