"""What a memory keeps, one record each: traces of texts, differences that wait, links that were exchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.model import Block, BlockChange, ClaimChange, Difference

QUIET = timedelta(days=14)
"""A text that returns to what it was before this time has passed is a variant; after it, the return is news."""

MOST_PATIENCE = timedelta(days=90)
"""The longest that a text which keeps coming and going must stay put before its next turn is news."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What is remembered of one text of the policy that came or went.

    `key` is its fingerprint in hexadecimal, `since` the time of its last turn (coming or going), `believed` whether a
    person who read all that was told thinks it is there, `returns` how often it turned back before its patience was
    over, `chain` how many rewordings in a row, each within its patience, led to it.
    """

    key: str
    text: str
    present: bool
    first_at: datetime
    since: datetime
    believed: bool
    returns: int = 0
    chain: int = 0

    @property
    def patience(self) -> timedelta:
        """How long the text must have stayed as it is before its next turn is news."""
        return min(QUIET * max(1, self.returns - 1), MOST_PATIENCE)

    @property
    def is_told(self) -> bool:
        """Whether what a person believes of it is so."""
        return self.believed is self.present

    def is_fresh(self, at: datetime) -> bool:
        """Whether the last turn is so recent that another one is no news."""
        return at - self.since < self.patience


@dataclass(frozen=True, slots=True)
class Waiting:
    """A difference that waits: what it is, and between which snapshots it came about.

    `left` and `there` are how often the old and the new text stood in the policy when it was first seen. `until` is
    None where the next look decides; a variant that was not told waits until it has stayed for its patience.
    """

    change: BlockChange
    before_snapshot: int
    after_snapshot: int
    changed_at: datetime
    left: int = 0
    there: int = 1
    until: datetime | None = None

    def holds(self, standing: Mapping[bytes, int]) -> bool:
        """Whether the difference still holds, given how often each text stands in the policy now."""
        before, after = self.change.before, self.change.after
        gone = before is None or standing.get(before.fingerprint, 0) <= self.left
        came = after is None or standing.get(after.fingerprint, 0) >= self.there
        return gone and came

    def is_due(self, at: datetime) -> bool:
        """Whether it has waited long enough to be told if it still holds."""
        return self.until is None or at >= self.until


@dataclass(frozen=True, slots=True)
class Doubt:
    """A claim that seems to differ and is looked at twice before that is believed; snapshots as of `Waiting`."""

    change: ClaimChange
    before_snapshot: int
    after_snapshot: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Relinked:
    """A block whose words stayed and whose links lead to other documents than a person last heard of."""

    before: Block
    after: Block

    @property
    def change(self) -> BlockChange:
        """The difference as a change of the block, without words."""
        return BlockChange(Difference.CHANGED, self.before, self.after)


@dataclass(frozen=True, slots=True)
class Slot:
    """What is remembered of a place of the policy whose content was exchanged for another.

    `key` tells the place, `text` begins what stands there, `seen` tells the contents apart, the latest last;
    `since` is the time of the last exchange.
    """

    key: str
    text: str
    seen: tuple[str, ...]
    first_at: datetime
    since: datetime

    def is_fresh(self, at: datetime) -> bool:
        """Whether the last exchange is so recent that another one goes on from it."""
        return at - self.since < QUIET


@dataclass(frozen=True, slots=True)
class Learned:
    """One thing that the history taught, as `watcher noise` shows it; `key` is what forgetting it needs."""

    rule: str
    key: str
    example: str
    count: int
    first_at: datetime
    last_at: datetime
