"""Two documents compared block by block: what was added, removed, reworded, moved.

Equal stretches are found on fingerprints (rapidfuzz, Indel opcodes); only what lies between them is looked at more
closely: blocks that were merely split or joined, blocks that were reworded, blocks that moved.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from rapidfuzz.distance import Indel

from watcher.changes.words import squashed, word_edits
from watcher.model import Block, BlockChange, BlockKind, Difference, Document
from watcher.text import canonical

ALIKE = 0.5
"""From this share of common words on, two blocks of one gap count as one block reworded."""

ALIKE_ALONE = 0.3
"""The same for a gap with a single block on either side: its place says that it is the same block."""

LINE = 80
"""A line of no more characters than this, alone in its gap with one of its kind, was exchanged for that one."""

ALIKE_ELSEWHERE = 0.8
"""The same for blocks of different gaps, where only the words speak for it."""

_ALONE = (BlockKind.HEADING, BlockKind.PARAGRAPH)
"""What stands for itself; an item or a row that is not there any more is gone, whatever came in its place."""

_TELLING = 8
"""So many words are enough to know a block by them wherever it stands."""

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")

_START = 12
"""So many letters at its start tell a block from most others."""

_COMMON = 12
"""A word that more blocks of a gap share than this says nothing about which belong together."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One difference with its places: positions among the compared blocks of both sides, where they exist."""

    change: BlockChange
    old: int | None
    new: int | None
    near: int = 0
    """Where it would stand in the new document."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs between two runs of blocks, in the order of the new one.

    `regrouped` are stretches whose words are the same, split into other blocks; `relinked` are blocks whose words
    are the same and whose links lead elsewhere.
    """

    pieces: tuple[Piece, ...] = ()
    regrouped: tuple[tuple[tuple[Block, ...], tuple[Block, ...]], ...] = ()
    relinked: tuple[tuple[Block, Block], ...] = ()


def compare_documents(before: Document, after: Document) -> tuple[BlockChange, ...]:
    """Give what differs between the policy texts (the main blocks) of two documents, in reading order."""
    return tuple(piece.change for piece in compare_blocks(before.main, after.main).pieces)


def compare_blocks(before: Sequence[Block], after: Sequence[Block]) -> Comparison:
    """Give all that differs between two runs of blocks."""
    if before is after:  # what waits is asked for again at looks that find the same
        return Comparison()
    comparing = _Comparing(before, after)
    comparing.align()
    comparing.find_sure_moves()
    comparing.close_gaps()
    comparing.find_moves()
    comparing.pair_leftovers()
    return comparing.result()


@dataclass
class _Comparing:
    before: Sequence[Block]
    after: Sequence[Block]
    gaps: list[tuple[list[int], list[int], int]] = field(default_factory=list)
    removed: dict[int, int] = field(default_factory=dict)
    added: dict[int, int] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    regrouped: list[tuple[tuple[Block, ...], tuple[Block, ...]]] = field(default_factory=list)
    relinked: list[tuple[Block, Block]] = field(default_factory=list)
    words: dict[bytes, list[str]] = field(default_factory=dict)

    def align(self) -> None:
        """Find what stands on both sides in the same order, and the gaps between."""
        old = [block.fingerprint for block in self.before]
        new = [block.fingerprint for block in self.after]
        gap_old: list[int] = []
        gap_new: list[int] = []
        for step in Indel.opcodes(old, new):
            if step.tag != "equal":
                gap_old.extend(range(step.src_start, step.src_end))
                gap_new.extend(range(step.dest_start, step.dest_end))
                continue
            self.gaps.append((gap_old, gap_new, step.dest_start))
            gap_old, gap_new = [], []
            for i, j in zip(
                range(step.src_start, step.src_end),
                range(step.dest_start, step.dest_end),
                strict=True,
            ):
                self._compare_links(self.before[i], self.after[j])
        self.gaps.append((gap_old, gap_new, len(new)))

    def find_sure_moves(self) -> None:
        """Take out of the gaps what stands once on either side, word for word: it moved, whatever resembles it."""
        gone = self._standing_once(self.before, (gap[0] for gap in self.gaps))
        came = self._standing_once(self.after, (gap[1] for gap in self.gaps))
        moved = {gone[text]: came[text] for text in gone.keys() & came.keys()}
        if not moved:
            return
        for i, j in sorted(moved.items()):
            self._moved(i, j)
        there = set(moved.values())
        self.gaps = [
            ([i for i in old if i not in moved], [j for j in new if j not in there], near)
            for old, new, near in self.gaps
        ]

    def _standing_once(
        self, blocks: Sequence[Block], gaps: Iterable[list[int]]
    ) -> dict[bytes, int]:
        """Give the place of each text of the gaps that says enough to be known by, and does so once."""
        places: dict[bytes, list[int]] = defaultdict(list)
        for at in chain.from_iterable(gaps):
            places[blocks[at].fingerprint].append(at)
        return {
            text: held[0]
            for text, held in places.items()
            if len(held) == 1 and self._is_known_by_words(blocks[held[0]])
        }

    def _is_known_by_words(self, block: Block) -> bool:
        return block.kind is BlockKind.ROW or len(self._words_of(block)) >= _TELLING

    def close_gaps(self) -> None:
        """Join what stands in one gap and was reworded, split or run together; the rest came or went."""
        for old, new, near in self.gaps:
            self._close_gap(old, new, near)

    def _compare_links(self, old: Block, new: Block) -> None:
        if old.links != new.links and _targets(old) != _targets(new):
            self.relinked.append((old, new))

    def _close_gap(self, old: list[int], new: list[int], near: int) -> None:
        if old and new:
            old, new = self._take_regrouped(old, new)
            enough = self._enough(old, new)
            for i, j in _pairs(
                self._worded(self.before, old), self._worded(self.after, new), enough
            ):
                self._reworded(i, j)
                old.remove(i)
                new.remove(j)
            for i, j in self._counted_on(old, new):
                self._reworded(i, j)
                old.remove(i)
                new.remove(j)
        start = new[0] if new else near
        self.removed.update((i, start) for i in old)
        self.added.update((j, j) for j in new)

    def _counted_on(self, old: list[int], new: list[int]) -> list[tuple[int, int]]:
        """Give the lines of a gap that are the same but for their numbers, one such on either side."""
        shapes: list[dict[str, list[int]]] = []
        for blocks, places in ((self.before, old), (self.after, new)):
            found: dict[str, list[int]] = defaultdict(list)
            for at in places:
                if len(blocks[at].text) <= LINE:
                    found[_DIGITS.sub("#", blocks[at].text.casefold())].append(at)
            shapes.append(found)
        was, now = shapes
        return [
            (was[shape][0], now[shape][0])
            for shape in was
            if "#" in shape and len(was[shape]) == len(now.get(shape, ())) == 1
        ]

    def _enough(self, old: list[int], new: list[int]) -> float:
        """Give how much a block of a gap must share with one of the other side to be the same block, reworded."""
        if not len(old) == len(new) == 1:
            return ALIKE
        one, other = self.before[old[0]], self.after[new[0]]
        is_line = one.kind is other.kind and one.kind in _ALONE
        is_line = is_line and max(len(one.text), len(other.text)) <= LINE
        return 0.0 if is_line else ALIKE_ALONE

    def _take_regrouped(self, old: list[int], new: list[int]) -> tuple[list[int], list[int]]:
        """Take out stretches with the same words in other blocks; give what is left of both sides."""
        left_old, left_new = set(old), set(new)
        for group_old, group_new in _regroupings(
            [(i, squashed(self.before[i].text)) for i in old],
            [(j, squashed(self.after[j].text)) for j in new],
        ):
            self.regrouped.append(
                (
                    tuple(self.before[i] for i in group_old),
                    tuple(self.after[j] for j in group_new),
                )
            )
            left_old.difference_update(group_old)
            left_new.difference_update(group_new)
        return sorted(left_old), sorted(left_new)

    def _reworded(self, i: int, j: int) -> None:
        old, new = self.before[i], self.after[j]
        words = word_edits(canonical(old.text), canonical(new.text))
        change = BlockChange(Difference.CHANGED, old, new, words)
        self.pieces.append(Piece(change, i, j, j))

    def find_moves(self) -> None:
        """Join blocks that vanished in one place and stand, word for word, in another."""
        gone: dict[bytes, list[int]] = defaultdict(list)
        for i in self.removed:
            gone[self.before[i].fingerprint].append(i)
        for j in list(self.added):
            places = gone.get(self.after[j].fingerprint)
            if places:
                i = places.pop(0)
                self._moved(i, j)
                del self.removed[i], self.added[j]

    def _moved(self, i: int, j: int) -> None:
        change = BlockChange(Difference.MOVED, self.before[i], self.after[j])
        self.pieces.append(Piece(change, i, j, j))
        self._compare_links(self.before[i], self.after[j])

    def pair_leftovers(self) -> None:
        """Join blocks that moved and were reworded at once."""
        old = self._long(self._worded(self.before, self.removed))
        new = self._long(self._worded(self.after, self.added))
        for i, j in _pairs(old, new, ALIKE_ELSEWHERE):
            self._reworded(i, j)
            del self.removed[i], self.added[j]

    def _worded(self, blocks: Sequence[Block], places: Iterable[int]) -> list[Worded]:
        return [(place, self._words_of(blocks[place])) for place in places]

    def _words_of(self, block: Block) -> list[str]:
        words = self.words.get(block.fingerprint)
        if words is None:
            words = block.text.casefold().split()
            self.words[block.fingerprint] = words
        return words

    @staticmethod
    def _long(worded: list[Worded]) -> list[Worded]:
        """Give those with enough words to be known by them anywhere."""
        return [(place, words) for place, words in worded if len(words) >= _TELLING]

    def result(self) -> Comparison:
        for i, near in self.removed.items():
            change = BlockChange(Difference.REMOVED, self.before[i], None)
            self.pieces.append(Piece(change, i, None, near))
        for j in self.added:
            change = BlockChange(Difference.ADDED, None, self.after[j])
            self.pieces.append(Piece(change, None, j, j))
        ordered = sorted(self.pieces, key=lambda piece: (piece.near, piece.new is not None))
        return Comparison(tuple(ordered), tuple(self.regrouped), tuple(self.relinked))


def _targets(block: Block) -> tuple[str, ...]:
    return tuple(link.target for link in block.links)


def _regroupings(
    old: list[tuple[int, str]], new: list[tuple[int, str]]
) -> Iterator[tuple[list[int], list[int]]]:
    """Give stretches of both sides whose texts, run together, are equal."""
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for group_new, group_old in _joins(new, old):
        taken_new.update(group_new)
        taken_old.update(group_old)
        yield group_old, group_new
    rest_old = [item for item in old if item[0] not in taken_old]
    rest_new = [item for item in new if item[0] not in taken_new]
    yield from _joins(rest_old, rest_new)


def _joins(
    whole: list[tuple[int, str]], parts: list[tuple[int, str]]
) -> Iterator[tuple[list[int], list[int]]]:
    """Give each of `whole` that is a run of two or more neighbours among `parts`, with those."""
    used: set[int] = set()
    by_start: defaultdict[str, list[int]] = defaultdict(list)
    for at, (_, part) in enumerate(parts):
        by_start[part[:_START]].append(at)
    for place, text in whole:
        # Whatever begins a text is filed under one of the text's own beginnings.
        begins = {text[:length] for length in range(_START + 1)} if text else set()
        for start in sorted(at for begin in begins for at in by_start.get(begin, ())):
            if parts[start][0] in used or not text.startswith(parts[start][1]):
                continue
            run = _run_that_makes(text, parts, start)
            if len(run) > 1 and not used.intersection(run):
                used.update(run)
                yield [place], run
                break


def _run_that_makes(text: str, parts: list[tuple[int, str]], start: int) -> list[int]:
    made, run = "", []
    for place, part in parts[start:]:
        made += part
        run.append(place)
        if len(made) >= len(text) or not text.startswith(made):
            break
    return run if made == text else []


Worded = tuple[int, list[str]]
"""A block's position and its words, folded."""


def _pairs(old: list[Worded], new: list[Worded], enough: float) -> Iterator[tuple[int, int]]:
    """Give which block of `old` became which of `new`, the most alike first, each used once."""
    scored = []
    for a, b in _candidates(old, new):
        alike = Indel.normalized_similarity(old[a][1], new[b][1], score_cutoff=enough)
        if alike >= enough:
            scored.append((-alike, abs(a - b), a, b))
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for _, _, a, b in sorted(scored):
        if a not in taken_old and b not in taken_new:
            taken_old.add(a)
            taken_new.add(b)
            yield old[a][0], new[b][0]


def _candidates(old: list[Worded], new: list[Worded]) -> Iterator[tuple[int, int]]:
    """Give the pairs worth comparing: all of a small gap, else those that share telling words."""
    if len(old) * len(new) <= 64:
        yield from ((a, b) for a in range(len(old)) for b in range(len(new)))
        return
    holders: dict[str, list[int]] = defaultdict(list)
    for b, (_, words) in enumerate(new):
        for word in set(words):
            holders[word].append(b)
    for a, (_, words) in enumerate(old):
        shared: dict[int, int] = {}
        for word in set(words):
            places = holders.get(word)
            if places is not None and len(places) <= _COMMON:
                for b in places:
                    shared[b] = shared.get(b, 0) + 1
        # Of those that share as many, the nearest: the order of a set is another in every process.
        best = sorted(shared, key=lambda b: (-shared[b], abs(a - b), b))[:3]
        yield from ((a, b) for b in best)
