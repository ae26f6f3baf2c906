"""One normal form for each type of value, and how a reader sees it."""

from __future__ import annotations

import re
from collections.abc import Callable

from watcher.model import Key, Value, ValueType
from watcher.urls import host_of, normalise_url
from watcher.values.amounts import read_amount
from watcher.values.dates import read_date
from watcher.values.lists import read_choice, read_list
from watcher.values.written import plain, shown, yes_or_no

_WORDS_OF_BOOL = {"yes": True, "true": True, "y": True, "no": False, "false": False, "n": False}
_DECIMALS = 6


def normalise(key: Key, raw: object) -> Value:
    """Give `raw` as a value of `key` in its normal form; idempotent.

    Bool: True or False. Enum: one of the choices, whatever its case, spaces and hyphens. Int: converted to the unit
    of the key when the text carries another ("2 years" is 730 days; a year 365, a month 30, a business day 24 hours).
    Number: a float of at most six decimals. Date: YYYY-MM-DD. Text: NFC, single spaces. List: a
    sorted tuple in lower case, each item once. Url: absolute, scheme and host in lower case, fragment kept.
    Raises ValueError with a plain message when `raw` does not fit.
    """
    return _NORMALISERS[key.type](key, raw)


def render(key: Key, value: Value) -> str:
    """Give `value` as a person reads it: "yes", "30 days", "99.9%", "eu, us"; a normal form reads back as itself."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, int | float):
        return _counted(key, value)
    return value


def _counted(key: Key, value: float) -> str:
    figure = f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    if key.unit == "percent":
        return f"{figure}%"
    if not key.unit:
        return figure
    return f"{figure} {key.unit.removesuffix('s') if value == 1 else key.unit}"


def _bool(key: Key, raw: object) -> Value:
    if isinstance(raw, bool):
        return raw
    word = plain(key, raw).lower()
    if word not in _WORDS_OF_BOOL:
        raise ValueError(f"{key.name} is yes or no, not {shown(raw)}")
    return _WORDS_OF_BOOL[word]


def _enum(key: Key, raw: object) -> Value:
    text = yes_or_no(raw) if isinstance(raw, bool) else plain(key, raw)
    return read_choice(key, text)


def _int(key: Key, raw: object) -> Value:
    number = read_amount(key, raw)
    if number != int(number):
        raise ValueError(f"{key.name} is a whole number, not {shown(raw)}")
    return int(number)


def _number(key: Key, raw: object) -> Value:
    return round(float(read_amount(key, raw)), _DECIMALS)


def _text(key: Key, raw: object) -> Value:
    return plain(key, raw)


def _url(key: Key, raw: object) -> Value:
    text = plain(key, raw).strip("<>\"' ").rstrip(".,;")
    if not re.match(r"[a-z][a-z0-9+.-]*:", text, re.IGNORECASE):
        text = f"https://{text}"
    try:
        address = "" if " " in text else normalise_url(text, keep_fragment=True)
    except ValueError:
        address = ""
    if not re.search("[.:]", host_of(address)):
        raise ValueError(
            f"{key.name} is an address such as https://example.org/page, not {shown(raw)}"
        )
    return address


_NORMALISERS: dict[ValueType, Callable[[Key, object], Value]] = {
    ValueType.BOOL: _bool,
    ValueType.ENUM: _enum,
    ValueType.INT: _int,
    ValueType.NUMBER: _number,
    ValueType.DATE: read_date,
    ValueType.TEXT: _text,
    ValueType.LIST: read_list,
    ValueType.URL: _url,
}
