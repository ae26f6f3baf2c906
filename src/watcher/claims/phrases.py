"""Phrases at work: where they match in a sentence, in time that grows with its length alone.

A phrase is cut at its gaps into segments. Each segment is one regular expression without repetition; the
occurrences of the segments are chained from left to right. So the work for a sentence grows with its length times
the number of segments, whatever a stranger writes in a rule or a page: there is nothing to backtrack into.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

MAX_MATCHES = 40

_LONGEST_WORD = 24
"""Characters that a word of a gap has at most, on average: what keeps the count of words short."""

Requirement = frozenset[str]
"""Words of which a sentence must hold at least one; a trailing `*` means any ending."""

Span = tuple[int, int]


class Match(NamedTuple):
    """Where a phrase matched: its first and last character, and those of each capture."""

    start: int
    end: int
    captures: Mapping[str, Span]


@dataclass(frozen=True)
class Segment:
    """A part of a phrase without gaps at its top level, at most `gap` words after the one before it."""

    pattern: str
    gap: int

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The regular expression, compiled at first use: most rules never meet a candidate."""
        return compiled(self.pattern)

    @cached_property
    def is_anchored(self) -> bool:
        """Whether it stands at the beginning of the sentence, or nowhere."""
        return self.pattern.startswith(r"\A")

    def occurrences(self, folded: str, begin: int, end: int) -> list[Match]:
        """Give every place between `begin` and `end` where the segment stands."""
        expression, found = self.expression, []
        captures = expression.groups > 0
        if self.is_anchored:  # `re` would look for the beginning at every place
            first = expression.match(folded, begin, end)
            return [Match(*first.span(), _spans(first))] if first else []
        for one in expression.finditer(folded, begin, end):
            start, stop = one.span()
            # Asked here, not in the pattern: `re` then scans for first letters.
            if start == 0 or (before := folded[start - 1]) == " " or not _is_of_word(before):
                found.append(Match(start, stop, _spans(one) if captures else _NOTHING))
        return found


@dataclass(frozen=True)
class Phrase:
    """One phrase, checked. `needs` are conditions that every sentence it matches fulfils."""

    text: str
    segments: tuple[Segment, ...]
    needs: tuple[Requirement, ...]

    @cached_property
    def captures(self) -> frozenset[str]:
        """Names of what the phrase captures."""
        return frozenset(
            name for one in self.segments for name in re.findall(r"\(\?P<(\w+)>", one.pattern)
        )

    def search(self, folded: str, begin: int = 0, end: int | None = None) -> Match | None:
        """Give the first match in `folded` between `begin` and `end`, or None."""
        matches = self.matches(folded, begin, end)
        return matches[0] if matches else None

    def matches(
        self, folded: str, begin: int = 0, end: int | None = None, seen: Seen | None = None
    ) -> list[Match]:
        """Give a match for each place where the last segment ends a chain, each joined to its nearest beginning.

        `seen` holds what segments were already found in all of `folded`, by any phrase, and is added to.
        """
        end = len(folded) if end is None else end
        chains: list[Match] | None = None
        for segment in self.segments:
            found = seen.get(segment.pattern) if seen is not None else None
            if found is None:
                found = segment.occurrences(folded, begin, end)
                if seen is not None:
                    seen[segment.pattern] = found
            chains = found if chains is None else _chained(chains, found, segment.gap, folded)
            if not chains:
                return []
        return (chains or [])[:MAX_MATCHES]


Seen = dict[str, list[Match]]
"""Pattern of a segment → its places in one sentence."""


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Give `pattern` compiled, once for all that share it: `re` itself remembers 512, fewer than a pack has."""
    return re.compile(pattern)


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _spans(found: re.Match[str]) -> dict[str, Span]:
    return {
        name: found.span(name) for name, words in found.groupdict().items() if words is not None
    }


_NOTHING: Mapping[str, Span] = {}


def _chained(chains: list[Match], found: list[Match], gap: int, folded: str) -> list[Match]:
    """Join each occurrence to the nearest chain that ends at most `gap` words before it."""
    joined = []
    ends = [chain.end for chain in chains]
    for one in found:
        nearest = bisect_left(ends, one.start + 1) - 1
        if nearest < 0:
            continue
        chain = chains[nearest]
        distance = one.start - chain.end
        if (
            0 < distance <= (gap + 1) * _LONGEST_WORD
            and folded.count(" ", chain.end, one.start) <= gap + 1
        ):
            captures = (
                {**chain.captures, **one.captures} if chain.captures or one.captures else _NOTHING
            )
            joined.append(Match(chain.start, one.end, captures))
    return joined
