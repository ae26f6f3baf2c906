"""Which of several findings for one key becomes the claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from watcher.claims.matching import Finding
from watcher.claims.rules import Choice
from watcher.model import Value


@dataclass(frozen=True, slots=True)
class Standing:
    """A claim that won over all others of its key in an earlier document and still stands there, as a candidate."""

    weight: int
    asks: bool
    place: int
    value: Value


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finding whose value the vocabulary allows."""

    finding: Finding
    value: Value

    @property
    def weight(self) -> int:
        """How much its rule weighs."""
        return self.finding.rule.weight

    @property
    def place(self) -> int:
        """Where it stands in the document."""
        return self.finding.passage.start + self.finding.at

    @property
    def asks(self) -> bool:
        """Whether the sentence is a question, which proves less than one that says so."""
        return self.finding.passage.asks


_Ranked = TypeVar("_Ranked", bound=Candidate | Standing)


def rank(one: Candidate | Standing) -> tuple[int, bool, int]:
    """Give what comes first: what weighs more, then what is said before what is asked, then what stands first."""
    return -one.weight, one.asks, one.place


def choose(choice: Choice, candidates: Sequence[Candidate]) -> Candidate:
    """Give the candidate that becomes the claim: the best one, or for `every` and `joined` what unites them."""
    if choice is Choice.EVERY:
        return _united(sorted(candidates, key=rank))
    if choice is Choice.JOINED:
        return _joined(_heaviest(candidates))
    return best(choice, candidates)


def best(choice: Choice, candidates: Iterable[_Ranked]) -> _Ranked:
    """Give the lowest, the highest or the first of the candidates; only those of the greatest weight count.

    Among equals one that says so wins over one that asks, then the first in the document.
    """
    heaviest = _heaviest(candidates)
    if choice is Choice.LOWEST:
        return min(heaviest, key=lambda one: (one.value, rank(one)))
    if choice is Choice.HIGHEST:
        return max(heaviest, key=lambda one: (one.value, -one.place))
    return min(heaviest, key=rank)


def _heaviest(candidates: Iterable[_Ranked]) -> list[_Ranked]:
    """Those of the greatest weight, in the order of the document."""
    ranked = sorted(candidates, key=rank)
    return [one for one in ranked if one.weight == ranked[0].weight]


def _united(ranked: Sequence[Candidate]) -> Candidate:
    """All elements together, on the evidence of the sentence that names most of them.

    What another element spells out further ("soc 2" beside "soc 2 type 2") is left out.
    """
    fullest = max(ranked, key=lambda one: (len(_elements(one)), not one.asks, -one.place))
    elements = {element for one in ranked for element in _elements(one)}
    told = {one for one in elements if not any(other.startswith(f"{one} ") for other in elements)}
    return replace(fullest, value=tuple(sorted(told)))


def _elements(candidate: Candidate) -> tuple[str, ...]:
    return candidate.value if isinstance(candidate.value, tuple) else (str(candidate.value),)


def _joined(ranked: Sequence[Candidate]) -> Candidate:
    in_order = sorted(ranked, key=lambda one: one.place)
    kept: list[str] = []
    for one in in_order:
        name = str(one.value)
        if not any(_same_name(name, other) for other in kept):
            kept.append(name)
    return replace(in_order[0], value="; ".join(kept))


_FORMS = (("incorporated", "inc"), ("limited", "ltd"), ("corporation", "corp"))


def _same_name(one: str, other: str) -> bool:
    """Whether two names differ in case, marks and the length of their legal form only."""
    bare = ["".join(filter(str.isalnum, name.lower())) for name in (one, other)]
    for long, short in _FORMS:
        bare = [name.replace(long, short) for name in bare]
    return bare[0] == bare[1]
