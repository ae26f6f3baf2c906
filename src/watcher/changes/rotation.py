"""Slots of a policy whose content is exchanged again and again: tips, quotes of customers, articles of the day.

A slot is what stands between two blocks that stay. When one text after the other stands there, each unlike the one
before, it is not the policy that changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from rapidfuzz.distance import Indel

from watcher.changes.compare import Piece
from watcher.model import Block

UNLIKE = 0.5
"""Texts that share fewer words than this are different texts, not one that was reworded."""

LARGEST = 8
"""No slot has more blocks than this."""

Places = tuple[int | None, int | None]
"""Old and new place of a difference."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange in the slot `slot`: `before` and `after` tell its contents apart, `text` begins the new one."""

    slot: str
    before: str
    after: str
    text: str
    places: frozenset[Places]


def turns(pieces: Iterable[Piece], old: Sequence[Block], new: Sequence[Block]) -> Iterator[Turn]:
    """Give the slots whose content was exchanged for another one between two runs of blocks."""
    places = [(piece.old, piece.new) for piece in pieces]
    went = dict(_runs({at for at, _ in places if at is not None}, old))
    came = dict(_runs({at for _, at in places if at is not None}, new))
    for slot in went.keys() & came.keys():
        left, entered = [old[at] for at in went[slot]], [new[at] for at in came[slot]]
        if len(left) <= LARGEST >= len(entered) and _are_unlike(left, entered):
            here = frozenset(
                (a, b)
                for a, b in places
                if (a is None or a in went[slot]) and (b is None or b in came[slot])
            )
            yield Turn(slot, _digest(left), _digest(entered), entered[0].text, here)


def _runs(changed: Collection[int], blocks: Sequence[Block]) -> Iterator[tuple[str, range]]:
    """Give the places next to each other that changed, by the two blocks around them."""
    for first in sorted(changed):
        if first - 1 in changed:
            continue
        last = next(at for at in count(first) if at + 1 not in changed)
        around = [blocks[at] for at in (first - 1, last + 1) if 0 <= at < len(blocks)]
        if len(around) == 2:
            yield _digest(around), range(first, last + 1)


def _are_unlike(left: Iterable[Block], entered: Iterable[Block]) -> bool:
    words = [" ".join(block.text for block in side).casefold().split() for side in (left, entered)]
    return Indel.normalized_similarity(*words) < UNLIKE


def _digest(blocks: Iterable[Block]) -> str:
    told = b"".join(block.fingerprint for block in blocks)
    return hashlib.blake2b(told, digest_size=8).hexdigest()
