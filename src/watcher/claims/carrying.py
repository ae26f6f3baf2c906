"""The claims of a document from those of the one before it: only what differs is read again.

Most changes touch a few sentences of hundreds. A key's claims can only differ where one of its rules finds something
in what differs, before or after; those of all other keys are carried over, each with its quote at its new place. And
where rules do find something, the claim that won before over all that still stands needs to win over that alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from watcher.claims.choosing import Candidate, Standing, best
from watcher.claims.engine import candidates_of, claim_of, claims_in
from watcher.claims.matching import Reading
from watcher.claims.rules import Choice, Pack, Reach, Rule
from watcher.claims.transition import Transition, transition_between
from watcher.model import Claim, Document, Key, Vocabulary


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
    held: dict[str, list[Claim]] = {}
    for claim in claims:
        held.setdefault(claim.key, []).append(claim)
    quotes = (claim.evidence.start for each in held.values() for claim in each)
    step = transition_between(before, after, pack, quotes)
    known: dict[str, list[Claim]] = {}
    if not step.is_rewrite:
        carrying = _Carrying(step, held)
        for key in (key for name, key in vocabulary.items() if name not in without):
            if (carried := carrying.claims(key)) is not None:
                known[key.name] = carried
    for claim in _read(step, {name: vocabulary[name] for name in vocabulary if name not in known}):
        known.setdefault(claim.key, []).append(claim)
    return tuple(claim for name in vocabulary for claim in known.get(name, ()))


def _read(step: Transition, vocabulary: Vocabulary) -> tuple[Claim, ...]:
    """Give the claims of some keys, read from all of the document after."""
    if not vocabulary:
        return ()
    if step.whole:
        return claims_in(step.sides[1].reading, vocabulary)
    everything = range(len(step.after.blocks))
    return claims_in(Reading(step.after.passages(everything), step.pack), vocabulary)


@dataclass(frozen=True)
class _Carrying:
    """The step from one document to the next, and the claims of the first, by key."""

    step: Transition
    held: Mapping[str, Sequence[Claim]]

    def claims(self, key: Key) -> list[Claim] | None:
        """Give the claims of a key in the second document; None when only all of it can tell."""
        if key.name not in self.step.pack.keys:
            return []
        if key.name in self._open:
            return None
        if key.name in self._said:
            return self._decided(key)
        return self._placed(self.held.get(key.name, ()))

    @cached_property
    def _open(self) -> frozenset[str]:
        """The keys of what depends on words anywhere in the document, or on its name, where these changed."""
        return frozenset(
            (*self._asked_anywhere(), *self._with_other_cells(), *self._named_otherwise())
        )

    def _asked_anywhere(self) -> Iterator[str]:
        for rule in self.step.pack.asking_for_all:
            if any(side.mentions(rule) for side in self.step.sides):
                yield rule.key

    def _with_other_cells(self) -> Iterator[str]:
        """The keys whose claims may have other finer cells, of those that may be stated anywhere in the document."""
        for attribute in self.step.pack.attributes:
            if Reach.DOCUMENT in attribute.reach and any(
                side.mentions(attribute.rule) for side in self.step.sides
            ):
                yield from attribute.keys

    def _named_otherwise(self) -> Iterator[str]:
        """The keys of rules that look at the name of the document, and see another one now."""
        before, after = self.step.sides
        if before.reading.passages.title == after.reading.passages.title:
            return
        for rule in self._rules():
            named = (group for group in rule.groups if Reach.TITLE in group.reach)
            if any(before.entitles(group) != after.entitles(group) for group in named):
                yield rule.key

    def _rules(self) -> Iterator[Rule]:
        return (rule for key in self.step.pack.keys.values() for rule in key.rules)

    @cached_property
    def _said(self) -> frozenset[str]:
        """The keys of rules that find something in what differs."""
        said = set[str]()
        for side in self.step.sides:
            for rule in side.rules.values():
                if rule.key not in said | self._open and side.says(rule):
                    said.add(rule.key)
        return frozenset(said)

    def _placed(self, claims: Iterable[Claim]) -> list[Claim] | None:
        """Give claims of the one document with their quotes where they stand in the other; None if one does not."""
        old, new = self.step.before.document, self.step.after.document
        found = list[Claim]()
        for claim in claims:
            start = claim.evidence.start
            number = bisect_right(old.starts, start) - 1
            if number not in self.step.moved:
                return None
            start += new.starts[self.step.moved[number]] - old.starts[number]
            if not new.text.startswith(claim.evidence.quote, start):
                return None
            found.append(replace(claim, evidence=replace(claim.evidence, start=start)))
        return found

    def _decided(self, key: Key) -> list[Claim] | None:
        """Give the claims of a key of which something is said in what differs, if that and the claims held decide.

        A claim held won over all that was said then. Where its sentence still stands it wins over all that stands, so
        only what differs now can win over it; where there was none, nothing that stands says so. One beside what
        differs is read again: if it says the same, it counts among what is said there.
        """
        rules, after = self.step.pack.keys[key.name], self.step.sides[1]
        if rules.choice in (Choice.EVERY, Choice.JOINED) or key.name in self._needing_more:
            return None
        said: dict[str, list[Candidate]] = {}
        for rule in rules.rules:
            findings = after.reading.findings(rule, after.touched)
            said.setdefault(rule.scope, []).extend(candidates_of(key, findings))
        held = self._placed(self.held.get(key.name, ()))
        if held is None:
            return None
        weights = {rule.name: rule.weight for rule in rules.rules}
        standing: dict[str, tuple[Claim, Standing]] = {}
        for claim in held:
            passage = self.step.after.passage_at(claim.evidence.start)
            if claim.rule not in weights:
                return None
            one = Standing(weights[claim.rule], passage.asks, passage.start, claim.value)
            if not after.touches(passage):
                standing[claim.scope] = (claim, one)
            elif not any(one == _as_standing(each) for each in said.get(claim.scope, ())):
                return None
        return list(self._winners(key, rules.choice, said, standing))

    @cached_property
    def _needing_more(self) -> frozenset[str]:
        """The keys whose claims are made of more than the best of what is said."""
        pack = self.step.pack
        anywhere = (each.keys for each in pack.attributes if Reach.DOCUMENT in each.reach)
        sides = self.step.before, self.step.after
        has_parts = any(each.part for side in sides for each in side.blocks)
        return pack.differing.union(pack.scoped if has_parts else (), *anywhere)

    def _winners(
        self,
        key: Key,
        choice: Choice,
        said: Mapping[str, Sequence[Candidate]],
        standing: Mapping[str, tuple[Claim, Standing]],
    ) -> Iterator[Claim]:
        """Give the claim of each scope: the best of what is said now, and of what stands."""
        for scope in sorted(said.keys() | standing.keys()):
            claim, held = standing.get(scope, (None, None))
            candidates: list[Candidate | Standing] = [*said.get(scope, ())]
            candidates += [held] if held else []
            chosen = best(choice, candidates) if candidates else None
            if isinstance(chosen, Candidate):
                yield claim_of(key, chosen, [chosen], scope, self.step.sides[1].reading)
            elif claim is not None:
                yield claim


def _as_standing(one: Candidate) -> Standing:
    return Standing(one.weight, one.asks, one.finding.passage.start, one.value)
