"""Which claims the words of a change are about: every sentence in which a rule fires, not only the one that is quoted.

A claim keeps one sentence. Where another sentence that says the same is reworded, comes or goes, the claim stands and
its quote holds, and yet it is this claim that the change is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz import fuzz

from watcher.claims.engine import claims_in, statements_in
from watcher.claims.matching import Reading
from watcher.claims.passages import read_passages
from watcher.claims.rules import Pack
from watcher.model import BlockChange, Claim, ClaimChange, Difference, Document, Vocabulary
from watcher.text import canonical


def restated_claims(
    blocks: Sequence[BlockChange],
    before: Document,
    after: Document,
    vocabulary: Vocabulary,
    pack: Pack,
) -> tuple[ClaimChange, ...]:
    """Give the claims that stand in both documents while `blocks` change another sentence that says so.

    Each is the claim as it stands, with the sentence that went, or came, as its evidence; where a sentence only came
    or only went, the other side keeps the quote it had. One for a claim, in the order of their ids: of several
    sentences those two that are most alike. A sentence with another value than the claim's says something else, of
    another product perhaps, and is passed over.
    """
    sides = [
        _Side(document, {block.text for block in held if block}, vocabulary, pack)
        for document, held in (
            (before, [each.before for each in blocks]),
            (after, [each.after for each in blocks]),
        )
    ]
    return tuple(_restated(*sides))


@dataclass(frozen=True)
class _Side:
    """A document before or after, and the texts of its blocks that differ."""

    document: Document
    texts: set[str]
    vocabulary: Vocabulary
    pack: Pack

    @cached_property
    def _reading(self) -> Reading:
        return Reading(read_passages(self.document), self.pack)

    @cached_property
    def claims(self) -> dict[str, Claim]:
        return {claim.id: claim for claim in claims_in(self._reading, self.vocabulary)}

    @cached_property
    def words(self) -> str:
        return canonical(self.document.text)

    def said_anew(self, other: _Side) -> dict[str, list[Claim]]:
        """The sentences that say what the claim of their id says and that the other side does not hold."""
        found: dict[str, list[Claim]] = {}
        for said in statements_in(self._reading, self.vocabulary, self.texts):
            claim = self.claims.get(said.id)
            is_new = canonical(said.evidence.quote) not in other.words
            if claim is not None and claim.value == said.value and is_new:
                found.setdefault(said.id, []).append(said)
        return found


def _restated(before: _Side, after: _Side) -> Iterator[ClaimChange]:
    went, came = before.said_anew(after), after.said_anew(before)
    for claim_id in sorted(
        (went.keys() | came.keys()) & before.claims.keys() & after.claims.keys()
    ):
        old, new = before.claims[claim_id], after.claims[claim_id]
        one, other = _most_alike(went.get(claim_id, [old]), came.get(claim_id, [new]))
        yield ClaimChange(
            Difference.CHANGED,
            replace(old, evidence=one.evidence),
            replace(new, evidence=other.evidence),
        )


def _most_alike(went: Iterable[Claim], came: Sequence[Claim]) -> tuple[Claim, Claim]:
    pairs = ((one, other) for one in went for other in came)
    return max(pairs, key=lambda pair: fuzz.ratio(pair[0].evidence.quote, pair[1].evidence.quote))
