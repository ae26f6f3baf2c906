"""The sentences of a document's policy text, each with the context in which it is read.

Sets of passages are whole numbers used as bit sets (bit n stands for passage n): a rule finds its candidates by a few
`&` and `|`, and most rules never look at a sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from watcher.claims.companies import mark_companies
from watcher.claims.parts import parts_of
from watcher.model import Block, BlockKind, Document, Region
from watcher.text import sentences

LONGEST = 2500
"""Characters of one passage at most: what bounds the work of a phrase. A longer sentence is read in parts."""

LONG_ENUMERATION = 350
"""Characters from which "not to: (a) …; (b) …; (c) …" is read as a list, its pieces led by what stands before them."""

LONGEST_HEADING = 160
"""Characters: a longer heading is a paragraph in a heading's clothes."""

NEIGHBOURS = 2
"""Sentences before and after one in which a rule may look."""

OPENING = 12
"""Sentences with which a document introduces itself, its headings and dates among them."""

_LONGEST_LEAD = 400

_FOLD = (
    *((one, "'") for one in "\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`"),
    *((one, "-") for one in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"),
    *((one, " ") for one in "\u00a0\u2007\u202f\u2009\u200a\t\n"),
    ("\u0130", "i"),
)
_NUMBERED = re.compile(r"\W{0,2}(?:[a-z]|\d{1,2}|[ivx]{1,5})[.)]\s|[-(\u2022]")
_ENUMERATED = re.compile(r";(?:\s+(?:and|or))?\s+(?=\W{0,2}\w)")
_FOLLOWING = re.compile(r"following[^.]{0,40}\.?\Z")


def fold(text: str) -> str:
    """Give `text` in lower case with plain quotes, dashes and spaces, character for character in the same place."""
    for character, plain in _FOLD:
        if character in text:
            text = text.replace(character, plain)
    folded = text.lower()
    return folded if len(folded) == len(text) else "".join(map(_lower_one, text))


def _lower_one(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character


class Passage(NamedTuple):
    """One sentence: its place in the document, its folded text, and the block and context it stands in.

    `lead` is the folded line that introduces it: the paragraph ending in a colon before a list, or the question that
    it answers. `section` is the folded headings above it, `part` the policy it belongs to on a page of several.
    """

    number: int
    start: int
    folded: str
    block: Block
    lead: str
    first: bool
    part: str = ""

    @property
    def section(self) -> str:
        """The folded headings above, outermost first, a line each."""
        return _section(self.block.path)

    @property
    def end(self) -> int:
        """Where the sentence ends in the document's text."""
        return self.start + len(self.folded)

    @property
    def asks(self) -> bool:
        """Whether it is a question, which proves less than a sentence that says so."""
        return self.folded.rstrip().endswith("?")

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading, which rules read only when they say so."""
        return self.block.kind is BlockKind.HEADING and len(self.block.text) <= LONGEST_HEADING


@lru_cache(maxsize=4096)
def _section(path: tuple[str, ...]) -> str:
    return fold("\u2028".join(path)).replace("\u2028", "\n")


@dataclass(frozen=True)
class Passages:
    """All passages of a document, and its folded text."""

    document: Document
    all: tuple[Passage, ...]
    folded: str

    @cached_property
    def title(self) -> str:
        """The folded name of the document: its title and its first headings, a line each."""
        headings = [block.text for block in self.document.main if block.kind is BlockKind.HEADING]
        first = [passage.block.text for passage in self.all[:2]]
        return "\n".join(fold(one[:300]) for one in (self.document.title, *headings[:2], *first))

    @property
    def headings(self) -> int:
        """The passages that are headings, as a bit set."""
        return sum([1 << one.number for one in self.all if one.is_heading])

    @property
    def questions(self) -> int:
        """The passages that ask rather than state, as a bit set."""
        return sum([1 << one.number for one in self.all if one.folded.endswith("?")])

    def within(self, texts: Container[str]) -> int:
        """The passages of the blocks with one of these texts, as a bit set."""
        return sum([1 << one.number for one in self.all if one.block.text in texts])

    def numbers(self, mask: int) -> Iterator[Passage]:
        """Give the passages of a bit set, in the order of the document."""
        while mask:
            lowest = mask & -mask
            yield self.all[lowest.bit_length() - 1]
            mask ^= lowest


class BlockInContext(NamedTuple):
    """A block that is read, and all that its sentences are read with beside their neighbours.

    `number` is its place among the document's blocks, `introduces` what leads or asks before it, `part` its policy.
    """

    number: int
    block: Block
    introduces: str
    part: str


@dataclass(frozen=True)
class Outline:
    """A document before it is cut into sentences: its folded text, and its policy text block by block."""

    document: Document
    folded: str
    blocks: tuple[BlockInContext, ...]

    def near(self, places: Iterable[int], sentences: int) -> set[int]:
        """Give `places` in `blocks`, those within so many sentences of one, and those of the document's opening."""
        near = set(self._onward(-1, 1, OPENING + NEIGHBOURS))
        for place in places:
            near.add(place)
            near.update(self._onward(place, 1, sentences), self._onward(place, -1, sentences))
        return near

    def _onward(self, place: int, step: int, sentences: int) -> Iterator[int]:
        """The places from one on, in either direction, until so many sentences are passed."""
        at, passed = place + step, 0
        while 0 <= at < len(self.blocks) and passed < sentences:
            yield at
            passed += len(self._cut(at))
            at += step

    def passages(self, wanted: Container[int]) -> Passages:
        """Give the sentences of the blocks at these places in `blocks`, numbered as if there were no others."""
        passages: list[Passage] = []
        for place in range(len(self.blocks)):
            if place in wanted:
                passages += self._sentences(place, len(passages))
        return Passages(self.document, tuple(passages), self.folded)

    def passage_at(self, start: int) -> Passage:
        """Give the sentence around the character at `start`, which stands in a block that is read, as its first one."""
        number = bisect_right(self.document.starts, start) - 1
        place = bisect_left(self.blocks, number, key=lambda each: each.number)
        return next(one for one in self.said(place) if start < one.end)

    def said(self, place: int) -> list[Passage]:
        """Give the sentences of the block at a place in `blocks`, numbered as if there were no others."""
        return list(self._sentences(place, 0))

    def _sentences(self, place: int, first: int) -> Iterator[Passage]:
        number, block, introduces, part = self.blocks[place]
        start, enumeration = self.document.starts[number], ""
        for at, (begin, end) in enumerate(self._cut(place), first):
            enumeration = _enumerating(self.folded, begin, start, enumeration)
            lead = f"{introduces} {enumeration}".strip() if enumeration else introduces
            yield Passage(at, begin, self.folded[begin:end], block, lead, begin == start, part)

    def _cut(self, place: int) -> list[tuple[int, int]]:
        """Where the sentences of a block begin and end in the document."""
        if (cut := self._cuts.get(place)) is None:
            number, block, *_ = self.blocks[place]
            cut = self._cuts[place] = list(_spans(block.text, self.document.starts[number]))
        return cut

    @cached_property
    def _cuts(self) -> dict[int, list[tuple[int, int]]]:
        """What was cut so far, by place."""
        return {}


def outline_of(document: Document, alike: Outline | None = None) -> Outline:
    """Give the policy text of a document (main blocks, and footers of PDF pages) block by block, in its context.

    `alike` is that of another document which has many blocks in common: to fold them again is half of the work.
    """
    folded = _folded(document, alike)
    heads = [
        folded[at : at + min(200, len(block.text))]
        for at, block in zip(document.starts, document.blocks, strict=True)
    ]
    blocks = list[BlockInContext]()
    lead, question = "", ""
    for number, part in enumerate(parts_of(document.blocks, heads)):
        block, start = document.blocks[number], document.starts[number]
        if part.superseded or not _is_read(block):
            continue
        introduces = (lead if block.kind is not BlockKind.HEADING else "") or question
        blocks.append(BlockInContext(number, block, introduces, part.name))
        words = folded[start : start + len(block.text)]
        lead, question = _next_lead(block, words, lead), _question(block, words, question)
    return Outline(document, folded, tuple(blocks))


def _folded(document: Document, alike: Outline | None) -> str:
    """Give the text of a document folded, legal names marked. Neither looks beyond the block that it is at."""
    if alike is None:
        return mark_companies(document.text, fold(document.text))
    other = alike.document
    known = {
        block.text: alike.folded[start : start + len(block.text)]
        for block, start in zip(other.blocks, other.starts, strict=True)
    }
    texts = (block.text for block in document.blocks)
    return fold("\n").join(
        known[text] if text in known else mark_companies(text, fold(text)) for text in texts
    )


def read_passages(document: Document) -> Passages:
    """Give the sentences of the policy text (main blocks, and footers of PDF pages) with their context."""
    outline = outline_of(document)
    return outline.passages(range(len(outline.blocks)))


def _spans(text: str, start: int) -> Iterator[tuple[int, int]]:
    """The sentences of a block that begins at `start`, as places in the document; a long enumeration in its pieces."""
    for begin, end in sentences(text):
        whole = end - begin <= LONG_ENUMERATION
        for one, other in ((begin, end),) if whole else _parts(text, begin, end):
            yield start + one, start + other


def _enumerating(folded: str, begin: int, start: int, before: str) -> str:
    """What introduces a piece of an enumeration: the beginning of its sentence, up to the colon if there is one."""
    if begin == start or folded[max(start, begin - 6) : begin].rstrip(" andor")[-1:] != ";":
        return ""
    if before:
        return before
    opened = max(folded.rfind(". ", start, begin), start - 1) + 1
    head = folded[opened:begin]
    colon = head.find(":")
    return (head[:colon] if colon > 0 else head)[:_LONGEST_LEAD]


def _is_read(block: Block) -> bool:
    return block.region is Region.MAIN or (block.region is Region.FOOTER and block.page is not None)


def _next_lead(block: Block, folded: str, lead: str) -> str:
    """The line that introduces what follows `block`: itself when it ends in a colon, the old one within a list."""
    if block.kind is BlockKind.HEADING:
        return ""
    if _introduces_list(folded[-80:].rstrip()):
        inherited = lead[-200:] + " " if lead and block.kind is BlockKind.ITEM else ""
        return inherited + folded[-500:]
    is_listed = (
        block.kind is BlockKind.ITEM
        or folded[:1] in "(•-"
        or folded.endswith((";", "; or", "; and"))
    )
    return lead if is_listed else ""


def _introduces_list(ending: str) -> bool:
    return ending.endswith((":", "-")) or (
        "following" in ending and _FOLLOWING.search(ending) is not None
    )


def _question(block: Block, folded: str, question: str) -> str:
    if folded.endswith("?") and len(folded) < 250:
        return folded
    return "" if block.kind is BlockKind.HEADING else question


def _parts(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a long enumeration at its semicolons, and what is still too long for one sentence at spaces."""
    if end - begin > LONG_ENUMERATION and text.count(";", begin, end) >= 2:
        edges = [begin, *(mark.end() for mark in _ENUMERATED.finditer(text, begin, end)), end]
    else:
        edges = [begin, end]
    for start, stop in pairwise(edges):
        at = start
        while stop - at > LONGEST:
            space = text.rfind(" ", at + LONGEST // 2, at + LONGEST)
            cut = space if space > 0 else at + LONGEST
            yield at, cut
            at = cut
        if text[at:stop].strip():
            yield at, stop
