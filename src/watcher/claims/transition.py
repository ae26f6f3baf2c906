"""Two documents of one source side by side: what stands in both, and what differs with the sentences around it.

A sentence that stands in both with the same context and the same neighbours is read the same in both; so what rules
read can only differ in, and a few sentences beside, what differs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz.distance import LCSseq

from watcher.claims.finer import BESIDE
from watcher.claims.matching import Reading
from watcher.claims.passages import NEIGHBOURS, OPENING, Outline, Passage, outline_of
from watcher.claims.phrases import Phrase
from watcher.claims.rules import Group, Pack, Reach, Rule
from watcher.model import Document

_FURTHEST = BESIDE + NEIGHBOURS
"""Sentences from one that differs to the last whose reading it can bear on: through the finer cell of a neighbour."""

_WORTHWHILE = 0.5
"""Of the blocks, the part that may differ at most: where more does, to read all of both once is less work."""


@dataclass(frozen=True)
class Side:
    """One of the two documents: the sentences at and around what differs, and those that it can bear on."""

    reading: Reading
    touched: int

    def says(self, rule: Rule) -> bool:
        """Whether `rule`, which does not ask for words anywhere, finds something in what differs here."""
        return any(True for _ in self.reading.findings(rule, self.touched))

    def mentions(self, rule: Rule) -> bool:
        """Whether words that `rule` looks for, in a sentence or anywhere, stand in what differs here."""
        anywhere = (group.phrases for group in rule.groups if Reach.DOCUMENT in group.reach)
        return any(self._mentions(phrases) for phrases in (rule.find, *anywhere))

    def touches(self, passage: Passage) -> bool:
        """Whether what differs can bear on a sentence, wherever else it may be numbered."""
        near = self.reading.passages.numbers(self.touched)
        return any(one.start == passage.start for one in near)

    def entitles(self, group: Group) -> bool:
        """Whether the name of the document holds what `group` looks for."""
        return any(phrase.search(self.reading.passages.title) for phrase in group.phrases)

    def _mentions(self, phrases: Sequence[Phrase]) -> bool:
        return bool(self.reading.mentions(phrases) & self.touched)


@dataclass(frozen=True)
class Transition:
    """The step from one document to the next.

    `runs` are what stands in both with the same context: its first place in either outline, and how many blocks.
    With `whole`, all sentences of the second document are at hand beside what differs.
    """

    before: Outline
    after: Outline
    pack: Pack
    runs: Sequence[tuple[int, int, int]]
    whole: bool = False

    @property
    def is_rewrite(self) -> bool:
        """Whether so much differs that it is less work to read all of it."""
        stands = sum(length for *_, length in self.runs)
        return stands < _WORTHWHILE * max(len(self.before.settings), len(self.after.settings))

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        """What differs, before and after."""
        ends = len(self.before.settings), len(self.after.settings)
        begun = [run for run in self.runs if run[:2] != (0, 0)]
        ended = [run for run in self.runs if (run[0] + run[2], run[1] + run[2]) != ends]
        old, new = (
            self._side(
                side,
                {run[side] for run in begun} | {run[side] + run[2] - 1 for run in ended},
                whole=self.whole and side == 1,
            )
            for side in range(2)
        )
        return old, new

    def _side(self, number: int, seams: Set[int], *, whole: bool) -> Side:
        """Give one side. `seams` are blocks of it that stand, beside which something else stands, or nothing more."""
        outline = (self.before, self.after)[number]
        everything = range(len(outline.settings))
        standing = {at for run in self.runs for at in range(run[number], run[number] + run[2])}
        at_hand = {place for place in everything if place not in standing} | seams
        near = everything if whole else outline.near(at_hand, 2 * _FURTHEST)
        passages = outline.passages(near)
        starts = [outline.document.starts[each.number] for each in outline.settings]
        places = ((bisect_right(starts, one.start) - 1, one.number) for one in passages.all)
        touched = _spread(sum(1 << at for place, at in places if place in at_hand), _FURTHEST)
        if touched & _OPENING:  # what comes or goes there moves others in or out
            touched |= _OPENING
        return Side(Reading(passages, self.pack), touched & (1 << len(passages.all)) - 1)

    @cached_property
    def moved(self) -> dict[int, int]:
        """The number that each block which stands has among the blocks of either document."""
        old, new = self.before.settings, self.after.settings
        return {
            old[one + at].number: new[other + at].number
            for one, other, length in self.runs
            for at in range(length)
        }


_OPENING = (1 << OPENING) - 1


def _spread(passages: int, furthest: int) -> int:
    """Give a bit set of passages with those that are so near to one of them."""
    for _ in range(furthest):
        passages |= passages << 1 | passages >> 1
    return passages


def _runs(before: Outline, after: Outline) -> list[tuple[int, int, int]]:
    old, new = (
        [(each.block, each.introduces, each.part) for each in outline.settings]
        for outline in (before, after)
    )
    return [
        (one.src_start, one.dest_start, one.src_end - one.src_start)
        for one in LCSseq.opcodes(old, new)
        if one.tag == "equal"
    ]


class _Last:
    """The last transition: a change is read for its claims, then for what else it is about."""

    def __init__(self) -> None:
        self._transition: Transition | None = None

    def between(
        self, before: Document, after: Document, pack: Pack, quotes: Iterable[int] = ()
    ) -> Transition:
        """Give the transition from one document to another, in the hands of a pack.

        `quotes` are places in the first; where the block of one is gone, all of the second will have to be read.
        """
        last = self._transition
        if (
            last is not None
            and last.before.document is before
            and last.after.document is after
            and last.pack is pack
        ):
            return last
        new = outline_of(after)
        old = outline_of(before, new)
        step = Transition(old, new, pack, _runs(old, new))
        if any(bisect_right(before.starts, place) - 1 not in step.moved for place in quotes):
            step = replace(step, whole=True)
        self._transition = step
        return step


transition_between = _Last().between
