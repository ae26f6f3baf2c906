"""What a person or a page wrote for a value, as plain text."""

from __future__ import annotations

import unicodedata

from watcher.model import Key


def plain(key: Key, raw: object) -> str:
    """Give a scalar as NFC text with single spaces. Raises ValueError when nothing is there."""
    text = " ".join(as_text(raw).split())
    if not text:
        raise ValueError(f"{key.name} has no value")
    return text


def as_text(raw: object) -> str:
    """Give a scalar as text; refuse what is none, rather than show how Python writes it."""
    if isinstance(raw, str):
        return unicodedata.normalize("NFC", raw)
    if isinstance(raw, bool):
        return yes_or_no(raw)
    if isinstance(raw, int | float):
        return str(raw)
    raise ValueError(f"a {type(raw).__name__} is not a value")


def yes_or_no(raw: bool) -> str:
    """Give a truth as people write it."""
    return "yes" if raw else "no"


def of_unit(key: Key) -> str:
    """Give what a number of `key` counts, for a message: " of days", or nothing."""
    return f" of {key.unit}" if key.unit else ""


def shown(raw: object) -> str:
    """Give `raw` in quotes for a message, cut after 60 characters."""
    text = str(raw)
    return f"{text[:60]!r}…" if len(text) > 60 else repr(text)
