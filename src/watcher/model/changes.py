"""What changed between two states of a source, and what of it was not told."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watcher import text
from watcher.model.documents import Block, Claim
from watcher.model.names import SourceId


class Difference(StrEnum):
    """How two states of a claim or block differ."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class WordEdit:
    """A run of words: `same` in both, `removed` from the old, or `added` in the new text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """A claim that differs between two states; one side is None when it was added or removed.

    `before_source` is set where the two are not states of one source but what two sources say: it made `before`.
    """

    difference: Difference
    before: Claim | None
    after: Claim | None
    before_source: SourceId | None = None

    @property
    def key(self) -> str:
        """The claim key that differs."""
        claim = self.after or self.before
        assert claim is not None  # one side always exists
        return claim.key


@dataclass(frozen=True, slots=True)
class BlockChange:
    """A block that differs between two states, with its words when it was reworded."""

    difference: Difference
    before: Block | None
    after: Block | None
    words: tuple[WordEdit, ...] = ()


class ChangeKind(StrEnum):
    """What sort of item waits in the queue."""

    FIRST_LOOK = "first_look"
    CHANGE = "change"
    VARIANTS = "variants"
    SOURCE = "source"
    CONTRADICTION = "contradiction"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Significance:
    """How much a change matters, 1 (wording) to 5 (a claim or a duty), and why, most telling first."""

    level: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Two consecutive states of a source, and why the difference deserves a look.

    `before_snapshot` is None for a first look. `changed_at` is when the new state was first seen, `raised_at` when
    we were sure enough to say so. A contradiction is no step of one source: its one claim change holds what two say.
    """

    source_id: SourceId
    kind: ChangeKind
    before_snapshot: int | None
    after_snapshot: int | None
    changed_at: datetime
    raised_at: datetime
    significance: Significance
    claims: tuple[ClaimChange, ...] = ()
    blocks: tuple[BlockChange, ...] = ()
    title: str = ""
    id: int | None = None

    @property
    def mark(self) -> str:
        """What is equal for changes that say the same, on whatever source; empty for what is no step of a source."""
        if self.kind not in (ChangeKind.CHANGE, ChangeKind.VARIANTS):
            return ""
        said = sorted(map(_said, self.claims)) or sorted(map(_worded, self.blocks))
        return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Suppression:
    """Something that differed and was not put before a person: by which rule, and what it would have said."""

    rule: str
    difference: Difference
    text: str
    before: str = ""


def _said(change: ClaimChange) -> tuple[str, ...]:
    return tuple(
        repr((claim.id, claim.value, text.canonical(claim.evidence.quote))) if claim else ""
        for claim in (change.before, change.after)
    )


def _worded(change: BlockChange) -> tuple[str, ...]:
    sides = (change.before, change.after)
    return (change.difference.value, *(side.fingerprint.hex() if side else "" for side in sides))
