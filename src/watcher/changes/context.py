"""What the rules of noise may know besides one difference: both states, their policy text, the memory."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice, pairwise, takewhile

from watcher.changes import wording
from watcher.changes.claims import same_fact
from watcher.changes.compare import Piece
from watcher.changes.memory import Memory
from watcher.changes.rotation import Places, Turn, turns
from watcher.changes.words import squashed
from watcher.model import Block, BlockChange, BlockKind, Document, Region, State

_TITLE_PARTS = re.compile(r"\s+[|·•–—:-]\s+|\s*\|\s*")
_MAY_DATE = (Region.HEADER, Region.FOOTER, Region.ASIDE)

MOST_ABOVE = 0.25
"""At most this share of a policy stands above its title."""

LONGEST_TITLE = 200
"""No title has more characters than this."""

COPIED = 0.5
"""When this share of a policy's blocks stands there once more, the page holds the whole of it twice."""

MOST_AT_EDGE = 6
"""A consent notice is no longer than this many blocks; a section on cookies that is new usually is."""

Place = tuple[bytes, tuple[str, ...]]
"""A text's fingerprint and the heading right above it."""


def is_policy(block: Block) -> bool:
    """Whether a block counts as policy text: the main region, and the document's date where that stands."""
    if block.region is Region.MAIN:
        return True
    return block.region in _MAY_DATE and wording.dates_document(block.text)


def policy_of(document: Document) -> tuple[Block, ...]:
    """Give the blocks that are compared."""
    return tuple(
        [block for block in document.blocks if block.region is Region.MAIN or is_policy(block)]
    )


@dataclass(frozen=True)
class Context:
    """One step of a source's life, as the rules see it: `old` and `new` are the policy, `pieces` what differs in it."""

    memory: Memory
    before: State
    after: State
    old: tuple[Block, ...]
    new: tuple[Block, ...]
    pieces: tuple[Piece, ...]

    @property
    def at(self) -> datetime:
        """When the new state was seen."""
        return self.after.seen_at

    @cached_property
    def aside_before(self) -> frozenset[bytes]:
        """Texts that stood outside the policy before."""
        return _texts_of(self.before.document) - {block.fingerprint for block in self.old}

    @cached_property
    def aside_after(self) -> frozenset[bytes]:
        """Texts that stand outside the policy now."""
        return _texts_of(self.after.document) - {block.fingerprint for block in self.new}

    @cached_property
    def standing(self) -> Counter[bytes]:
        """How often each text stands in the policy now."""
        return Counter(block.fingerprint for block in self.new)

    @cached_property
    def kept_texts(self) -> frozenset[bytes]:
        """Texts that stand in the policy on both sides, wherever."""
        return frozenset(self.standing) & frozenset(block.fingerprint for block in self.old)

    @cached_property
    def is_doubled(self) -> bool:
        """Whether the policy stands there twice on one side: half of it came, or went, and is there still."""
        changes = [piece.change for piece in self.pieces]
        lone = [c.after or c.before for c in changes if c.before is None or c.after is None]
        copies = sum(block is not None and block.fingerprint in self.kept_texts for block in lone)
        return copies >= COPIED * min(len(self.old), len(self.new))

    @cached_property
    def kept_places(self) -> frozenset[Place]:
        """Texts that stand in the policy on both sides under the same heading."""
        return frozenset(map(_place, self.old)) & frozenset(map(_place, self.new))

    @cached_property
    def kept_headings(self) -> frozenset[bytes]:
        """Headings that stand in the policy on both sides."""
        before, after = (
            {block.fingerprint for block in blocks if block.kind is BlockKind.HEADING}
            for blocks in (self.old, self.new)
        )
        return frozenset(before & after)

    @cached_property
    def titles(self) -> frozenset[str]:
        """What the page calls itself, before and after: its titles, whole and in their parts."""
        titles = {self.before.document.title, self.after.document.title}
        parts = {part for title in titles for part in (title, *_TITLE_PARTS.split(title))}
        return frozenset(filter(None, map(squashed, parts)))

    @cached_property
    def dialogs(self) -> frozenset[str]:
        """Headings of consent dialogs that stand among the policy's blocks, on either side."""
        return frozenset((*_dialogs(self.old), *_dialogs(self.new)))

    @cached_property
    def title_before(self) -> int:
        """Where the title of the policy stands among the old blocks; 0 when it has none."""
        return self._title_at(self.old)

    @cached_property
    def title_after(self) -> int:
        """Where the title of the policy stands among the new blocks; 0 when it has none."""
        return self._title_at(self.new)

    @cached_property
    def quotes(self) -> frozenset[str]:
        """The evidence of every claim on either side."""
        claims = (*self.before.claims, *self.after.claims)
        return frozenset(claim.evidence.quote for claim in claims)

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """The slots whose content was exchanged for another one in this step."""
        return tuple(turns(self.pieces, self.old, self.new)) if self.pieces else ()

    @cached_property
    def rotating(self) -> Mapping[Places, Turn]:
        """The exchanges in slots that are known to rotate, by the places of each difference."""
        return {
            places: turn
            for turn in self.turns
            if self.memory.rotates(turn.slot, self.at)
            for places in turn.places
        }

    @cached_property
    def begins_to_rotate(self) -> frozenset[Places]:
        """The places of all that was exchanged in slots that this step shows to rotate."""
        then = self.memory.with_exchanges(self.turns, self.at)
        found = (turn.places for turn in self.turns if then.rotates(turn.slot, self.at))
        return frozenset().union(*found)

    @cached_property
    def standing_quotes(self) -> frozenset[str]:
        """The evidence, on both sides, of the claims that say the same on both."""
        now = {claim.id: claim for claim in self.after.claims}
        pairs = [(old, now[old.id]) for old in self.before.claims if old.id in now]
        same = [pair for pair in pairs if same_fact(*pair)]
        return frozenset(claim.evidence.quote for pair in same for claim in pair)

    @cached_property
    def consent_places(self) -> frozenset[tuple[int | None, int | None]]:
        """Old and new place of all that came, or went, with a consent notice at the very start or end of the policy."""
        came = {p.new: p for p in self.pieces if p.new is not None and p.old is None}
        went = {p.old: p for p in self.pieces if p.old is not None and p.new is None}
        found: set[tuple[int | None, int | None]] = set()
        for held, blocks in ((came, self.new), (went, self.old)):
            for order in (range(len(blocks)), range(len(blocks) - 1, -1, -1)):
                run = list(islice(takewhile(held.__contains__, order), MOST_AT_EDGE + 1))
                if len(run) <= MOST_AT_EDGE and any(
                    wording.asks_consent(blocks[at].text) for at in run
                ):
                    found.update((held[at].old, held[at].new) for at in run)
        return frozenset(found)

    def is_title(self, text: str) -> bool:
        """Whether `text` is what the page calls itself, whole or in parts, as "Privacy policy | Example"."""
        if len(text) > LONGEST_TITLE:
            return False
        parts = _TITLE_PARTS.split(text)
        return squashed(text) in self.titles or (
            len(parts) > 1 and any(squashed(part) in self.titles for part in parts)
        )

    def holds_claim(self, change: BlockChange) -> bool:
        """Whether a claim's evidence lies in one of the blocks that differ."""
        return touches(change, self.quotes)

    def _title_at(self, blocks: tuple[Block, ...]) -> int:
        """Give where the title stands; a heading amid the policy is no title, whatever it is called."""
        above, whole = 0, sum(len(block.text) for block in blocks)
        for at, block in enumerate(blocks):
            if block.kind is BlockKind.HEADING and self.is_title(block.text):
                return at
            above += len(block.text)
            if above > MOST_ABOVE * whole:
                break
        return 0


def touches(change: BlockChange, quotes: frozenset[str]) -> bool:
    """Whether one of the quotes lies in, or around, a block that differs."""
    texts = [block.text for block in (change.before, change.after) if block]
    return any(quote in text or text in quote for quote in quotes for text in texts)


def _dialogs(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Give the heading of a consent dialog that stands at the very start, above the heading of the policy."""
    for at, (heading, following) in enumerate(pairwise(blocks[:4])):
        is_dialog = heading.kind is BlockKind.HEADING and wording.heads_consent(
            heading.text, following.text
        )
        if is_dialog and any(
            block.kind is BlockKind.HEADING and block.level <= heading.level
            for block in blocks[at + 1 :]
        ):
            yield heading.text


def _texts_of(document: Document) -> frozenset[bytes]:
    return frozenset(block.fingerprint for block in document.blocks)


def _place(block: Block) -> Place:
    return block.fingerprint, block.path[-1:]
