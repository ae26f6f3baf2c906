"""Many alternatives in one regular expression, tried by their first letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

_QUANTIFIERS = ("*", "+", "?", "{")


def one_of(options: Iterable[str]) -> str:
    """Give an expression that matches what the first of `options` (expressions themselves) to match would.

    `re` tries alternatives one by one at every character. Those that begin with the same letter are put together
    behind it, again and again, so that each letter decides between a handful. Alternatives that begin with different
    letters never match at the same place; the order among those of one letter stays.
    """
    runs = groupby(dict.fromkeys(options), _begins_with_letter)
    told = [one for lettered, run in runs for one in (_by_letter(list(run)) if lettered else run)]
    return f"(?:{'|'.join(told)})"


def _begins_with_letter(option: str) -> bool:
    return option[:1].isalnum() and not option.startswith(_QUANTIFIERS, 1)


def _by_letter(options: Sequence[str]) -> list[str]:
    rests: dict[str, list[str]] = {}
    for option in options:
        rests.setdefault(option[0], []).append(option[1:])
    return [letter + (one_of(rest) if len(rest) > 1 else rest[0]) for letter, rest in rests.items()]
