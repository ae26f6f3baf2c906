"""Regular expressions that a declaration may use: those that cannot take for ever on any text.

A pattern is data that somebody wrote, matched against pages that somebody else wrote. Python's matcher backtracks
and has no deadline, so patterns that can explode are refused when they are declared. The check errs on the safe side.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

LONGEST = 500
"""Characters of a pattern: ten times what a line of a policy needs."""

MANY = 10
"""Rounds from which a repeat may hold no other: below it a pattern is slow at worst, from it on it can explode."""

WIDE = 1000
"""Characters from which a repeat of "anything" counts as unbounded."""

MOST_WIDE = 2
"""Unbounded repeats of "anything" that one pattern may have: time grows with the length of the text to this power."""

_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)


def check_pattern(pattern: str) -> None:
    """Refuse what is no regular expression, too long, or can take exponential time.

    Raises ValueError with a message and a hint.
    """
    if len(pattern) > LONGEST:
        raise ValueError(f"a pattern has at most {LONGEST} characters", "match a shorter piece")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            parsed = _parser.parse(pattern)
            re.compile(pattern)
    except (re.error, FutureWarning, DeprecationWarning) as error:
        raise ValueError(
            f"not a regular expression: {error}", "see the re module of Python"
        ) from None
    except (RecursionError, OverflowError):
        raise ValueError("not a regular expression that can be read", "make it simpler") from None
    if any(_explodes(body) for body in _repeated(parsed)):
        raise ValueError(
            "a repeat inside a repeat can take for ever",
            "limit the outer one to a few times, as in (?:…){0,5}, or name what stands between",
        )
    if _width(parsed) > MOST_WIDE:
        raise ValueError(
            "too many repeats of anything",
            "limit them, as in .{0,200}, or name what stands between",
        )


def _items(parsed: Any) -> Iterator[tuple[Any, Any]]:
    """Give every item of a parsed pattern, at any depth."""
    for item in parsed:
        yield item
        for inner in _inside(item):
            yield from _items(inner)


def _inside(item: tuple[Any, Any]) -> Iterator[Any]:
    """Give the sequences that an item holds."""
    operation, arguments = item
    if operation is sre.BRANCH:
        yield from arguments[1]
    elif isinstance(arguments, tuple):
        for argument in arguments:
            if isinstance(argument, _parser.SubPattern):
                yield argument


def _repeated(parsed: Any) -> Iterator[Any]:
    """Give the body of each repeat that may go round many times."""
    for operation, arguments in _items(parsed):
        if operation in _REPEATS and arguments[1] >= MANY:
            yield arguments[2]


def _explodes(body: Any) -> bool:
    """Tell whether a repeated body may match one text in more than one way: then the ways multiply each round."""
    for operation, arguments in _items(body):
        if operation in _REPEATS and arguments[0] != arguments[1]:
            return True
        if operation is sre.BRANCH and not _branches_differ(arguments[1]):
            return True
    return False


def _branches_differ(branches: list[Any]) -> bool:
    """Tell whether each branch begins with a literal of its own, so that at most one can match."""
    heads = [branch[0] if len(branch) else None for branch in branches]
    literals = [head[1] for head in heads if head and head[0] is sre.LITERAL]
    return len(set(literals)) == len(branches)


def _width(parsed: Any) -> int:
    """Count the repeats of "anything" that one match may go through, each as often as what it stands in."""
    width = 0
    for item in parsed:
        rounds = min(item[1][1], MANY) if item[0] in _REPEATS else 1
        inside = sum(map(_width, _inside(item)))
        width += 1 if _is_wide(item) else rounds * inside
    return width


def _is_wide(item: tuple[Any, Any]) -> bool:
    """Tell whether an item repeats a dot or a negated set without a limit."""
    operation, arguments = item
    if operation not in _REPEATS or arguments[1] < WIDE:
        return False
    return any(
        kind in (sre.ANY, sre.NOT_LITERAL)
        or (kind is sre.IN and given and given[0][0] is sre.NEGATE)
        for kind, given in _items(arguments[2])
    )
