"""Two documents of one source side by side: what stands in both, and what differs with the sentences around it.

A sentence that stands in both with the same context and the same neighbours is read the same in both; so what rules
read can only differ in, and a few sentences beside, what differs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise

from rapidfuzz.distance import LCSseq

from watcher.claims.finer import BESIDE
from watcher.claims.matching import Reading
from watcher.claims.passages import NEIGHBOURS, OPENING, Outline, Passage, outline_of
from watcher.claims.phrases import Phrase
from watcher.claims.rules import Group, Pack, Reach, Rule
from watcher.model import BlockKind, Document

_FURTHEST = BESIDE + NEIGHBOURS
"""Sentences from one that differs to the last whose reading it can bear on: through the finer cell of a neighbour."""

_WORTHWHILE = 0.5
"""Of the blocks, the part that may differ at most: where more does, to read all of both once is less work."""


@dataclass(frozen=True)
class Side:
    """One of the two documents: the sentences at and around what differs, and those that it can bear on."""

    reading: Reading
    touched: int

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The rules, by name, all of whose words stand in what differs."""
        return self.reading.rules_for(self.touched)

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
        return stands < _WORTHWHILE * max(len(self.before.blocks), len(self.after.blocks))

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        """What differs, before and after."""
        return self._side(0, self.before), self._side(1, self.after, whole=self.whole)

    def _side(self, side: int, outline: Outline, *, whole: bool = False) -> Side:
        everything = range(len(outline.blocks))
        standing = {at for run in self.runs for at in range(run[side], run[side] + run[2])}
        begins, ends = self._seams(side)
        differing = {place for place in everything if place not in standing}
        near = outline.near(differing | begins | ends, 2 * _FURTHEST)
        passages = outline.passages(everything if whole else near)
        starts = [outline.document.starts[each.number] for each in outline.blocks]
        places = [bisect_right(starts, one.start) - 1 for one in passages.all]
        differ = beside = 0
        for place, group in groupby(range(len(places)), places.__getitem__):
            numbers = list(group)
            if place in differing:
                alike, alike_to_end = self._alike_within.get((side, place), (0, 0))
                new = numbers[alike : len(numbers) - alike_to_end]
                differ |= sum(1 << number for number in new)
                beside |= sum(1 << number for number in numbers[max(0, alike - 1) : alike + 1])
            if place in begins:
                beside |= 1 << numbers[0]
            if place in ends:
                beside |= 1 << numbers[-1]
        touched = _spread(differ, _FURTHEST) | _spread(beside, _FURTHEST - 1)
        if touched & _OPENING:  # what comes or goes there moves others in or out
            touched |= _OPENING
        return Side(Reading(passages, self.pack), touched & (1 << len(places)) - 1)

    def _seams(self, side: int) -> tuple[Set[int], Set[int]]:
        """The blocks that stand and before which, or after which, something else stands, or nothing more."""
        last = len(self.before.blocks), len(self.after.blocks)
        begun = {run[side] for run in self.runs if run[:2] != (0, 0)}
        ended = [run for run in self.runs if (run[0] + run[2], run[1] + run[2]) != last]
        return begun, {run[side] + run[2] - 1 for run in ended}

    @cached_property
    def _alike_within(self) -> dict[tuple[int, int], tuple[int, int]]:
        """How many sentences are the same at the beginning and at the end of blocks that took each other's place."""
        edges = [(0, 0, 0), *self.runs, (len(self.before.blocks), len(self.after.blocks), 0)]
        alike = dict[tuple[int, int], tuple[int, int]]()
        for one, other in pairwise(edges):
            old, new = one[0] + one[2], one[1] + one[2]
            if (other[0] - old, other[1] - new) == (1, 1):
                alike[0, old] = alike[1, new] = _alike(self.before, old, self.after, new)
        return alike

    @cached_property
    def moved(self) -> dict[int, int]:
        """The number that each block which stands has among the blocks of either document."""
        old, new = self.before.blocks, self.after.blocks
        return {
            old[one + at].number: new[other + at].number
            for one, other, length in self.runs
            for at in range(length)
        }


_OPENING = (1 << OPENING) - 1


def _alike(before: Outline, old: int, after: Outline, new: int) -> tuple[int, int]:
    """Give how many sentences two blocks begin with in common, and how many they end with; none of other blocks."""
    one, other = before.blocks[old], after.blocks[new]
    is_same_place = replace(one.block, text="") == replace(other.block, text="")
    if one.block.kind is BlockKind.HEADING or not is_same_place or one[2:] != other[2:]:
        return 0, 0
    sides = [
        [(each.folded, each.lead, outline.document.text[each.start : each.end]) for each in said]
        for outline, said in ((before, before.said(old)), (after, after.said(new)))
    ]
    least = min(map(len, sides))
    first = next((n for n in range(least) if sides[0][n] != sides[1][n]), least)
    rest = range(1, least - first + 1)
    return first, next((n for n in rest if sides[0][-n] != sides[1][-n]), len(rest) + 1) - 1


def _spread(passages: int, furthest: int) -> int:
    """Give a bit set of passages with those that are so near to one of them."""
    for _ in range(furthest):
        passages |= passages << 1 | passages >> 1
    return passages


def _runs(before: Outline, after: Outline) -> list[tuple[int, int, int]]:
    old, new = (
        [(each.block, each.introduces, each.part) for each in outline.blocks]
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
