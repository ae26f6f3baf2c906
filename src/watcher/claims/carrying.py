"""The claims of a document from those of the one before it: only what differs is read again.

Most changes touch a few sentences of hundreds. A sentence that stands in both documents with the same context and the
same neighbours is read the same in both; so a claim can only differ where one of its key's rules finds something in
what differs, before or after. The claims of all other keys are carried over, each with its quote at its new place.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz.distance import LCSseq

from watcher.claims.engine import claims_in
from watcher.claims.finer import BESIDE
from watcher.claims.matching import Reading
from watcher.claims.passages import NEIGHBOURS, OPENING, Outline, outline_of
from watcher.claims.phrases import Phrase
from watcher.claims.rules import Group, Pack, Reach, Rule
from watcher.model import Claim, Document, Vocabulary

_FURTHEST = BESIDE + NEIGHBOURS
"""Sentences from one that differs to the last whose reading it can bear on: through the finer cell of a neighbour."""

_WORTHWHILE = 0.5
"""Of the blocks, the part that may differ at most: where more does, to read all of both once is less work."""


def carry_claims(
    claims: Iterable[Claim],
    before: Document,
    after: Document,
    vocabulary: Vocabulary,
    pack: Pack,
    *,
    without: Collection[str] = (),
) -> tuple[Claim, ...]:
    """Give the claims of `after`, as `read_claims` does, out of `claims`, which it gave for `before`.

    Both by this vocabulary and pack. Claims of the keys `without` are not carried over but read.
    """
    new = outline_of(after)
    step = _Step(outline_of(before, new), new, pack)
    if step.is_rewrite:
        return step.read(vocabulary)
    held: dict[str, list[Claim]] = {}
    for claim in claims:
        held.setdefault(claim.key, []).append(claim)
    standing = {
        name: placed
        for name in vocabulary
        if name in pack.keys and name not in step.touched and name not in without
        if (placed := step.placed(held.get(name, ()))) is not None
    }
    others = {name: key for name, key in vocabulary.items() if name not in standing}
    for claim in step.read(others):
        standing.setdefault(claim.key, []).append(claim)
    return tuple(claim for name in vocabulary for claim in standing.get(name, ()))


@dataclass(frozen=True)
class _Side:
    """One of the two documents: the sentences at and around what differs, and those that it can bear on."""

    reading: Reading
    touched: int

    def says(self, rule: Rule) -> bool:
        """Whether `rule` may find something in what differs here."""
        if rule.asks_for_all:
            anywhere = (group.phrases for group in rule.groups if Reach.DOCUMENT in group.reach)
            return any(self._mentions(phrases) for phrases in (rule.find, *anywhere))
        return any(True for _ in self.reading.findings(rule, self.touched))

    def mentions(self, rule: Rule) -> bool:
        """Whether the words that `rule` looks for stand in what differs here."""
        return any(self._mentions(each) for each in (rule.find, *(g.phrases for g in rule.groups)))

    def entitles(self, group: Group) -> bool:
        """Whether the name of the document holds what `group` looks for."""
        return any(phrase.search(self.reading.passages.title) for phrase in group.phrases)

    def _mentions(self, phrases: Sequence[Phrase]) -> bool:
        return bool(self.reading.mentions(phrases) & self.touched)


@dataclass(frozen=True)
class _Step:
    """The step from one document to the next."""

    before: Outline
    after: Outline
    pack: Pack

    @cached_property
    def _runs(self) -> list[tuple[int, int, int]]:
        """What stands in both with the same context: its first place in either outline, and how many blocks."""
        old, new = (
            [(each.block, each.introduces, each.part) for each in outline.settings]
            for outline in (self.before, self.after)
        )
        return [
            (one.src_start, one.dest_start, one.src_end - one.src_start)
            for one in LCSseq.opcodes(old, new)
            if one.tag == "equal"
        ]

    @property
    def is_rewrite(self) -> bool:
        """Whether so much differs that it is less work to read all of it."""
        stands = sum(length for *_, length in self._runs)
        return stands < _WORTHWHILE * max(len(self.before.settings), len(self.after.settings))

    @cached_property
    def _sides(self) -> tuple[_Side, _Side]:
        ends = len(self.before.settings), len(self.after.settings)
        begun = [run for run in self._runs if run[:2] != (0, 0)]
        ended = [run for run in self._runs if (run[0] + run[2], run[1] + run[2]) != ends]
        old, new = (
            _side(
                outline,
                [(run[side], run[side] + run[2]) for run in self._runs],
                {run[side] for run in begun} | {run[side] + run[2] - 1 for run in ended},
                self.pack,
            )
            for side, outline in enumerate((self.before, self.after))
        )
        return old, new

    @cached_property
    def touched(self) -> frozenset[str]:
        """The keys whose claims may differ between the two documents."""
        return frozenset((*self._said, *self._with_other_cells, *self._named_otherwise))

    @property
    def _said(self) -> Iterator[str]:
        """The keys of rules that find something in what differs."""
        anywhere = [
            rule for key in self.pack.keys.values() for rule in key.rules if rule.asks_for_all
        ]
        for side in self._sides:
            said = set[str]()
            for rule in (*side.reading.rules_for(side.touched), *anywhere):
                if rule.key not in said and side.says(rule):
                    said.add(rule.key)
            yield from said

    @property
    def _with_other_cells(self) -> Iterator[str]:
        """The keys whose claims may have other finer cells, of those that may be stated anywhere in the document."""
        for attribute in self.pack.attributes:
            if Reach.DOCUMENT in attribute.reach and any(
                side.mentions(attribute.rule) for side in self._sides
            ):
                yield from attribute.keys

    @property
    def _named_otherwise(self) -> Iterator[str]:
        """The keys of rules that look at the name of the document, and see another one now."""
        before, after = self._sides
        if before.reading.passages.title == after.reading.passages.title:
            return
        for rule in (rule for key in self.pack.keys.values() for rule in key.rules):
            named = (group for group in rule.groups if Reach.TITLE in group.reach)
            if any(before.entitles(group) != after.entitles(group) for group in named):
                yield rule.key

    def placed(self, claims: Iterable[Claim]) -> list[Claim] | None:
        """Give claims of the one document with their quotes where they stand in the other; None if one does not."""
        old, new = self.before.document, self.after.document
        found = list[Claim]()
        for claim in claims:
            start = claim.evidence.start
            number = bisect_right(old.starts, start) - 1
            if number not in self._moved:
                return None
            start += new.starts[self._moved[number]] - old.starts[number]
            if not new.text.startswith(claim.evidence.quote, start):
                return None
            found.append(replace(claim, evidence=replace(claim.evidence, start=start)))
        return found

    @cached_property
    def _moved(self) -> dict[int, int]:
        """The number that each block which stands has among the blocks of either document."""
        old, new = self.before.settings, self.after.settings
        return {
            old[one + at].number: new[other + at].number
            for one, other, length in self._runs
            for at in range(length)
        }

    def read(self, vocabulary: Vocabulary) -> tuple[Claim, ...]:
        """Give the claims of some keys, read from all of the document after."""
        if not vocabulary.keys() & self.pack.keys.keys():
            return ()
        everything = range(len(self.after.settings))
        return claims_in(Reading(self.after.passages(everything), self.pack), vocabulary)


def _side(outline: Outline, runs: Iterable[tuple[int, int]], seams: Set[int], pack: Pack) -> _Side:
    """Give the side of a document in which the blocks of `runs` stand in the other document, too.

    `seams` are those of them beside which something else stands, or nothing more.
    """
    standing = {place for run in runs for place in range(*run)}
    differing = set(range(len(outline.settings))) - standing
    passages = outline.passages(outline.near(differing | seams, _FURTHEST + NEIGHBOURS))
    starts = [outline.document.starts[each.number] for each in outline.settings]
    touched = beside = 0
    for passage in passages.all:
        place = bisect_right(starts, passage.start) - 1
        if place in differing:
            touched |= 1 << passage.number
        elif place in seams:
            beside |= 1 << passage.number
    touched = _spread(touched | beside, _FURTHEST)
    if touched & _OPENING:  # what comes or goes there moves others in or out
        touched |= _OPENING
    return _Side(Reading(passages, pack), touched & (1 << len(passages.all)) - 1)


_OPENING = (1 << OPENING) - 1


def _spread(passages: int, furthest: int) -> int:
    """Give a bit set of passages with those that are so near to one of them."""
    for _ in range(furthest):
        passages |= passages << 1 | passages >> 1
    return passages
