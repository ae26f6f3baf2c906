"""Which claims the words of a change are about: every sentence in which a rule fires, not only the one that is quoted.

A claim keeps one sentence. Where another sentence that says the same is reworded, comes or goes, the claim stands and
its quote holds, and yet it is this claim that the change is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz import fuzz

from watcher.claims.engine import statements_in
from watcher.claims.matching import Reading
from watcher.claims.passages import read_passages
from watcher.claims.rules import Pack
from watcher.claims.transition import Side, transition_between
from watcher.model import BlockChange, Claim, ClaimChange, Difference, State, Vocabulary
from watcher.text import canonical


def restated_claims(
    blocks: Sequence[BlockChange],
    before: State,
    after: State,
    vocabulary: Vocabulary,
    pack: Pack,
) -> tuple[ClaimChange, ...]:
    """Give the claims that stand in both states while `blocks` change another sentence that says so.

    The claims of the states are those that `pack` reads. Each is given as it stands, with the sentence that went, or
    came, as its evidence; where a sentence only came or only went, the other side keeps the quote it had. One for a
    claim, in the order of their ids: of several sentences those two that are most alike. A sentence with another value
    than the claim's says something else, of another product perhaps, and is passed over.
    """
    stand = {one.key for one in before.claims} & {one.key for one in after.claims}
    keys = {name: key for name, key in vocabulary.items() if name in stand & pack.keys.keys()}
    if not keys:
        return ()
    old, new = transition_between(before.document, after.document, pack).sides
    went = _Side(before, {each.before.text for each in blocks if each.before}, keys, old)
    came = _Side(after, {each.after.text for each in blocks if each.after}, keys, new)
    return tuple(_restated(went, came))


@dataclass(frozen=True)
class _Side:
    """A state before or after, the texts of its blocks that differ, the keys of claims that stand in both.

    `near` has the sentences that are in one of the documents alone, and those around them. What rules find in others
    of the same block stands in the other document, too.
    """

    state: State
    texts: set[str]
    keys: Vocabulary
    near: Side

    @cached_property
    def claims(self) -> dict[str, Claim]:
        return {claim.id: claim for claim in self.state.claims if claim.key in self.keys}

    @cached_property
    def words(self) -> str:
        return canonical(self.state.document.text)

    def said_anew(self, other: _Side) -> dict[str, list[Claim]]:
        """The sentences that say what the claim of their id says and that the other side does not hold."""
        found: dict[str, list[Claim]] = {}
        for said in self._statements():
            claim = self.claims.get(said.id)
            if claim is None or claim.value != said.value:
                continue
            if canonical(said.evidence.quote) not in other.words:
                found.setdefault(said.id, []).append(said)
        return found

    def _statements(self) -> Iterator[Claim]:
        """What is said where the document differs: the sentences around it are read too, and all where a rule asks."""
        near, pack = self.near.reading, self.near.reading.pack
        differing = near.passages.within(self.texts) & self.near.touched
        asking = (rule for rule in pack.asking_for_all if rule.key in self.keys)
        if any(near.mentions(rule.find) & differing for rule in asking):
            near = Reading(read_passages(self.state.document), pack)
            return statements_in(near, self.keys, near.passages.within(self.texts))
        return statements_in(near, self.keys, differing, self.near.rules)


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
